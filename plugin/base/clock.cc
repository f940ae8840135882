#include "base/clock.h"

#include <chrono>

namespace ucm {

namespace {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t wall_s() const override {
    using namespace std::chrono;
    return duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  [[nodiscard]] std::int64_t mono_ms() const override {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
  }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

}  // namespace ucm
