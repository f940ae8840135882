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
  ledger_.agent().set(metrics::Metric::agent_configuration,
                      static_cast<std::int64_t>(settings_.faults.size()));
  ledger_.agent().set_level(
      metrics::Metric::agent_certificate_days,
      certificate_days_ ? static_cast<double>(*certificate_days_) : std::numeric_limits<double>::quiet_NaN());
  const std::int64_t since_s = ledger_.counting_since_s();
  ledger_.agent().set(metrics::Metric::agent_counting,
                      since_s == 0 ? 0 : std::max<std::int64_t>(0, clock_.wall_s() - since_s));
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

// What ages by itself.
void Core::show_levels() {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  const std::int64_t now_s = clock_.wall_s();
  note_whether_refusing();
  for (std::size_t pbx = 0; pbx < settings_.pbxes.size(); ++pbx) {
    metrics::Book& book = ledger_.book(pbx);
    const auto last_s = last_record_s_[pbx];
    book.level(metrics::Metric::since_push, last_s ? static_cast<double>(now_s - *last_s) : kUnknown);
    book.level(metrics::Metric::buffer_left, buffer_left_s(pbx).value_or(kUnknown));
    alerts_[pbx]->on().show(book);
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
