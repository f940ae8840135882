// How many within the last hour.
#pragma once

#include <array>
#include <cstdint>

namespace ucm::api {

class LastHour {
 public:
  void add(std::int64_t n, std::int64_t now_ms) noexcept {
    turn_to(now_ms / kMinuteMs);
    minutes_[slot(minute_)] += n;
  }
  // Exact to a minute.
  [[nodiscard]] std::int64_t sum(std::int64_t now_ms) noexcept {
    turn_to(now_ms / kMinuteMs);
    std::int64_t all = 0;
    for (const std::int64_t minute : minutes_) all += minute;
    return all;
  }

 private:
  static constexpr std::int64_t kMinuteMs = 60'000;
  static constexpr std::size_t kMinutes = 60;
  static std::size_t slot(std::int64_t minute) noexcept {
    return static_cast<std::size_t>(minute) % kMinutes;
  }
  void turn_to(std::int64_t minute) noexcept {
    if (minute - minute_ >= static_cast<std::int64_t>(kMinutes)) minutes_.fill(0);
    for (; minute_ < minute && minute - minute_ < static_cast<std::int64_t>(kMinutes); ++minute_) {
      minutes_[slot(minute_ + 1)] = 0;
    }
    minute_ = minute;
  }

  std::array<std::int64_t, kMinutes> minutes_{};
  std::int64_t minute_ = 0;
};

}  // namespace ucm::api
