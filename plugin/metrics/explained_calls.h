// What stands behind the values of calls and of histograms.
#pragma once

#include "metrics/explanation.h"

namespace ucm::metrics {

inline constexpr Explanation kExplainedCalls[] = {
    {.from = Metric::answered,
     .formula = "calls with at least one leg that a person answered",
     .source = "`disposition` ANSWERED; `action_type` begins with none of VM, IVR, ANNOUNCE; `lastapp` is "
               "neither VoiceMail nor ForkCDR; with `billsec` 0 only where `lastapp` is Dial",
     .caveat = "Beyond a trunk any answer counts, of a machine too. A leg `QUEUE[X]` with billed time is "
               "taken for an agent's.",
     .alert = "none: how few are too few depends on house and hour; `percent-asr` can be judged"},
    {.from = Metric::voicemail,
     .per = Metric::attempts,
     .formula = "calls that no person answered, with a leg that voicemail took",
     .source = "`disposition` ANSWERED with `action_type` VM... or `lastapp` VoiceMail",
     .caveat = "Whether a message was left is not in the record.",
     .alert = "> 0.3"},
    {.from = Metric::ivr,
     .per = Metric::attempts,
     .formula = "calls that neither person nor voicemail answered, with a leg that a machine of the PBX took",
     .source = "`disposition` ANSWERED with `lastapp` ForkCDR, or `action_type` IVR... or ANNOUNCE..., or "
               "`billsec` 0 and `lastapp` not Dial",
     .caveat = "Callers who gave up in the menu, or in a queue that had taken their call.",
     .alert = "> 0.3"},
    {.from = Metric::busy,
     .per = Metric::attempts,
     .formula = "calls that nothing answered, with a BUSY leg and none NO ANSWER",
     .source = "`disposition` of all legs",
     .caveat = "One phone of a ring group that was busy while others rang makes the call `no_answer`.",
     .alert = "> 0.3"},
    {.from = Metric::no_answer,
     .per = Metric::attempts,
     .formula = "calls that nothing answered, with a leg NO ANSWER",
     .source = "`disposition` NO ANSWER or NOANSWER",
     .caveat = "A caller who hung up and a phone that rang in vain look the same.",
     .alert = "> 0.5"},
    {.from = Metric::failed,
     .per = Metric::attempts,
     .formula = "calls that nothing answered, without a leg BUSY or NO ANSWER, with one FAILED or CONGESTION",
     .source = "`disposition` of all legs",
     .caveat = "A wrong number, no route and a refusing carrier look the same: read it beside `count-up` of "
               "the trunk.",
     .alert = "> 0.2"},
    {.from = Metric::other,
     .formula = "calls of which every leg has an empty or unknown disposition",
     .source = "`disposition`",
     .caveat = "A word that is not known yet, of a new firmware perhaps: [the "
               "ledger](operations.md#the-ledger) has the calls.",
     .alert = "> 0"},
    {.from = Metric::talk,
     .formula = "sum of billsec over the legs that a person answered",
     .source = "`billsec`",
     .caveat = "Two talks at once (attended transfer) both count. A leg that comes late adds its talk. The "
               "rate is Erlangs of talk.",
     .alert = "none: a sum; `count-long_call` tells of single calls"},
    {.from = Metric::wait,
     .formula =
         "earliest answer by a person - start of the call's first leg, never below 0; of answered calls",
     .source = "`answer` of the earliest person-answered leg, `start` of the first; start + `duration` - "
               "`billsec` where `answer` cannot be read or is an hour (+-10 s) off it",
     .caveat = "Post-dial delay, ringing, IVR and queue are all in it: it is neither PDD nor ring time. A "
               "late leg does not change it.",
     .alert = "none: a sum; `duration-answer_wait` can be judged"},
    {.from = Metric::talk_average,
     .to = Metric::talk_p95,
     .formula =
         "mean, greatest and nearest-rank percentiles of talk of the calls counted since the host last read",
     .source = "as `total_time_in_ms-talk`, at the moment of counting",
     .caveat = "Exact below 4,096 s, to 1/256 above. Averages of percentiles mean nothing: for other windows "
               "take the histogram.",
     .alert = "none: an interval has few calls; `duration-acd` can be judged"},
    {.from = Metric::wait_average,
     .to = Metric::wait_p95,
     .formula =
         "mean, greatest and nearest-rank percentiles of wait of the calls counted since the host last read",
     .source = "as `total_time_in_ms-wait`",
     .caveat = "As `duration-talk-*`.",
     .alert = "none: an interval has few calls; `duration-answer_wait` can be judged"},
    {.from = Metric::attempts,
     .formula = "answered + voicemail + ivr + busy + no_answer + failed + other",
     .source = "one for each `session` (else `uniqueid`, else `AcctId` with `start`)",
     .caveat = "What left no record is not in it, congestion on some firmware. Nights are quiet: keep the "
               "alert to business hours.",
     .alert = "== 0"},
    {.from = Metric::effective,
     .formula = "attempts - failed - other",
     .source = "`disposition` of all legs",
     .caveat = "An estimate: FAILED holds the caller's mistakes beside the network's, so the true number is "
               "higher.",
     .alert = "none: `percent-ner_estimate` can be judged"},
    {.from = Metric::short_calls,
     .formula = "answered calls with talk < ShortCall (6 s)",
     .source = "as `total_time_in_ms-talk`, at the moment of counting",
     .caveat = "A sign of one-way audio, of dialling machines, of a wrong number; proof of none.",
     .alert = "none: `percent-short_calls` can be judged"},
    {.from = Metric::redials,
     .formula = "calls with the same src and dst as an earlier one that ended 0 to RedialWithin (60 s) "
                "before they began",
     .source = "`src`, `dst` of the first leg, neither empty; begin and end by the calls' own time",
     .caveat = "Whatever became of the first call. The last 10,000 pairs are remembered, of each its latest "
               "call, as digests: records out of order may be missed. 0 in `extension-X`.",
     .alert = "none: `percent-redials` can be judged"},
    {.from = Metric::occupied,
     .formula = "latest end - start of the first leg; in trunk-X of the legs that name X, twice where a leg "
                "has X on both sides",
     .source = "`start`, `duration`, `src_trunk_name`, `dst_trunk_name`; in `extension-X` the `duration` of "
               "the leg",
     .caveat = "Ringing is in it: it is what a line carries, not talk. A call adds all its seconds at once, "
               "when it is counted: rate it over an hour, not less.",
     .alert = "none: `percent-utilisation` can be judged"},
    {.from = Metric::asr,
     .formula = "100 * answered / attempts, of calls that ended in the last 60 minutes",
     .source = "`total_sessions-answered`, `total_events-attempts`, by the calls' own end",
     .caveat = "Only a person's answer counts: an IVR or a voicemail in front lowers it. As E.411 means it, "
               "read it in `outbound` and `trunk-X`.",
     .alert = "< 40"},
    {.from = Metric::ner,
     .formula = "100 * effective / attempts, of calls that ended in the last 60 minutes",
     .source = "`total_events-effective`, `total_events-attempts`, by the calls' own end",
     .caveat = "An estimate and a lower bound: FAILED holds wrong numbers too.",
     .alert = "< 90"},
    {.from = Metric::short_share,
     .formula = "100 * short_calls / answered, of calls that ended in the last 60 minutes",
     .source = "`total_events-short_calls`, `total_sessions-answered`, by the calls' own end",
     .caveat = "Compare a trunk with itself and with the other trunks: the level is the house's own.",
     .alert = "> 15"},
    {.from = Metric::redial_share,
     .formula = "100 * redials / attempts, of calls that ended in the last 60 minutes",
     .source = "`total_events-redials`, `total_events-attempts`, by the calls' own end",
     .caveat = "Who dials again after BUSY is in it: high beside a low `short_calls` means busy, high beside "
               "a high one means bad sound.",
     .alert = "> 10"},
    {.from = Metric::acd,
     .formula = "talk / answered, of calls that ended in the last 60 minutes",
     .source = "`total_time_in_ms-talk`, `total_sessions-answered`, by the calls' own end",
     .caveat = "Calls inside the house are short and pull `all` down: read it by direction or trunk.",
     .alert = "< 30"},
    {.from = Metric::answer_wait,
     .formula = "wait / answered, of calls that ended in the last 60 minutes",
     .source = "`total_time_in_ms-wait`, `total_sessions-answered`, by the calls' own end",
     .caveat = "The same limits as `total_time_in_ms-wait`; who gave up waiting is not in it.",
     .alert = "> 30"},
    {.from = Metric::talk_le_10,
     .to = Metric::talk_le_inf,
     .formula = "answered calls with talk <= N s; each bucket holds those below it; le_inf = "
                "total_sessions-answered since `Histograms` is on",
     .source = "as `total_time_in_ms-talk`, at the moment of counting",
     .caveat = "A quantile is worked out within its bucket: it is as exact as the bucket is narrow, and "
               "never above the last bound. Talk that a late leg adds is not in it.",
     .alert = "none: judge the quantile that matters to you"},
    {.from = Metric::wait_le_5,
     .to = Metric::wait_le_inf,
     .formula = "answered calls with wait <= N s; each bucket holds those below it; le_inf = "
                "total_sessions-answered since `Histograms` is on",
     .source = "as `total_time_in_ms-wait`",
     .caveat = "As `total_values-talk_le_*`. Share within N s: le_N / le_inf.",
     .alert = "none: judge the quantile that matters to you"},
};

}  // namespace ucm::metrics
