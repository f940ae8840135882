// Statistics: of the interval since the host last read, and of the last hour and day.
#include <limits>
#include <utility>

#include "base/spans.h"
#include "metrics/book.h"

namespace ucm::metrics {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

struct Statistics {
  Metric average, max, p50, p95;
};
constexpr Statistics kTalk{Metric::talk_average, Metric::talk_max, Metric::talk_p50, Metric::talk_p95};
constexpr Statistics kWait{Metric::wait_average, Metric::wait_max, Metric::wait_p50, Metric::wait_p95};

// Readings of a group stand together, in the order of the catalogue.
void fill(std::vector<Reading>& readings, Metric metric, double value) {
  readings[place(metric)].level = value;
}

void fill(std::vector<Reading>& readings, const Statistics& rows, const Distribution& distribution) {
  if (distribution.empty()) return;
  fill(readings, rows.average, distribution.average());
  fill(readings, rows.max, distribution.max());
  fill(readings, rows.p50, distribution.percentile(50));
  fill(readings, rows.p95, distribution.percentile(95));
}

void append(std::vector<Reading>& readings, const Tally* more) {
  if (more == nullptr) return;
  const std::vector<Reading> added = readings_of(*more);
  readings.insert(readings.end(), added.begin(), added.end());
}

double ratio(std::int64_t part, std::int64_t whole) noexcept {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : kUnknown;
}

double percent(std::int64_t part, std::int64_t whole) noexcept {
  return 100 * ratio(part, whole);
}

}  // namespace

double service_level(const CallSums& sums, LevelFormula formula) noexcept {
  const std::int64_t both = sums.queue_answered + sums.queue_abandoned;
  switch (formula) {
    case LevelFormula::answered_and_abandoned:
      return percent(sums.answered_in_time + sums.abandoned_in_time, both);
    case LevelFormula::answered:
      return percent(sums.answered_in_time, sums.queue_answered);
    case LevelFormula::offered:
      return percent(sums.answered_in_time, both);
    case LevelFormula::without_abandoned_in_time:
      return percent(sums.answered_in_time, both - sums.abandoned_in_time);
    case LevelFormula::without_short_abandons:
      return percent(sums.answered_in_time, both - sums.abandoned_short);
  }
  return kUnknown;
}

void Book::Window::keep() {
  fresh.merge(pending);
  pending.clear();
}

Distribution Book::Window::shown(bool taken) const {
  if (taken || published.empty()) return fresh;
  Distribution both = published;
  both.merge(fresh);
  return both;
}

void Book::show_hour(Scope& scope, std::int64_t now_s) {
  const CallSums sums = scope.hour.sum(now_s);
  Tally& calls = scope.tallies.front();
  calls.set_level(Metric::asr, percent(sums.answered, sums.attempts));
  calls.set_level(Metric::ner, percent(sums.effective, sums.attempts));
  calls.set_level(Metric::short_share, percent(sums.short_calls, sums.answered));
  calls.set_level(Metric::redial_share, percent(sums.redials, sums.attempts));
  calls.set_level(Metric::acd, ratio(sums.talk_s, sums.answered));
  calls.set_level(Metric::answer_wait, ratio(sums.wait_s, sums.answered));
  Tally* queue = scope.of(Group::queueing);
  if (queue == nullptr) return;
  queue->set_level(Metric::service_level, service_level(sums, settings_.formula));
  queue->set_level(Metric::abandoned_share,
                   percent(sums.queue_abandoned, sums.queue_answered + sums.queue_abandoned));
}

void Book::show_traffic(Scope& scope, std::int64_t now_s) {
  Traffic& of = *scope.traffic;
  Tally& traffic = *scope.of(Group::traffic);
  of.occupancy.turn_to(now_s);
  const Occupancy::Load hour = of.occupancy.within(now_s - kHour, now_s);
  const Occupancy::Load before = of.occupancy.within(now_s - 2 * kHour, now_s - kHour);
  const auto erlangs = static_cast<double>(hour.occupied_s) / static_cast<double>(kHour);
  const auto busiest = of.attempts.busiest(now_s);
  traffic.set_level(Metric::peak_hour, static_cast<double>(hour.peak));
  traffic.set_level(Metric::peak_previous, static_cast<double>(before.peak));
  traffic.set_level(Metric::erlangs, erlangs);
  traffic.set_level(Metric::attempts_hour, static_cast<double>(of.attempts.hour(now_s)));
  traffic.set_level(Metric::bhca, busiest ? static_cast<double>(busiest->attempts) : 0);
  double time_of_day = kUnknown;
  const auto offset_s = busiest ? offset_at(busiest->began_s) : std::nullopt;
  if (offset_s) {
    const std::int64_t second = (busiest->began_s + *offset_s) % kDay;
    time_of_day = static_cast<double>(second) / static_cast<double>(kHour);
  }
  traffic.set_level(Metric::busy_hour, time_of_day);
  Tally* capacity = scope.of(Group::capacity);
  if (capacity == nullptr) return;
  const auto channels = static_cast<double>(scope.capacity);
  capacity->set_level(Metric::capacity, scope.capacity > 0 ? channels : kUnknown);
  capacity->set_level(Metric::utilisation, scope.capacity > 0 ? 100 * erlangs / channels : kUnknown);
}

void Book::show_windows(std::int64_t now_s) {
  for (auto& [name, scope] : scopes_) {
    show_hour(scope, now_s);
    if (scope.traffic) show_traffic(scope, now_s);
  }
}

void Book::read(bool taken, std::vector<Section>& out) const {
  for (const auto& [name, scope] : scopes_) {
    std::vector<Reading> readings = readings_of(scope.tallies.front());
    fill(readings, kTalk, scope.talk.shown(taken));
    fill(readings, kWait, scope.wait.shown(taken));
    for (std::size_t i = 1; i < scope.tallies.size(); ++i) append(readings, &scope.tallies[i]);
    for (Reading& reading : readings) {
      if (reading.row->metric == Metric::service_level) reading.formula = word_for(settings_.formula);
    }
    const bool all = name == "all";
    append(readings, all ? &legs_ : nullptr);
    append(readings, all && live_ ? &*live_ : nullptr);
    out.push_back({settings_.host, name, std::move(readings)});
  }
  std::vector<Reading> self = readings_of(self_);
  if (const Distribution lateness = lateness_.shown(taken); !lateness.empty()) {
    fill(self, Metric::lateness_average, lateness.average());
    fill(self, Metric::lateness_max, lateness.max());
    fill(self, Metric::lateness_p95, lateness.percentile(95));
  }
  append(self, api());
  out.push_back({settings_.host, "self", std::move(self)});
  out.push_back({settings_.host, "alerts", readings_of(alert_)});
  if (system_) out.push_back({settings_.host, "system", readings_of(*system_)});
}

void Book::published(bool taken) {
  const auto turn = [taken](Window& window) {
    if (taken) window.published.clear();
    window.published.merge(window.fresh);
    window.fresh.clear();
  };
  for (auto& [name, scope] : scopes_) {
    turn(scope.talk);
    turn(scope.wait);
  }
  turn(lateness_);
}

}  // namespace ucm::metrics
