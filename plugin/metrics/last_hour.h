// What the calls of the last 60 minutes add up to, by the minute in which each of them ended.
#pragma once

#include <cstdint>
#include <vector>

namespace ucm::metrics {

inline constexpr std::int64_t kMinute_s = 60;
inline constexpr std::int64_t kHourMinutes = 60;

struct CallSums {
  std::int64_t attempts = 0;
  std::int64_t answered = 0;
  std::int64_t effective = 0;
  std::int64_t short_calls = 0;
  std::int64_t redials = 0;
  std::int64_t talk_s = 0;
  std::int64_t wait_s = 0;
  // Of a queue.
  std::int64_t queue_answered = 0;
  std::int64_t queue_abandoned = 0;
  std::int64_t answered_in_time = 0;
  std::int64_t abandoned_in_time = 0;
  std::int64_t abandoned_short = 0;

  CallSums& operator+=(const CallSums& more) noexcept;
};

class LastHour {
 public:
  // A call that ended later than `now_s` ended now: a clock is wrong. One that ended before the last hour is
  // nothing.
  void add(std::int64_t ended_s, const CallSums& sums, std::int64_t now_s);
  // Of the minutes m with now - 60 < m <= now.
  [[nodiscard]] CallSums sum(std::int64_t now_s);

 private:
  struct Minute {
    std::int64_t minute = 0;
    CallSums sums;
  };
  std::vector<Minute> minutes_;  // those with calls, in order
};

}  // namespace ucm::metrics
