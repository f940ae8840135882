// Text out of values, and the few questions about text that more than one room asks. The only place that
// includes fmt.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ucm {

// fmt's format syntax, checked at compile time.
template <class... Args>
[[nodiscard]] std::string text(fmt::format_string<Args...> format, Args&&... args) {
  return fmt::format(format, std::forward<Args>(args)...);
}

// ASCII only, whatever the host's locale says; so are the questions below that ignore case.
[[nodiscard]] constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] bool starts_with_ignoring_case(std::string_view whole, std::string_view head) noexcept;
[[nodiscard]] bool contains_ignoring_case(std::string_view whole, std::string_view part) noexcept;

// Without leading and trailing blanks, tabs, line ends and NULs.
[[nodiscard]] std::string_view trimmed(std::string_view s) noexcept;

// Its first bytes, at most so many, without a character of UTF-8 that is cut in two.
[[nodiscard]] std::string_view cut_to(std::string_view s, std::size_t most) noexcept;

// A whole decimal number and nothing else; empty when it is none or does not fit.
[[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view s) noexcept;

// The candidate nearest to `wanted` by edit distance (case ignored), if near enough to be a misspelling.
template <class Names>
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view wanted, const Names& names);

[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

template <class Names>
std::optional<std::string_view> nearest(std::string_view wanted, const Names& names) {
  std::optional<std::string_view> best;
  std::size_t least = wanted.size() / 2 + 1;
  for (const auto& name : names) {
    const std::size_t distance = edit_distance(wanted, name);
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

}  // namespace ucm
