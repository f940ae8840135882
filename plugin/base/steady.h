// Whether the wall clock can be believed. It jumps when NTP or somebody sets it, and a machine without a
// battery begins years away; the monotonic clock goes on as before.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/spans.h"

namespace ucm {

class Steadiness {
 public:
  // REQUIRES: `clock` outlives it.
  explicit Steadiness(const Clock& clock);

  // Seconds by which the wall clock was set since the last look, forwards positive; 0 for less than kJump_s.
  // REQUIRES: looks are so close that a clock that is only slewed moves less between two.
  [[nodiscard]] std::int64_t look();
  // How long both have gone at the same pace, as far as it was looked at.
  [[nodiscard]] std::int64_t steady_ms() const;

  static constexpr std::int64_t kJump_s = 120;

 private:
  const Clock& clock_;
  std::int64_t apart_ms_;
  std::int64_t since_ms_;
};

// A moment that was written down: unknown when it is more than a day ahead, as a clock was wrong then or is
// now.
[[nodiscard]] constexpr std::optional<std::int64_t> believed(std::optional<std::int64_t> stored_s,
                                                             std::int64_t now_s) noexcept {
  return stored_s && *stored_s > now_s + kDay ? std::nullopt : stored_s;
}

}  // namespace ucm
