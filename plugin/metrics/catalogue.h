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
  calls,  // all, the four directions, and each trunk-X, queue-X, ringgroup-X, extension-X, did-X, account-X
  legs,   // all
  self,   // self, of each PBX
  agent,  // self, under the agent's own host name: what belongs to no PBX
};

enum class Kind {
  counter,   // only grows, continues over restarts
  gauge,     // a level
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
  std::string_view type;      // of types.db; total_* are DERIVE, the others GAUGE
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
