// What the hosts are given: snapshots and notices.
#include <algorithm>
#include <limits>
#include <utility>

#include "base/text.h"
#include "service/core.h"

namespace ucm::service {

namespace {

constexpr std::int64_t kPublishMs = 100;    // at the most that often
constexpr std::int64_t kPublishShare = 20;  // and at most 1/20 of the time

}  // namespace

void Core::tell_of(const std::vector<ledger::Ended>& ended) {
  for (const ledger::Ended& end : ended) {
    if (end.pbx >= settings_.pbxes.size()) continue;
    const PbxSettings& pbx = settings_.pbxes[end.pbx];
    const bool was_long = end.elapsed_before_s > pbx.long_call_s;
    if (pbx.long_call_s == 0 || was_long || end.call.elapsed_s <= pbx.long_call_s) continue;
    board_.tell(
        {pbx.host,
         text("A call of {} min {} s ended ({}, {}, started {} PBX time){}; LongCall is {} s",
              end.call.elapsed_s / 60, end.call.elapsed_s % 60, word_for(end.call.direction),
              word_for(outcome_of(end.call)), end.call.start,
              pbx.numbers ? text(", from {} to {}", end.call.src, end.call.dst) : "", pbx.long_call_s)});
  }
}

void Core::publish_when_due(bool now) {
  changed_ = changed_ || board_.was_taken();
  const std::int64_t before = clock_.mono_ms();
  if (!changed_ || (!now && before < published_ms_ + publish_every_ms_)) return;
  while (!publish_once()) {
  }
  changed_ = false;
  published_ms_ = clock_.mono_ms();
  publish_every_ms_ = std::max(kPublishMs, kPublishShare * (published_ms_ - before));
}

bool Core::publish_once() {
  const bool taken = board_.was_taken();
  metrics::Snapshot snapshot;
  show_levels();
  if (ledger_.loaded()) {
    for (std::size_t pbx = 0; pbx < settings_.pbxes.size(); ++pbx) {
      metrics::Book& book = ledger_.book(pbx);
      book.show_windows(clock_.wall_s());
      book.read(taken, snapshot.sections);
    }
  }
  std::size_t connected = 0;
  for (const Door& door : doors_) connected += door.listener ? door.listener->connections() : 0;
  ledger_.agent().set(metrics::Metric::agent_connected, static_cast<std::int64_t>(connected));
  ledger_.agent().set(metrics::Metric::agent_ledger, trouble_.empty() ? 1 : 0);
  // Before the ledger is open, its counters would begin at 0 and fall: only the gauges are known.
  snapshot.sections.push_back({"", "self", metrics::readings_of(ledger_.agent())});
  if (!ledger_.loaded()) {
    std::erase_if(snapshot.sections.back().readings, [](const metrics::Reading& reading) {
      return reading.row->kind == metrics::Kind::counter;
    });
  }
  if (!board_.publish(std::move(snapshot), taken)) return false;
  warn_of_full_books();
  if (ledger_.loaded()) {
    for (std::size_t pbx = 0; pbx < settings_.pbxes.size(); ++pbx) ledger_.book(pbx).published(taken);
  }
  return true;
}

bool Core::takes_pushes() const {
  return trouble_.empty() &&
         std::all_of(doors_.begin(), doors_.end(), [](const Door& door) { return door.listener != nullptr; });
}

// What ages by itself. How long a PBX's buffer still lasts is told by what it sent in the hour before it
// could send no more.
void Core::show_levels() {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  constexpr double kBuffer = 10'000;  // records that a UCM keeps
  constexpr double kHour = 3'600;
  const std::int64_t now_s = clock_.wall_s();
  const std::int64_t now_ms = clock_.mono_ms();
  if (takes_pushes()) {
    refusing_since_ms_.reset();
  } else if (!refusing_since_ms_) {
    refusing_since_ms_ = now_ms;
  }
  for (std::size_t pbx = 0; pbx < settings_.pbxes.size(); ++pbx) {
    metrics::Book& book = ledger_.book(pbx);
    const auto last_s = last_record_s_[pbx];
    book.level(metrics::Metric::since_push, last_s ? static_cast<double>(now_s - *last_s) : kUnknown);
    double left = kUnknown;
    if (refusing_since_ms_) {
      const double rate = static_cast<double>(pushed_[pbx].sum(*refusing_since_ms_)) / kHour;
      const double elapsed = static_cast<double>(now_ms - *refusing_since_ms_) / 1000;
      if (rate > 0) left = std::max(0.0, kBuffer / rate - elapsed);
    }
    book.level(metrics::Metric::buffer_left, left);
  }
  if (asking_) asking_->show_levels();
}

void Core::warn_of_full_books() {
  for (std::size_t pbx = 0; pbx < settings_.pbxes.size(); ++pbx) {
    if (warned_full_[pbx] || !ledger_.book(pbx).full()) continue;
    warned_full_[pbx] = true;
    log_.say(
        Severity::warning,
        text("{} has more trunks, queues or other names than its MaxSeries of {} has room for: new ones are "
             "counted under trunk-other, queue-other and so on. Raise MaxSeries if they are real",
             settings_.pbxes[pbx].name, settings_.pbxes[pbx].max_series));
  }
}

}  // namespace ucm::service
