// What stands behind the values of queues, as records tell of them, and of legs.
#pragma once

#include "metrics/explanation.h"

namespace ucm::metrics {

inline constexpr Explanation kExplainedQueues[] = {
    {.from = Metric::calls_offered,
     .formula = "calls_answered + calls_abandoned + calls_overflowed",
     .source = "calls with a leg whose `action_type` is `QUEUE[X]`; each counts once in X",
     .caveat = "Who goes from queue to queue is offered in each. `queue_offered` is the PBX's own count of "
               "callers.",
     .alert = "none: how many are too many depends on the agents"},
    {.from = Metric::calls_answered,
     .formula = "calls with a leg QUEUE[X] that a person answered",
     .source = "as `total_sessions-answered`, of the legs `QUEUE[X]`",
     .caveat = "Decided when the call is counted; a late leg does not change it.",
     .alert = "none: `percent-service_level` can be judged"},
    {.from = Metric::calls_abandoned,
     .formula = "offered, not answered in X, and no other leg began after the last leg QUEUE[X] did",
     .source = "`action_type`, `start` of all legs",
     .caveat = "Also a call that the queue itself ended, and one whose queue legs have no `start` that can "
               "be read.",
     .alert = "none: `percent-abandoned` can be judged"},
    {.from = Metric::calls_overflowed,
     .per = Metric::calls_offered,
     .formula = "offered, not answered in X, and some other leg began after the last leg QUEUE[X] did",
     .source = "`action_type`, `start` of all legs",
     .caveat = "To voicemail, another queue, another destination; in no service level.",
     .alert = "> 0.2"},
    {.from = Metric::calls_answered_in_time,
     .formula = "calls_answered with answer - entry <= ServiceLevel (20 s)",
     .source = "entry: earliest `start` of the legs `QUEUE[X]`; answer: earliest of an agent there",
     .caveat = "Numerator of every service level but one.",
     .alert = "none: `percent-service_level` can be judged"},
    {.from = Metric::calls_abandoned_in_time,
     .formula = "calls_abandoned with leaving - entry <= ServiceLevel (20 s)",
     .source = "leaving: latest `start` + `duration` of the legs `QUEUE[X]`",
     .caveat = "",
     .alert = "none: `percent-abandoned` can be judged"},
    {.from = Metric::calls_abandoned_short,
     .formula = "calls_abandoned with leaving - entry < ShortAbandon (5 s)",
     .source = "as `total_events-calls_abandoned_in_time`",
     .caveat = "With `ShortAbandon 0` there are none.",
     .alert = "none: these callers did not want to wait"},
    {.from = Metric::calls_queue_wait,
     .formula = "sum of answer - entry over calls_answered",
     .source = "as `total_events-calls_answered_in_time`",
     .caveat = "Divided by calls_answered it is the ASA. The wait in the queue alone; "
               "`total_time_in_ms-wait` begins with the call.",
     .alert = "none: a sum; `percent-service_level` can be judged"},
    {.from = Metric::service_level,
     .formula = "by ServiceLevelFormula, of calls that ended in the last 60 minutes: [service "
                "level](#service-level)",
     .source = "the `calls_*` counters, by the end of the whole call",
     .caveat = "80 under one formula is 86 under another: name the formula beside the figure.",
     .alert = "< 80"},
    {.from = Metric::abandoned_share,
     .formula = "100 * calls_abandoned / (calls_answered + calls_abandoned), of calls that ended in the last "
                "60 minutes",
     .source = "the `calls_*` counters, by the end of the whole call",
     .caveat = "Short abandons are in it; what overflowed is not.",
     .alert = "> 5"},
    {.from = Metric::leg_answered,
     .to = Metric::leg_other,
     .formula = "legs with that disposition: answered, no_answer (also NOANSWER), busy, failed (also "
                "CONGESTION), other",
     .source = "`disposition`",
     .caveat = "Legs, not calls: six phones that ring and one that is answered are five `leg_no_answer` and "
               "one call. Whoever answered, a person or a machine.",
     .alert = "none: alert on calls"},
    {.from = Metric::leg_talk,
     .formula = "sum of billsec over all legs",
     .source = "`billsec`",
     .caveat = "Legs of one call overlap, and an IVR's time is in it: no talk time of anybody.",
     .alert = "none: alert on calls"},
};

}  // namespace ucm::metrics
