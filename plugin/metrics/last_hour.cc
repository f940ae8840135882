#include "metrics/last_hour.h"

#include <algorithm>

namespace ucm::metrics {

CallSums& CallSums::operator+=(const CallSums& more) noexcept {
  attempts += more.attempts;
  answered += more.answered;
  effective += more.effective;
  short_calls += more.short_calls;
  redials += more.redials;
  talk_s += more.talk_s;
  wait_s += more.wait_s;
  queue_answered += more.queue_answered;
  queue_abandoned += more.queue_abandoned;
  answered_in_time += more.answered_in_time;
  abandoned_in_time += more.abandoned_in_time;
  abandoned_short += more.abandoned_short;
  return *this;
}

void LastHour::add(std::int64_t ended_s, const CallSums& sums, std::int64_t now_s) {
  const std::int64_t now = now_s / kMinute_s;
  const std::int64_t minute = std::min(ended_s / kMinute_s, now);
  if (minute <= now - kHourMinutes) return;
  const auto at =
      std::lower_bound(minutes_.begin(), minutes_.end(), minute,
                       [](const Minute& one, std::int64_t wanted) { return one.minute < wanted; });
  if (at != minutes_.end() && at->minute == minute) {
    at->sums += sums;
  } else {
    minutes_.insert(at, {minute, sums});
  }
}

CallSums LastHour::sum(std::int64_t now_s) {
  const std::int64_t now = now_s / kMinute_s;
  // Those later than now are of before this machine's clock was set back.
  std::erase_if(minutes_, [now](const Minute& one) {
    return one.minute <= now - kHourMinutes || one.minute > now + kHourMinutes;
  });
  CallSums all;
  for (const Minute& one : minutes_) {
    if (one.minute <= now) all += one.sums;
  }
  return all;
}

}  // namespace ucm::metrics
