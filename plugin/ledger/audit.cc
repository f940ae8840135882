#include "ledger/audit.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"
#include "model/call.h"

namespace ucm::ledger {

namespace {

// An amount of one row, by the columns of the selection that it stands in.
struct Sum {
  std::string_view metric;
  std::string_view sql;
};

constexpr std::array kCalls{
    Sum{"total_sessions-answered", "c.outcome = 'answered'"},
    Sum{"total_sessions-voicemail", "c.outcome = 'voicemail'"},
    Sum{"total_sessions-ivr", "c.outcome = 'ivr'"},
    Sum{"total_sessions-busy", "c.outcome = 'busy'"},
    Sum{"total_sessions-no_answer", "c.outcome = 'no_answer'"},
    Sum{"total_sessions-failed", "c.outcome = 'failed'"},
    Sum{"total_sessions-other", "c.outcome = 'other'"},
    Sum{"total_events-attempts", "1"},
    Sum{"total_events-effective", "c.outcome NOT IN ('failed', 'other')"},
    Sum{"total_time_in_ms-talk", "c.talk_s * 1000"},
    Sum{"total_time_in_ms-wait", "(c.outcome = 'answered') * c.wait_s * 1000"},
    Sum{"total_events-short_calls", "c.outcome = 'answered' AND c.short_call"},
    Sum{"total_events-redials", "c.redial"},
    Sum{"total_time_in_ms-occupied", "(s.value NOT GLOB 'trunk-*') * c.elapsed_s * 1000"},
    Sum{"legs", "c.legs"},
};
constexpr std::size_t kOfEachLeg = 11;  // of those, the ones that an extension has by each leg

constexpr std::string_view kDistributed =
    "c.outcome = 'answered' AND s.value NOT GLOB 'did-*' AND s.value NOT GLOB 'account-*'";
constexpr std::array kHistograms{
    Sum{"total_values-talk_le_10", "c.counted_talk_s <= 10"},
    Sum{"total_values-talk_le_30", "c.counted_talk_s <= 30"},
    Sum{"total_values-talk_le_60", "c.counted_talk_s <= 60"},
    Sum{"total_values-talk_le_120", "c.counted_talk_s <= 120"},
    Sum{"total_values-talk_le_300", "c.counted_talk_s <= 300"},
    Sum{"total_values-talk_le_600", "c.counted_talk_s <= 600"},
    Sum{"total_values-talk_le_1800", "c.counted_talk_s <= 1800"},
    Sum{"total_values-talk_le_3600", "c.counted_talk_s <= 3600"},
    Sum{"total_values-talk_le_inf", "1"},
    Sum{"total_values-wait_le_5", "c.wait_s <= 5"},
    Sum{"total_values-wait_le_10", "c.wait_s <= 10"},
    Sum{"total_values-wait_le_20", "c.wait_s <= 20"},
    Sum{"total_values-wait_le_30", "c.wait_s <= 30"},
    Sum{"total_values-wait_le_60", "c.wait_s <= 60"},
    Sum{"total_values-wait_le_120", "c.wait_s <= 120"},
    Sum{"total_values-wait_le_300", "c.wait_s <= 300"},
    Sum{"total_values-wait_le_inf", "1"},
};

constexpr std::array kSeizures{Sum{"total_time_in_ms-occupied",
                                   "(json_extract(s.value, '$[1]') - json_extract(s.value, '$[0]')) * "
                                   "json_extract(s.value, '$[2]') * 1000"}};

constexpr std::array kStays{
    Sum{"total_events-calls_offered", "1"},
    Sum{"total_events-calls_answered", "json_extract(s.value, '$[4]') = 'answered'"},
    Sum{"total_events-calls_abandoned", "json_extract(s.value, '$[4]') = 'abandoned'"},
    Sum{"total_events-calls_overflowed", "json_extract(s.value, '$[4]') = 'overflowed'"},
    Sum{"total_time_in_ms-calls_queue_wait",
        "(json_extract(s.value, '$[4]') = 'answered') * json_extract(s.value, '$[5]') * 1000"},
};

constexpr std::array kQueueCalls{
    Sum{"total_events-queue_offered", "1"},
    Sum{"total_events-queue_answered", "answered"},
    Sum{"total_events-queue_abandoned", "NOT answered"},
    Sum{"total_time_in_ms-queue_wait", "answered * wait_s * 1000"},
    Sum{"total_time_in_ms-queue_talk", "answered * talk_s * 1000"},
};

constexpr std::array kLegs{
    Sum{"total_events-leg_answered", "said = 'ANSWERED'"},
    Sum{"total_events-leg_no_answer", "said IN ('NO ANSWER', 'NOANSWER')"},
    Sum{"total_events-leg_busy", "said = 'BUSY'"},
    Sum{"total_events-leg_failed", "said IN ('FAILED', 'CONGESTION')"},
    Sum{"total_events-leg_other",
        "said NOT IN ('ANSWERED', 'NO ANSWER', 'NOANSWER', 'BUSY', 'FAILED', 'CONGESTION')"},
    Sum{"total_time_in_ms-leg_talk", "billsec * 1000"},
};
constexpr std::array kArrivals{
    Sum{"total_events-legs_accepted", "1"},
    Sum{"total_events-legs_backfilled", "origin = 1"},
};

constexpr std::string_view kSaid = "upper(trim(coalesce(disposition, ''), char(32, 9, 10, 13)))";

// Who took a leg, in SQL: the rules of docs/wire.md.
constexpr std::string_view kOutcome =
    "CASE WHEN said = 'ANSWERED' THEN CASE "
    "WHEN action_type LIKE 'VM%' OR lower(lastapp) = 'voicemail' THEN 'voicemail' "
    "WHEN lower(lastapp) = 'forkcdr' OR action_type LIKE 'IVR%' OR action_type LIKE 'ANNOUNCE%' OR "
    "(billsec = 0 AND lower(coalesce(lastapp, '')) <> 'dial') THEN 'ivr' ELSE 'answered' END "
    "WHEN said IN ('NO ANSWER', 'NOANSWER') THEN 'no_answer' WHEN said = 'BUSY' THEN 'busy' "
    "WHEN said IN ('FAILED', 'CONGESTION') THEN 'failed' ELSE 'other' END";

// Seconds of a local time, null where it is none.
std::string seconds_sql(std::string_view column) {
  return text(
      "CASE WHEN {0} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T][0-9][0-9]:[0-9][0-9]:[0-9][0-9]*' "
      "AND date(substr({0}, 1, 10), '+0 days') = substr({0}, 1, 10) AND substr({0}, 1, 4) >= '1970' AND "
      "substr({0}, 12, 2) <= '23' AND substr({0}, 15, 2) <= '59' AND substr({0}, 18, 2) <= '60' THEN "
      "CAST(strftime('%s', substr({0}, 1, 10)) AS INTEGER) + 3600 * substr({0}, 12, 2) + "
      "60 * substr({0}, 15, 2) + substr({0}, 18, 2) END",
      column);
}

// A list with line ends between, as an array; and one whose lines are words with blanks between.
std::string lines_of(std::string_view column) {
  return text("json_each('[\"' || replace({}, char(10), '\",\"') || '\"]')", column);
}
std::string words_of(std::string_view column) {
  return text("json_each('[[\"' || replace(replace({}, ' ', '\",\"'), char(10), '\"],[\"') || '\"]]')",
              column);
}

std::string all_of(std::string_view table, std::string_view where) {
  return text("(SELECT * FROM {}{}{})", table, where.empty() ? "" : " WHERE ", where);
}

// One selection: a row of it for each PBX and scope. `head` gives both.
class Selection {
 public:
  Selection(std::string_view head, std::string from) : head_(head), from_(std::move(from)) {}

  void add(std::span<const Sum> sums, std::string_view only_if = {}) {
    for (const Sum& sum : sums) {
      names_.push_back(sum.metric);
      columns_ +=
          only_if.empty() ? text(", sum({})", sum.sql) : text(", sum(({}) AND ({}))", only_if, sum.sql);
    }
  }
  [[nodiscard]] Result<void> run(Database& database, const VisitAmount& visit) const {
    Result<Statement> select =
        database.prepare(text("SELECT {}{} FROM {} GROUP BY 1, 2", head_, columns_, from_));
    if (!select) return select.error();
    Statement& row = select.value();
    for (;;) {
      const Result<bool> stepped = row.step();
      if (!stepped) return stepped.error();
      if (!stepped.value()) return {};
      for (std::size_t i = 0; i < names_.size(); ++i) {
        const std::int64_t value = row.number(2 + static_cast<int>(i));
        if (value != 0) visit(row.number(0), std::string(row.text(1)), names_[i], value);
      }
    }
  }

 private:
  std::string_view head_;
  std::string from_;
  std::string columns_;
  std::vector<std::string_view> names_;
};

Selection of_calls(std::string_view where) {
  Selection calls("c.pbx, s.value",
                  text("{} c, {} s WHERE c.scopes <> ''", all_of("calls", where), lines_of("c.scopes")));
  calls.add(kCalls);
  calls.add(kHistograms, kDistributed);
  return calls;
}

Selection of_seizures(std::string_view where) {
  Selection seizures("c.pbx, json_extract(s.value, '$[3]')",
                     text("{} c, {} s WHERE c.trunk_times <> '' AND json_extract(s.value, '$[3]') <> '-'",
                          all_of("calls", where), words_of("c.trunk_times")));
  seizures.add(kSeizures);
  return seizures;
}

Selection of_stays(std::string_view where) {
  Selection stays("c.pbx, json_extract(s.value, '$[6]')",
                  text("{} c, {} s WHERE c.queue_stays <> '' AND json_extract(s.value, '$[6]') <> '-'",
                       all_of("calls", where), words_of("c.queue_stays")));
  stays.add(kStays);
  return stays;
}

Selection of_queue_calls(std::string_view where) {
  Selection calls("pbx, scope", text("{} WHERE scope <> ''", all_of("queue_calls", where)));
  calls.add(kQueueCalls);
  return calls;
}

Selection of_legs(std::string_view scope, std::span<const Sum> sums, std::string_view where) {
  Selection legs(scope,
                 text("(SELECT pbx, billsec, origin, {} AS said FROM {})", kSaid, all_of("legs", where)));
  legs.add(sums);
  return legs;
}

// Each leg is a call of its own for the extensions on it.
Selection of_extensions(std::string_view where) {
  const std::string read = text(
      "(SELECT pbx, scopes, duration, billsec, action_type, lastapp, {} AS said, {} AS began, {} AS told "
      "FROM {} WHERE scopes <> '')",
      kSaid, seconds_sql("start"), seconds_sql("answer"), all_of("legs", where));
  // What the field says, unless it is an hour from what the durations say: then the clocks changed.
  const std::string judged = text(
      "(SELECT pbx, scopes, {} AS outcome, duration AS elapsed_s, (({}) = 'answered') * billsec AS talk_s, "
      "max(0, coalesce(CASE WHEN abs(abs(told - began - max(0, duration - billsec)) - 3600) > 10 THEN "
      "told - began END, CASE WHEN began IS NULL THEN 0 ELSE max(0, duration - billsec) END)) AS waited "
      "FROM {})",
      kOutcome, kOutcome, read);
  const std::string bounded = text(
      "(SELECT *, CASE WHEN waited > {} THEN 0 ELSE waited END AS wait_s FROM {})", kFarthestApart, judged);
  Selection legs("c.pbx, s.value", text("{} c, {} s", bounded, lines_of("c.scopes")));
  legs.add(std::span(kCalls).first(kOfEachLeg));
  constexpr std::array kOccupied{Sum{"total_time_in_ms-occupied", "c.elapsed_s * 1000"}};
  legs.add(kOccupied);
  return legs;
}

template <class Sums>
bool names(const Sums& sums, std::string_view metric) {
  return std::any_of(sums.begin(), sums.end(), [metric](const Sum& sum) { return sum.metric == metric; });
}

}  // namespace

Result<void> each_amount(Database& database, Rows rows, std::string_view where, const VisitAmount& visit) {
  std::vector<Selection> selections;
  switch (rows) {
    case Rows::legs:
      selections = {of_legs("pbx, 'all'", kLegs, where), of_legs("pbx, 'self'", kArrivals, where),
                    of_extensions(where)};
      break;
    case Rows::calls:
      selections = {of_calls(where), of_seizures(where), of_stays(where)};
      break;
    case Rows::queue_calls:
      selections = {of_queue_calls(where)};
      break;
  }
  for (const Selection& selection : selections) {
    if (auto done = selection.run(database, visit); !done) return done;
  }
  return {};
}

bool told_by_rows(std::string_view scope, std::string_view metric) {
  if (metric == "legs") return false;
  if (scope.starts_with("extension-") && metric == "total_events-short_calls") return false;
  return names(kCalls, metric) || names(kHistograms, metric) || names(kStays, metric) ||
         names(kQueueCalls, metric) || names(kLegs, metric) || names(kArrivals, metric);
}

}  // namespace ucm::ledger
