// What stands behind the values of traffic and of the capacity of trunks.
#pragma once

#include "metrics/explanation.h"

namespace ucm::metrics {

inline constexpr Explanation kExplainedTraffic[] = {
    {.from = Metric::peak_hour,
     .formula = "most calls (in trunk-X: channels) occupied at one moment of the last 60 minutes",
     .source = "begin and length of calls as in `total_time_in_ms-occupied`, by the calls' own time",
     .caveat = "Not final: it grows until every call of that time has ended and its record is here. "
               "`current_sessions-active` is what runs now.",
     .alert = "none: compare it with `count-capacity`"},
    {.from = Metric::peak_previous,
     .formula = "the same of the 60 minutes before",
     .source = "as `current_sessions-peak_hour`",
     .caveat = "Final but for calls that still run, and for records that are more than an hour late; of "
               "those over two hours late nothing is added.",
     .alert = "none: compare it with `count-capacity`"},
    {.from = Metric::erlangs,
     .formula = "occupied seconds that lie within the last 60 minutes / 3600",
     .source = "as `current_sessions-peak_hour`",
     .caveat = "Carried, not offered, traffic; calls that still run are missing until they end.",
     .alert = "none: `percent-utilisation` can be judged"},
    {.from = Metric::attempts_hour,
     .formula = "calls that began in the last 60 minutes",
     .source = "begin of the call by its own time",
     .caveat =
         "Calls that have not ended are missing. `percent-asr` divides by those that ended, not by these.",
     .alert = "none: how many are too many depends on the house"},
    {.from = Metric::bhca,
     .formula = "greatest number of calls that began in 60 consecutive minutes of the last 24 hours, by "
                "whole minutes",
     .source = "begin of the call by its own time",
     .caveat = "The peak of one day, not the time-consistent busy hour of many. For planning take the "
               "greatest of some weeks.",
     .alert = "none: a figure for planning"},
    {.from = Metric::busy_hour,
     .formula = "begin of that busiest hour as PBX time of day: 9.5 is 09:30",
     .source = "as `count-bhca`, with the PBX's offset from UTC",
     .caveat =
         "The earliest where several are equal. NaN without calls, and while the PBX's zone is not known.",
     .alert = "none: a figure for planning"},
    {.from = Metric::capacity,
     .formula = "TrunkCapacity, else the ports of an analogue trunk",
     .source = "the option; `listAnalogTrunk`",
     .caveat = "A SIP trunk's channels are in no record and in no answer: configure them. NaN where neither "
               "knows, and in `trunk-other`.",
     .alert = "none: it is configured"},
    {.from = Metric::utilisation,
     .formula = "100 * erlangs_hour / capacity",
     .source = "`count-erlangs_hour`, `count-capacity`",
     .caveat = "The mean of an hour: at 70 calls are already lost in peaks. Over 100 the capacity is set too "
               "low, and hosts that keep to types.db store nothing.",
     .alert = "> 70"},
    {.from = Metric::all_busy,
     .formula = "time in which capacity or more channels of the trunk were occupied",
     .source = "as `total_time_in_ms-occupied`, by the calls' own time, with `count-capacity`",
     .caveat = "A lower bound of congestion time: refused calls may leave no record. Exact for records at "
               "most 26 hours late; it stands still where capacity is NaN.",
     .alert = "> 60"},
};

}  // namespace ucm::metrics
