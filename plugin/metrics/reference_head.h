// What the page of values says before its tables.
#pragma once

#include <string_view>

namespace ucm::metrics {

inline constexpr std::string_view kReferenceHead = R"(# Values

<!-- Made from the catalogue by `ucmctl values`. Change plugin/metrics/*_rows.h and explained_*.h, then make this page again. -->

Every value: first how to read them, then a table for each subject, and under it for each value its formula, its source, what
it does not say, an example of a graph and one of an alert. Options are those of [options.md](options.md); fields of records and
actions of the API those of [wire.md](wire.md). Dashboards that use them: [dashboards.md](dashboards.md).

## Names

The same value, `percent-asr` of scope `all`, and a counter and a duration beside it:

| where | name |
|---|---|
| collectd | `PBX/ucm-all/percent-asr`, `PBX/ucm-all/total_sessions-answered`, `PBX/ucm-all/duration-acd` |
| Prometheus (write_prometheus) | `collectd_ucm_percent{instance="PBX",ucm="all",type="asr"}`, `collectd_ucm_total_sessions_total{...,type="answered"}`, `collectd_ucm_duration_seconds{...,type="acd"}` |
| RRD | `PBX/ucm-all/percent-asr.rrd`, data source `value`; of a duration `seconds` |
| Graphite | `PBX.ucm-all.percent-asr` behind your prefix; a dot in a name becomes `_` |
| InfluxDB, Telegraf (collectd input) | measurement `ucm_value`, of a duration `ucm_seconds`; tags `host`, `instance` = scope, `type`, `type_instance` |

Without `honor_labels: true` Prometheus calls `instance` `exported_instance`. RRD keeps a counter as its rate (calls a second);
Graphite too, unless `StoreRates false` is set; InfluxDB is sent the counter itself.

## Scopes

The scope says whose calls: `all` of the PBX, one of the four directions, `trunk-X`, `queue-X`, `ringgroup-X`, and where asked for
`extension-X`, `did-X`, `account-X`. The directions add up to `all`. Nothing else does: a call belongs to every trunk, queue and ring group
that one of its legs names. **A sum over scopes counts twice: filter on one.** Beyond `MaxSeries` new names share `trunk-other`,
`queue-other` and so on.

## Kinds

| kind | what it is |
|---|---|
| counter | DERIVE: only grows, and goes on over restarts. It moves when a call is counted, `Settle` seconds after its last leg came: by arrival |
| gauge | a level of this moment; what the PBX tells is NaN while the PBX tells nothing |
| interval | a statistic of the calls counted since the host last read; NaN when there were none |
| last hour | a statistic of the last 60 minutes (BHCA: 24 hours) by the calls' own time, worked out anew with each publication; NaN where there is nothing to divide |

**Ratios.** Every ratio is there twice: as a finished last-hour value, and as two counters, its numerator and its denominator. A
percentage can be neither summed nor averaged; for another window, or several PBXes, rate the counters and then divide:

    sum(rate(collectd_ucm_total_sessions_total{ucm="outbound",type="answered"}[1d]))
      / sum(rate(collectd_ucm_total_events_total{ucm="outbound",type="attempts"}[1d]))

**The two clocks.** Counters follow arrival: a PBX that was cut off for a day brings that day at once, as a peak in every rate. Last-hour
values follow the calls' own time: what comes more than an hour after its end changes no ratio; peaks look back two hours, BHCA a day.
`duration-lateness-*` says how far the two are apart. Ratios and attempts go by whole minutes, the running one and the 59 before it. A call's begin is what its `session`
testifies to, else its `start` with the PBX's offset from UTC, else its arrival less its length; its end is its begin and its elapsed time.

**Not final.** A record exists when its call has ended. Peak, Erlangs, attempts and BHCA of a time are therefore final only when every call of that time
has ended and its record has come: `peak_previous_hour` nearly is, `peak_hour` is not. What runs now is `current_sessions-active`, from the API.

## Words

* **Call**: all legs (records) of one session, counted once. **Attempt**: a call of any outcome; its outcome is the first that some leg
  gives of answered, voicemail, ivr, busy (no leg NO ANSWER), no_answer, failed, other. A leg that comes after its call was counted adds talk,
  time and scopes; outcome, wait and what follows from them stay as they were counted (`calls_amended`).
* **Answered**: a person took a leg. Not an IVR, an announcement, voicemail, or a queue that let the caller wait (nothing billed). Beyond a trunk the PBX cannot tell
  a person from a machine.
* **Effective**: not failed, not other. The **NER** made of it is an estimate: a record says FAILED for a wrong number and for a dead route alike.
* **Short call**: answered, talk below `ShortCall` (6 s). **Redial**: a call from and to the same numbers as one that ended at most `RedialWithin` (60 s)
  before it began, whatever became of the first. Both hint at bad sound, which no record measures.
* **Talk**: billed seconds of legs that a person answered. **Wait**: from the call's begin to the first answer by a person.
* **Occupied**: from the first leg's start to the latest end, ringing and queueing too. Its rate is traffic:
  `rate(collectd_ucm_total_time_in_ms_total{ucm="trunk-X",type="occupied"}[1h]) / 1000` are the **Erlangs** carried.
* **Histograms**: `total_values-*_le_N` count the answered calls with N seconds or less. They are counters and may be summed; the entries show how to
  make a quantile of them. Share of calls answered within 20 s: `wait_le_20` / `wait_le_inf`.

## Service level

How many callers were answered in time depends on what it is divided by. `percent-service_level` goes by `ServiceLevelFormula`; all counters are
there for each of them. In `queue-X`, with a = calls_answered, b = calls_abandoned, `_in` = in_time, `_short` = short:

| ServiceLevelFormula | formula | of 1000 a, 860 a_in, 60 b, 20 b_in, 10 b_short |
|---|---|---|
| `answered_and_abandoned` | (a_in + b_in) / (a + b) | 83.0 % |
| `answered` | a_in / a | 86.0 % |
| `offered` | a_in / (a + b) | 81.1 % |
| `without_abandoned_in_time` | a_in / (a + b - b_in) | 82.7 % |
| `without_short_abandons` (default) | a_in / (a + b - b_short) | 81.9 % |

## Examples

Graphs are made with `rate` over five minutes, times over an hour. Alerts are comparisons with numbers to start from, not truths: add `for: 10m`,
and keep ratios of few calls quiet with `and on (instance, ucm) increase(collectd_ucm_total_events_total{type="attempts"}[1h]) >= 20`. A
counter in an alert is what it grew by in an hour. `PBX` and `AGENT` stand for host names.
)";

}  // namespace ucm::metrics
