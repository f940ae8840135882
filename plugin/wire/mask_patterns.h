// The forms of values that tell of nobody: times, small numbers, running numbers. Each takes the whole value,
// trimmed.
#pragma once

#include <cstddef>
#include <string_view>

namespace ucm::wire {

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

[[nodiscard]] bool is_flag(std::string_view value) noexcept;  // "yes", "no", "true", "false", "null"
[[nodiscard]] bool is_moment(
    std::string_view value) noexcept;  // a date, a time of day or both, however written
[[nodiscard]] bool is_span(std::string_view value) noexcept;       // "-4", "3.0", "00:00:15", "2 03:04:05"
[[nodiscard]] bool is_count(std::string_view value) noexcept;      // up to seven digits
[[nodiscard]] bool is_version(std::string_view value) noexcept;    // "1.0.20.23", "UCM6302  V1.2B"
[[nodiscard]] bool is_code(std::string_view value) noexcept;       // up to three digits behind `-`, or "0"
[[nodiscard]] bool is_trunk(std::string_view value) noexcept;      // "o1"; "trunk_1" stays everywhere
[[nodiscard]] bool is_unique_id(std::string_view value) noexcept;  // "1741079411.7"

}  // namespace ucm::wire
