// When somebody is at work, by the PBX's local time.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ucm::service {

class BusinessHours {
 public:
  // Adds what a word says: "Mon-Fri 08:00-18:00", "Sat,Sun 09:00-13:00 14:00-16:00", "Fri 22:00-06:00" (into
  // Saturday). Config fault, with what may stand there; then nothing is added.
  [[nodiscard]] Result<void> add(std::string_view word);

  [[nodiscard]] bool known() const noexcept { return open_.any(); }
  // `local_s`: as local_seconds() counts. REQUIRES: known().
  [[nodiscard]] bool open_at(std::int64_t local_s) const;
  // Seconds of business hours between the two, to the minute; counts no further than `most`.
  [[nodiscard]] std::int64_t open_between(std::int64_t from_local_s, std::int64_t to_local_s,
                                          std::int64_t most) const;

  bool operator==(const BusinessHours&) const = default;

 private:
  static constexpr std::size_t kDayMinutes = 24UL * 60;
  static constexpr std::size_t kWeekMinutes = 7 * kDayMinutes;
  std::bitset<kWeekMinutes> open_;  // by the minute, from Monday 00:00
};

}  // namespace ucm::service
