#include "metrics/attempts.h"

#include <algorithm>

#include "metrics/last_hour.h"

namespace ucm::metrics {

namespace {

constexpr std::int64_t kDayMinutes = 24 * kHourMinutes;

}  // namespace

std::int64_t& Attempts::slot(std::int64_t minute) {
  return minutes_[static_cast<std::size_t>(minute % kDayMinutes)];
}

void Attempts::turn_to(std::int64_t minute) {
  if (minute + kHourMinutes < now_) *this = {};
  if (minute <= now_) return;
  current_ = false;
  if (!minutes_.empty()) {
    const std::int64_t first = std::max(now_ + 1, minute - kDayMinutes + 1);
    for (std::int64_t passed = first; passed <= minute; ++passed) {
      all_ -= slot(passed);
      slot(passed) = 0;
    }
  }
  now_ = minute;
}

void Attempts::change(std::int64_t began_s, std::int64_t now_s, std::int64_t by) {
  turn_to(now_s / kMinute_s);
  const std::int64_t minute = std::min(began_s / kMinute_s, now_);
  if (minute <= now_ - kDayMinutes || minute < 0) return;
  if (minutes_.empty()) minutes_.resize(static_cast<std::size_t>(kDayMinutes));
  slot(minute) += by;
  all_ += by;
  current_ = false;
}

void Attempts::add(std::int64_t began_s, std::int64_t now_s) {
  change(began_s, now_s, 1);
}

void Attempts::remove(std::int64_t began_s, std::int64_t now_s) {
  change(began_s, now_s, -1);
}

std::int64_t Attempts::hour(std::int64_t now_s) {
  turn_to(now_s / kMinute_s);
  if (all_ == 0) return 0;
  std::int64_t sum = 0;
  for (std::int64_t minute = now_ - kHourMinutes + 1; minute <= now_; ++minute) sum += slot(minute);
  return sum;
}

std::optional<Attempts::Busiest> Attempts::busiest(std::int64_t now_s) {
  turn_to(now_s / kMinute_s);
  if (current_) return found_;
  current_ = true;
  found_.reset();
  if (all_ == 0) return found_;
  const std::int64_t first = now_ - kDayMinutes + 1;
  std::int64_t sum = 0;
  for (std::int64_t minute = first; minute <= now_; ++minute) {
    sum += slot(minute);
    if (minute >= first + kHourMinutes) sum -= slot(minute - kHourMinutes);
    const std::int64_t began = minute - kHourMinutes + 1;
    if (began >= first && sum > (found_ ? found_->attempts : 0)) found_ = Busiest{sum, began * kMinute_s};
  }
  return found_;
}

}  // namespace ucm::metrics
