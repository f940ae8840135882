#pragma once

#include <string>
#include <string_view>

namespace ucm::wire {

// The same text with every byte that is no part of a UTF-8 character replaced by U+FFFD: a name or lastdata
// cut at 255 bytes ends in half a character on real systems, and its record is counted all the same.
[[nodiscard]] std::string repaired_utf8(std::string_view bytes);

[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

}  // namespace ucm::wire
