// Moments as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ucm::ctl {

// "2026-11-25", "2026-11-25 08:00" and "2026-11-25 08:00:30" are local time of this machine; "30m", "24h" and
// "7d" are that long before `now_s`. Empty when it is none of them.
[[nodiscard]] std::optional<std::int64_t> moment(std::string_view said, std::int64_t now_s);

}  // namespace ucm::ctl
