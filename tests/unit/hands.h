// A clock whose hands the test turns.
#pragma once

#include "base/clock.h"

namespace ucm {

struct Hands final : Clock {
  std::int64_t wall = 1'770'000'000;  // 2026-02-02 02:40:00 UTC
  std::int64_t mono = 5'000'000;

  [[nodiscard]] std::int64_t wall_s() const override { return wall; }
  [[nodiscard]] std::int64_t mono_ms() const override { return mono; }

  void pass(std::int64_t seconds) {
    wall += seconds;
    mono += seconds * 1000;
  }
};

}  // namespace ucm
