// Rows of the catalogue: what records tell of calls and legs.
// Name, group, kind, type of types.db, type_instance, unit, help.
#pragma once

#define UCM_CALL_METRICS(X)                                                                                  \
  X(answered, calls, counter, "total_sessions", "answered", "calls", "calls that a person answered")         \
  X(voicemail, calls, counter, "total_sessions", "voicemail", "calls",                                       \
    "calls that voicemail took, and no person")                                                              \
  X(ivr, calls, counter, "total_sessions", "ivr", "calls",                                                   \
    "calls that an IVR, an announcement or a queue took, and neither person nor voicemail")                  \
  X(busy, calls, counter, "total_sessions", "busy", "calls",                                                 \
    "calls that nothing answered, with a leg BUSY and none NO ANSWER")                                       \
  X(no_answer, calls, counter, "total_sessions", "no_answer", "calls",                                       \
    "calls that nothing answered, with a leg NO ANSWER")                                                     \
  X(failed, calls, counter, "total_sessions", "failed", "calls",                                             \
    "calls that nothing answered, with a leg FAILED or CONGESTION, none BUSY or NO ANSWER")                  \
  X(other, calls, counter, "total_sessions", "other", "calls", "calls with none of the known dispositions")  \
  X(talk, calls, counter, "total_time_in_ms", "talk", "ms",                                                  \
    "talk: sum of billsec over the legs that a person answered")                                             \
  X(wait, calls, counter, "total_time_in_ms", "wait", "ms",                                                  \
    "wait of answered calls: answer of the earliest person-answered leg minus start of the first leg")       \
  X(talk_average, calls, interval, "duration", "talk-average", "s",                                          \
    "mean talk of the interval's answered calls")                                                            \
  X(talk_max, calls, interval, "duration", "talk-max", "s", "longest talk of the interval's answered calls") \
  X(talk_p50, calls, interval, "duration", "talk-percentile-50", "s",                                        \
    "median talk of the interval's answered calls (nearest rank)")                                           \
  X(talk_p95, calls, interval, "duration", "talk-percentile-95", "s",                                        \
    "95th percentile of talk of the interval's answered calls (nearest rank)")                               \
  X(wait_average, calls, interval, "duration", "wait-average", "s",                                          \
    "mean wait of the interval's answered calls")                                                            \
  X(wait_max, calls, interval, "duration", "wait-max", "s", "longest wait of the interval's answered calls") \
  X(wait_p50, calls, interval, "duration", "wait-percentile-50", "s",                                        \
    "median wait of the interval's answered calls (nearest rank)")                                           \
  X(wait_p95, calls, interval, "duration", "wait-percentile-95", "s",                                        \
    "95th percentile of wait of the interval's answered calls (nearest rank)")                               \
  X(attempts, calls, counter, "total_events", "attempts", "calls",                                           \
    "calls of every outcome: the denominator of ASR and NER")                                                \
  X(effective, calls, counter, "total_events", "effective", "calls",                                         \
    "calls that reached their destination, answered or not: all but failed and other; numerator of "         \
    "the NER estimate")                                                                                      \
  X(short_calls, calls, counter, "total_events", "short_calls", "calls",                                     \
    "answered calls with less than ShortCall seconds of talk")                                               \
  X(redials, calls, counter, "total_events", "redials", "calls",                                             \
    "calls from and to the same numbers as one that ended at most RedialWithin seconds before they began")   \
  X(occupied, calls, counter, "total_time_in_ms", "occupied", "ms",                                          \
    "time from the first leg's start to the latest end; in trunk-X of the legs over X, twice where a "       \
    "leg has X on both sides. Its rate is Erlangs carried")                                                  \
  X(asr, calls, window, "percent", "asr", "percent",                                                         \
    "ASR of the last 60 minutes: answered / attempts; only a person's answer counts")                        \
  X(ner, calls, window, "percent", "ner_estimate", "percent",                                                \
    "NER of the last 60 minutes, estimated: effective / attempts")                                           \
  X(short_share, calls, window, "percent", "short_calls", "percent",                                         \
    "short_calls / answered of the last 60 minutes")                                                         \
  X(redial_share, calls, window, "percent", "redials", "percent",                                            \
    "redials / attempts of the last 60 minutes")                                                             \
  X(acd, calls, window, "duration", "acd", "s", "ACD of the last 60 minutes: talk / answered")               \
  X(answer_wait, calls, window, "duration", "answer_wait", "s",                                              \
    "mean wait of the calls answered in the last 60 minutes")                                                \
  X(talk_le_10, histogram, counter, "total_values", "talk_le_10", "calls",                                   \
    "answered calls with 10 s of talk or less")                                                              \
  X(talk_le_30, histogram, counter, "total_values", "talk_le_30", "calls",                                   \
    "answered calls with 30 s of talk or less")                                                              \
  X(talk_le_60, histogram, counter, "total_values", "talk_le_60", "calls",                                   \
    "answered calls with 60 s of talk or less")                                                              \
  X(talk_le_120, histogram, counter, "total_values", "talk_le_120", "calls",                                 \
    "answered calls with 120 s of talk or less")                                                             \
  X(talk_le_300, histogram, counter, "total_values", "talk_le_300", "calls",                                 \
    "answered calls with 300 s of talk or less")                                                             \
  X(talk_le_600, histogram, counter, "total_values", "talk_le_600", "calls",                                 \
    "answered calls with 600 s of talk or less")                                                             \
  X(talk_le_1800, histogram, counter, "total_values", "talk_le_1800", "calls",                               \
    "answered calls with 1800 s of talk or less")                                                            \
  X(talk_le_3600, histogram, counter, "total_values", "talk_le_3600", "calls",                               \
    "answered calls with 3600 s of talk or less")                                                            \
  X(talk_le_inf, histogram, counter, "total_values", "talk_le_inf", "calls", "all answered calls")           \
  X(wait_le_5, histogram, counter, "total_values", "wait_le_5", "calls",                                     \
    "answered calls with 5 s of wait or less")                                                               \
  X(wait_le_10, histogram, counter, "total_values", "wait_le_10", "calls",                                   \
    "answered calls with 10 s of wait or less")                                                              \
  X(wait_le_20, histogram, counter, "total_values", "wait_le_20", "calls",                                   \
    "answered calls with 20 s of wait or less")                                                              \
  X(wait_le_30, histogram, counter, "total_values", "wait_le_30", "calls",                                   \
    "answered calls with 30 s of wait or less")                                                              \
  X(wait_le_60, histogram, counter, "total_values", "wait_le_60", "calls",                                   \
    "answered calls with 60 s of wait or less")                                                              \
  X(wait_le_120, histogram, counter, "total_values", "wait_le_120", "calls",                                 \
    "answered calls with 120 s of wait or less")                                                             \
  X(wait_le_300, histogram, counter, "total_values", "wait_le_300", "calls",                                 \
    "answered calls with 300 s of wait or less")                                                             \
  X(wait_le_inf, histogram, counter, "total_values", "wait_le_inf", "calls", "all answered calls")           \
  X(peak_hour, traffic, window, "current_sessions", "peak_hour", "calls",                                    \
    "most calls at one moment of the last 60 minutes; it grows until the last call of that time has "        \
    "ended and its record is here")                                                                          \
  X(peak_previous, traffic, window, "current_sessions", "peak_previous_hour", "calls",                       \
    "the same of the 60 minutes before those")                                                               \
  X(erlangs, traffic, window, "count", "erlangs_hour", "Erlang",                                             \
    "traffic carried in the last 60 minutes: occupied seconds / 3600")                                       \
  X(attempts_hour, traffic, window, "count", "attempts_hour", "calls",                                       \
    "calls that began in the last 60 minutes")                                                               \
  X(bhca, traffic, window, "count", "bhca", "calls",                                                         \
    "BHCA: most calls that began in any 60 minutes of the last 24 hours, sliding by the minute")             \
  X(busy_hour, traffic, window, "count", "busy_hour", "h",                                                   \
    "when that busiest hour began, PBX time of day in hours")                                                \
  X(capacity, capacity, level, "count", "capacity", "channels",                                              \
    "channels of the trunk: TrunkCapacity, else the ports of an analogue trunk by listAnalogTrunk")          \
  X(utilisation, capacity, window, "percent", "utilisation", "percent",                                      \
    "traffic carried in the last 60 minutes / capacity")                                                     \
  X(all_busy, capacity, counter, "total_time_in_ms", "all_lines_busy", "ms",                                 \
    "time in which all channels of the trunk were occupied")                                                 \
  X(calls_offered, queueing, counter, "total_events", "calls_offered", "calls",                              \
    "calls that reached the queue")                                                                          \
  X(calls_answered, queueing, counter, "total_events", "calls_answered", "calls",                            \
    "of those, the ones that an agent answered")                                                             \
  X(calls_abandoned, queueing, counter, "total_events", "calls_abandoned", "calls",                          \
    "of those, the ones that ended in the queue")                                                            \
  X(calls_overflowed, queueing, counter, "total_events", "calls_overflowed", "calls",                        \
    "of those, the ones that went on to another destination without an agent's answer")                      \
  X(calls_answered_in_time, queueing, counter, "total_events", "calls_answered_in_time", "calls",            \
    "answered within ServiceLevel seconds")                                                                  \
  X(calls_abandoned_in_time, queueing, counter, "total_events", "calls_abandoned_in_time", "calls",          \
    "abandoned within ServiceLevel seconds")                                                                 \
  X(calls_abandoned_short, queueing, counter, "total_events", "calls_abandoned_short", "calls",              \
    "abandoned in less than ShortAbandon seconds")                                                           \
  X(calls_queue_wait, queueing, counter, "total_time_in_ms", "calls_queue_wait", "ms",                       \
    "wait in the queue of calls that an agent answered")                                                     \
  X(service_level, queueing, window, "percent", "service_level", "percent",                                  \
    "service level of the last 60 minutes, by ServiceLevelFormula")                                          \
  X(abandoned_share, queueing, window, "percent", "abandoned", "percent",                                    \
    "calls_abandoned / (calls_answered + calls_abandoned) of the last 60 minutes")                           \
  X(leg_answered, legs, counter, "total_events", "leg_answered", "legs", "legs with disposition ANSWERED")   \
  X(leg_no_answer, legs, counter, "total_events", "leg_no_answer", "legs",                                   \
    "legs with disposition NO ANSWER or NOANSWER")                                                           \
  X(leg_busy, legs, counter, "total_events", "leg_busy", "legs", "legs with disposition BUSY")               \
  X(leg_failed, legs, counter, "total_events", "leg_failed", "legs",                                         \
    "legs with disposition FAILED or CONGESTION")                                                            \
  X(leg_other, legs, counter, "total_events", "leg_other", "legs", "legs with any other disposition")        \
  X(leg_talk, legs, counter, "total_time_in_ms", "leg_talk", "ms", "sum of billsec over all legs")
