// What a record itself says of the time zone of its PBX.
#pragma once

#include <cstdint>
#include <optional>

#include "model/leg.h"

namespace ucm {

// A record that tells both: the first ten digits of its session, or of its uniqueid where it has none, are
// the UTC second in which the call began; its start is the same moment by the PBX's clock. Empty unless they
// agree but for a multiple of 15 minutes, within 14 hours and two minutes: most later legs of a call say
// nothing. One that began such a multiple after its call says something wrong: whoever knows the zone
// believes it only where agrees_with() does.
struct Testimony {
  std::int64_t epoch_s = 0;
  std::int64_t offset_s = 0;  // east of UTC

  // Whether the offset is the known one, or an hour from it: around a change of the clocks records know
  // better.
  [[nodiscard]] bool agrees_with(std::int64_t known_offset_s) const noexcept;
};
[[nodiscard]] std::optional<Testimony> testimony_of(const Leg& leg);

}  // namespace ucm
