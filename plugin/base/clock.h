// The two clocks of the house, behind one door so that a test can turn the hands.
#pragma once

#include <cstdint>

namespace ucm {

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  // Seconds since 1970-01-01 UTC. May jump. For what is stored and shown.
  [[nodiscard]] virtual std::int64_t wall_s() const = 0;

  // Milliseconds since some fixed moment. Never goes back. For every wait and deadline.
  [[nodiscard]] virtual std::int64_t mono_ms() const = 0;
};

// The machine's own clocks; any thread.
[[nodiscard]] const Clock& system_clock();

}  // namespace ucm
