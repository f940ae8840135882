// Text for a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ucm::ctl {

using Row = std::vector<std::string>;

// Left-aligned columns, two blanks apart; no line ends in blanks.
[[nodiscard]] std::string columns(const std::vector<Row>& rows);

// Nothing a terminal would obey: control characters, those of Unicode's C1 too, become dots.
[[nodiscard]] std::string harmless(std::string_view text);

[[nodiscard]] std::string local_time(std::int64_t wall_s);      // "2026-03-01 12:00:00", "-" for 0
[[nodiscard]] std::string span_of_time(std::int64_t seconds);   // "3 min", "5 h", "2 days"
[[nodiscard]] std::string amount_of_bytes(std::int64_t bytes);  // "1.5 MiB"

[[nodiscard]] std::string counted(std::int64_t count, std::string_view thing);  // "1 leg", "2 legs"

}  // namespace ucm::ctl
