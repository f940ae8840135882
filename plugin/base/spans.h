// Spans of time, in seconds.
#pragma once

#include <cstdint>

namespace ucm {

inline constexpr std::int64_t kMinute = 60;
inline constexpr std::int64_t kHour = 60 * kMinute;
inline constexpr std::int64_t kDay = 24 * kHour;
inline constexpr std::int64_t kWeek = 7 * kDay;

}  // namespace ucm
