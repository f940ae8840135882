// What a record itself says of the time zone of its PBX.
#pragma once

#include <cstdint>
#include <optional>

#include "model/leg.h"

namespace ucm {

// A record that tells both: the first ten digits of its session are the UTC second in which the call began,
// its start is the same moment by the PBX's clock. Empty unless they agree but for a multiple of 15 minutes,
// within 14 hours and two minutes: a later leg of a call says nothing.
struct Testimony {
  std::int64_t epoch_s = 0;
  std::int64_t offset_s = 0;  // east of UTC
};
[[nodiscard]] std::optional<Testimony> testimony_of(const Leg& leg);

}  // namespace ucm
