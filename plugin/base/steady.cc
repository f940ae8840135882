#include "base/steady.h"

#include <cstdlib>
#include <utility>

namespace ucm {

namespace {

std::int64_t apart_ms(const Clock& clock) {
  return clock.wall_s() * 1000 - clock.mono_ms();
}

}  // namespace

Steadiness::Steadiness(const Clock& clock)
    : clock_(clock), apart_ms_(apart_ms(clock)), since_ms_(clock.mono_ms()) {}

std::int64_t Steadiness::look() {
  const std::int64_t now_ms = apart_ms(clock_);
  const std::int64_t moved_s = (now_ms - std::exchange(apart_ms_, now_ms)) / 1000;
  if (std::abs(moved_s) < kJump_s) return 0;
  since_ms_ = clock_.mono_ms();
  return moved_s;
}

std::int64_t Steadiness::steady_ms() const {
  return clock_.mono_ms() - since_ms_;
}

}  // namespace ucm
