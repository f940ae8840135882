// What holds of the values of a PBX whatever its traffic was.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "check.h"
#include "keeping.h"

namespace ucm::ledger {

using Levels = std::map<std::pair<std::string, metrics::Metric>, double>;

// Counters and statistics of the last hour and day; what is not known is left out.
[[nodiscard]] inline Levels levels_of(const Keeping& desk) {
  std::vector<metrics::Section> sections;
  desk.ledger->book(0).show_windows(desk.clock.wall_s());
  desk.ledger->book(0).read(false, sections);
  Levels levels;
  for (const metrics::Section& section : sections) {
    for (const metrics::Reading& reading : section.readings) {
      const bool counter = reading.row->kind == metrics::Kind::counter;
      if (!counter && reading.row->kind != metrics::Kind::window) continue;
      const double value = counter ? static_cast<double>(reading.count) : reading.level;
      if (!std::isnan(value)) levels[{section.scope, reading.row->metric}] = value;
    }
  }
  return levels;
}

class Conserved {
 public:
  explicit Conserved(const Keeping& desk) : levels_(levels_of(desk)) {}

  void check() const {
    for (const auto& [key, value] : levels_) {
      if (value < 0) print_error("%s is %f\n", key.first.c_str(), value);
      assert_true(value >= 0);
    }
    for (const auto& [key, value] : levels_) {
      if (key.second == metrics::Metric::attempts) of_scope(key.first);
      if (key.second == metrics::Metric::calls_offered) of_queue(key.first);
    }
    directions_sum_up_to_all();
    busy_hour_is_the_busiest();
  }

 private:
  using Metric = metrics::Metric;

  [[nodiscard]] double at(const std::string& scope, Metric metric) const {
    const auto found = levels_.find({scope, metric});
    return found == levels_.end() ? 0 : found->second;
  }
  void equal(double one, double other, const std::string& where) const {
    if (one != other) print_error("%s: %f is not %f\n", where.c_str(), one, other);
    assert_true(one == other);
  }
  void of_scope(const std::string& scope) const {
    const double reached = at(scope, Metric::answered) + at(scope, Metric::voicemail) +
                           at(scope, Metric::ivr) + at(scope, Metric::busy) + at(scope, Metric::no_answer);
    equal(at(scope, Metric::effective), reached, scope);
    equal(at(scope, Metric::attempts), reached + at(scope, Metric::failed) + at(scope, Metric::other), scope);
    assert_true(at(scope, Metric::short_calls) <= at(scope, Metric::answered));
    assert_true(at(scope, Metric::redials) <= at(scope, Metric::attempts));
    for (const Metric share : {Metric::asr, Metric::ner, Metric::short_share, Metric::redial_share}) {
      assert_true(at(scope, share) <= 100);
    }
    assert_true(at(scope, Metric::asr) <= at(scope, Metric::ner));
    buckets_grow(scope, Metric::talk_le_10, Metric::talk_le_inf);
    buckets_grow(scope, Metric::wait_le_5, Metric::wait_le_inf);
  }
  void buckets_grow(const std::string& scope, Metric first, Metric last) const {
    for (auto i = static_cast<int>(first); i < static_cast<int>(last); ++i) {
      assert_true(at(scope, static_cast<Metric>(i)) <= at(scope, static_cast<Metric>(i + 1)));
    }
    equal(at(scope, last), at(scope, Metric::answered), scope);
  }
  void of_queue(const std::string& scope) const {
    const double fates = at(scope, Metric::calls_answered) + at(scope, Metric::calls_abandoned) +
                         at(scope, Metric::calls_overflowed);
    equal(at(scope, Metric::calls_offered), fates, scope);
    equal(at(scope, Metric::calls_offered), at(scope, Metric::attempts), scope);
    assert_true(at(scope, Metric::calls_answered_in_time) <= at(scope, Metric::calls_answered));
    assert_true(at(scope, Metric::calls_abandoned_in_time) <= at(scope, Metric::calls_abandoned));
    assert_true(at(scope, Metric::calls_abandoned_short) <= at(scope, Metric::calls_abandoned_in_time));
    assert_true(at(scope, Metric::service_level) <= 100);
  }
  void directions_sum_up_to_all() const {
    for (const metrics::Group group : {metrics::Group::calls, metrics::Group::histogram}) {
      for (const metrics::Row& row : metrics::rows_of(group)) {
        if (row.kind != metrics::Kind::counter) continue;
        double sum = 0;
        for (const char* scope : {"inbound", "outbound", "internal", "external"})
          sum += at(scope, row.metric);
        equal(at("all", row.metric), sum, metrics::key_of(row));
      }
    }
  }
  void busy_hour_is_the_busiest() const {
    assert_true(at("all", Metric::bhca) >= at("all", Metric::attempts_hour));
    assert_true(at("all", Metric::bhca) <= at("all", Metric::attempts));
    assert_true(at("all", Metric::erlangs) <= at("all", Metric::peak_hour));
    // Half a millisecond more, because a quotient is rounded.
    assert_true(at("all", Metric::erlangs) * 3'600'000 <= at("all", Metric::occupied) + 0.5);
  }

  Levels levels_;
};

}  // namespace ucm::ledger
