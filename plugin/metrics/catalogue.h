// The catalogue: one row for each value. Persistence, snapshot, documentation and every host follow from the
// row; to count something new, add a row and count it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ucm::metrics {

// Which scopes carry the value.
enum class Group {
  calls,   // all, the four directions, and each trunk-X, queue-X, ringgroup-X, extension-X, did-X, account-X
  legs,    // all
  live,    // all, of a PBX whose new API is asked
  trunk,   // trunk-X, likewise
  queue,   // queue-X, likewise
  system,  // system, of a PBX whose API is asked, new or legacy
  self,    // self, of each PBX
  api,     // self, of a PBX whose API is asked, new or legacy
  agent,   // self, under the agent's own host name: what belongs to no PBX
};
inline constexpr std::size_t kGroups = 9;

enum class Kind {
  counter,   // only grows, continues over restarts
  gauge,     // a level that we know ourselves
  level,     // what the PBX says, or follows from it; NaN while it is not known
  interval,  // a statistic of the calls counted since the host last read; NaN when there were none
};

// name, group, kind, type of types.db, type_instance, unit, help
#define UCM_METRICS(X)                                                                                       \
  X(answered, calls, counter, "total_sessions", "answered", "calls", "calls that a person answered")         \
  X(voicemail, calls, counter, "total_sessions", "voicemail", "calls",                                       \
    "calls that voicemail took, and no person")                                                              \
  X(ivr, calls, counter, "total_sessions", "ivr", "calls",                                                   \
    "calls that an IVR, an announcement or a queue took, and neither person nor voicemail")                  \
  X(busy, calls, counter, "total_sessions", "busy", "calls",                                                 \
    "calls whose best leg was BUSY, none NO ANSWER")                                                         \
  X(no_answer, calls, counter, "total_sessions", "no_answer", "calls", "calls whose best leg was NO ANSWER") \
  X(failed, calls, counter, "total_sessions", "failed", "calls",                                             \
    "calls whose best leg was FAILED or CONGESTION")                                                         \
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
  X(leg_answered, legs, counter, "total_events", "leg_answered", "legs", "legs with disposition ANSWERED")   \
  X(leg_no_answer, legs, counter, "total_events", "leg_no_answer", "legs",                                   \
    "legs with disposition NO ANSWER or NOANSWER")                                                           \
  X(leg_busy, legs, counter, "total_events", "leg_busy", "legs", "legs with disposition BUSY")               \
  X(leg_failed, legs, counter, "total_events", "leg_failed", "legs",                                         \
    "legs with disposition FAILED or CONGESTION")                                                            \
  X(leg_other, legs, counter, "total_events", "leg_other", "legs", "legs with any other disposition")        \
  X(leg_talk, legs, counter, "total_time_in_ms", "leg_talk", "ms", "sum of billsec over all legs")           \
  X(live_active, live, level, "current_sessions", "active", "calls",                                         \
    "calls in conversation now: rows of listBridgedChannels")                                                \
  X(live_ringing, live, level, "current_sessions", "ringing", "calls",                                       \
    "calls not yet answered: rows of listUnBridgedChannels that the PBX's own page counts")                  \
  X(trunk_up, trunk, level, "count", "up", "bool",                                                           \
    "1 while the trunk is registered or reachable, 0 while it is not: status of listVoIPTrunk")              \
  X(trunk_active, trunk, level, "current_sessions", "active", "calls", "calls in conversation over it now")  \
  X(trunk_ringing, trunk, level, "current_sessions", "ringing", "calls", "calls over it not yet answered")   \
  X(queue_active, queue, level, "current_sessions", "active", "calls",                                       \
    "calls in conversation that came through it: feature_calleenum of listBridgedChannels")                  \
  X(queue_ringing, queue, level, "current_sessions", "ringing", "calls",                                     \
    "its calls not yet answered: feature_calleenum of listUnBridgedChannels")                                \
  X(queue_waiting, queue, level, "count", "waiting", "callers", "callers who wait: getQueueCalling")         \
  X(queue_talking, queue, level, "count", "talking", "callers",                                              \
    "callers who talk to an agent: getQueueCalling with role answer")                                        \
  X(queue_agents, queue, level, "count", "agents_logged_in", "agents",                                       \
    "agents logged in, paused ones too: getCallQueuesMemberMessage")                                         \
  X(queue_paused, queue, level, "count", "agents_paused", "agents",                                          \
    "agents logged in and paused: getCallQueuesMemberMessage")                                               \
  X(queue_offered, queue, counter, "total_events", "queue_offered", "callers",                               \
    "callers who reached the queue and left it: answered and abandoned, from queueapi calldetail")           \
  X(queue_answered, queue, counter, "total_events", "queue_answered", "callers",                             \
    "callers whom an agent answered: connect yes in queueapi calldetail")                                    \
  X(queue_abandoned, queue, counter, "total_events", "queue_abandoned", "callers",                           \
    "callers whom no agent answered")                                                                        \
  X(queue_wait, queue, counter, "total_time_in_ms", "queue_wait", "ms",                                      \
    "wait of answered callers: wait_time of queueapi calldetail")                                            \
  X(queue_talk, queue, counter, "total_time_in_ms", "queue_talk", "ms",                                      \
    "talk of answered callers: talk_time of queueapi calldetail")                                            \
  X(queue_in_level, queue, counter, "total_events", "queue_in_service_level", "callers",                     \
    "callers answered within ServiceLevel seconds: numerator of the service level")                          \
  X(queue_level_base, queue, counter, "total_events", "queue_service_level_base", "callers",                 \
    "its denominator: offered callers without those who left within ShortAbandon seconds")                   \
  X(system_uptime, system, level, "uptime", "pbx", "s", "time since the PBX started: getSystemStatus")       \
  X(system_restarts, system, counter, "total_events", "restarts", "restarts",                                \
    "times its uptime was found to have begun anew")                                                         \
  X(extensions_idle, system, level, "count", "extensions_idle", "extensions",                                \
    "extensions in state Idle: listAccount")                                                                 \
  X(extensions_in_use, system, level, "count", "extensions_in_use", "extensions", "in state InUse")          \
  X(extensions_ringing, system, level, "count", "extensions_ringing", "extensions", "in state Ringing")      \
  X(extensions_busy, system, level, "count", "extensions_busy", "extensions", "in state Busy")               \
  X(extensions_unavailable, system, level, "count", "extensions_unavailable", "extensions",                  \
    "in state Unavailable, or in one that is not known")                                                     \
  X(trunks_up, system, level, "count", "trunks_up", "trunks",                                                \
    "trunks that are registered or reachable: listVoIPTrunk, listAnalogTrunk, listDigitalTrunk")             \
  X(trunks_down, system, level, "count", "trunks_down", "trunks", "trunks that are neither")                 \
  X(system_clock, system, level, "time_offset", "clock", "s",                                                \
    "how far the PBX's clock is ahead of this machine's: system-time of getSystemStatus")                    \
  X(certificate_days, system, level, "count", "certificate_days", "days",                                    \
    "days until the certificate of the API expires, 0 when it has")                                          \
  X(recordings, system, level, "count", "recordings", "recordings",                                          \
    "recordings on the PBX: listing of the legacy recapi; NaN where the firmware lists none")                \
  X(recordings_bytes, system, level, "bytes", "recordings", "bytes",                                         \
    "their size, where the listing tells it")                                                                \
  X(recordings_checked, system, counter, "total_events", "recordings_checked", "recordings",                 \
    "recordings named by records and asked for, with CheckRecordings")                                       \
  X(recordings_missing, system, counter, "total_events", "recordings_missing", "recordings",                 \
    "of those, the ones that recapi did not have")                                                           \
  X(legs_accepted, self, counter, "total_events", "legs_accepted", "legs",                                   \
    "new legs, pushed or fetched: the sum of the leg_* values")                                              \
  X(legs_duplicate, self, counter, "total_events", "legs_duplicate", "legs",                                 \
    "legs pushed again that were counted before")                                                            \
  X(legs_reread, self, counter, "total_events", "legs_reread", "legs",                                       \
    "legs offered again by the API that were counted before")                                                \
  X(legs_backfilled, self, counter, "total_events", "legs_backfilled", "legs",                               \
    "new legs that the push had missed and the API gave")                                                    \
  X(legs_too_old, self, counter, "total_events", "legs_too_old", "legs",                                     \
    "legs refused because they started before what retention has forgotten")                                 \
  X(records_quarantined, self, counter, "total_events", "records_quarantined", "records",                    \
    "records that were not understood and are kept aside: the sum of the quarantined_* values")              \
  X(quarantined_syntax, self, counter, "total_events", "quarantined_syntax", "records",                      \
    "neither JSON, XML nor CSV from end to end")                                                             \
  X(quarantined_not_a_record, self, counter, "total_events", "quarantined_not_a_record", "records",          \
    "nothing in it is named like a CDR field")                                                               \
  X(quarantined_bad_value, self, counter, "total_events", "quarantined_bad_value", "records",                \
    "a CDR field holds what it cannot, such as a negative duration")                                         \
  X(quarantined_unidentified, self, counter, "total_events", "quarantined_unidentified", "records",          \
    "no uniqueid, session, AcctId or start: not countable exactly once")                                     \
  X(quarantined_too_deep, self, counter, "total_events", "quarantined_too_deep", "records",                  \
    "nested deeper than any PBX nests")                                                                      \
  X(quarantined_too_large, self, counter, "total_events", "quarantined_too_large", "records",                \
    "longer than MaxRecordBytes, on a TCP stream")                                                           \
  X(quarantined_unknown_serial, self, counter, "total_events", "quarantined_unknown_serial", "records",      \
    "its sn belongs to no PBX behind its address, or is missing where it decides")                           \
  X(calls_amended, self, counter, "total_events", "calls_amended", "calls",                                  \
    "times a leg that came after its call was counted changed the call")                                     \
  X(settling, self, gauge, "queue_length", "settling", "calls",                                              \
    "calls that wait for their session to settle")                                                           \
  X(series, self, gauge, "count", "series", "values", "values this PBX gives; MaxSeries is the most")        \
  X(since_push, self, level, "duration", "since_push", "s",                                                  \
    "time since the last push of this PBX; NaN before the first one")                                        \
  X(buffer_left, self, level, "duration", "buffer_left", "s",                                                \
    "while we cannot take pushes: estimated time until the PBX's buffer of 10,000 records overflows, by "    \
    "the "                                                                                                   \
    "rate of the hour before; NaN while all is well")                                                        \
  X(api_up, api, level, "count", "api_up", "bool",                                                           \
    "1 while the PBX lets us in and answers some action, 0 while it is away, hangs or refuses")              \
  X(api_response, api, level, "response_time", "api", "s",                                                   \
    "mean time from question to whole answer in the last round")                                             \
  X(api_requests, api, counter, "total_requests", "api", "requests", "questions put to the PBX")             \
  X(api_logins, api, counter, "total_events", "api_logins", "logins", "logins that the PBX accepted")        \
  X(errors_auth, api, counter, "errors", "api_auth", "errors", "user or password refused, or locked out")    \
  X(errors_permission, api, counter, "errors", "api_permission", "errors",                                   \
    "not permitted: status -47, or HTTP 403")                                                                \
  X(errors_connect, api, counter, "errors", "api_connect", "errors",                                         \
    "no address for its name, or nothing listens")                                                           \
  X(errors_timeout, api, counter, "errors", "api_timeout", "errors", "no whole answer within Timeout")       \
  X(errors_tls, api, counter, "errors", "api_tls", "errors", "no trust, or no common cipher")                \
  X(errors_protocol, api, counter, "errors", "api_protocol", "errors",                                       \
    "an answer that is cut, too large, no JSON, or reports another status")                                  \
  X(since_poll, api, level, "duration", "since_poll", "s",                                                   \
    "time since records were last fetched whole; NaN before the first time")                                 \
  X(gap, api, level, "count", "legs_backfilled_hour", "legs",                                                \
    "legs of the last hour that the push had missed and the API gave")                                       \
  X(agent_senders_refused, agent, counter, "total_events", "senders_refused", "requests",                    \
    "requests and connections from an address that no PBX names")                                            \
  X(agent_credentials_refused, agent, counter, "total_events", "credentials_refused", "requests",            \
    "requests with wrong credentials")                                                                       \
  X(agent_too_large, agent, counter, "total_events", "records_too_large", "requests",                        \
    "requests over MaxRecordBytes")                                                                          \
  X(agent_too_many, agent, counter, "total_events", "connections_too_many", "connections",                   \
    "connections over MaxConnections")                                                                       \
  X(agent_too_slow, agent, counter, "total_events", "requests_too_slow", "requests",                         \
    "connections cut in the middle of a request that took longer than RequestTimeout")                       \
  X(agent_unavailable, agent, counter, "total_events", "pushes_unavailable", "requests",                     \
    "pushes answered 503 because the ledger could not commit: the PBX keeps them")                           \
  X(agent_quarantined, agent, counter, "total_events", "records_quarantined", "records",                     \
    "records kept aside whose sender could not be told to be one PBX")                                       \
  X(agent_connections, agent, counter, "total_connections", "push", "connections", "connections accepted")   \
  X(agent_connected, agent, gauge, "current_connections", "push", "connections", "connections open now")     \
  X(agent_ledger, agent, gauge, "count", "ledger_writable", "bool", "1 while records can be kept, else 0")

enum class Metric : std::uint8_t {
#define UCM_NAME(name, group, kind, type, instance, unit, help) name,
  UCM_METRICS(UCM_NAME)
#undef UCM_NAME
};

struct Row {
  Metric metric;
  Group group;
  Kind kind;
  std::string_view type;      // of types.db; DERIVE for a counter, else GAUGE
  std::string_view instance;  // type_instance, fixed, never empty
  std::string_view unit;
  std::string_view help;
};

[[nodiscard]] std::span<const Row> catalogue() noexcept;
[[nodiscard]] const Row& row(Metric metric) noexcept;

// The rows of one group, in the order of the catalogue.
[[nodiscard]] std::span<const Row> rows_of(Group group) noexcept;

// Where the metric stands among the rows of its group.
[[nodiscard]] std::size_t place(Metric metric) noexcept;

// "total_sessions-answered": how a counter is called in the ledger.
[[nodiscard]] std::string key_of(const Row& row);

}  // namespace ucm::metrics
