#include "wire/api_value.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "model/leg.h"

namespace ucm::wire {

namespace {

// "4.0" is 4; a fraction that says something is no whole number.
std::optional<std::int64_t> number_of(std::string_view text) noexcept {
  const std::size_t point = text.find('.');
  if (point != std::string_view::npos) {
    if (text.find_first_not_of('0', point + 1) != std::string_view::npos) return std::nullopt;
    text = text.substr(0, point);
  }
  return whole_number(text);
}

bool is_separator(char c) noexcept {
  return c == ' ' || c == '_' || c == '-';
}

}  // namespace

std::string text_in(const Json& object, std::string_view key) {
  const auto text = object.get(key).scalar();
  return text ? std::string(trimmed(*text)) : std::string();
}

std::optional<std::int64_t> number_in(const Json& object, std::string_view key) {
  return number_of(text_in(object, key));
}

bool is_yes(std::string_view word) noexcept {
  constexpr std::array<std::string_view, 4> kYes{"yes", "true", "on", "1"};
  return std::any_of(kYes.begin(), kYes.end(),
                     [&](std::string_view yes) { return equal_ignoring_case(trimmed(word), yes); });
}

std::optional<std::int64_t> seconds_in(std::string_view text) noexcept {
  constexpr int kMostParts = 3;
  text = trimmed(text);
  std::int64_t sum = 0;
  for (int parts = 1; parts <= kMostParts; ++parts) {
    const std::size_t colon = text.find(':');
    const auto number = number_of(text.substr(0, colon));
    if (!number || *number < 0 || *number > kLongestLeg) return std::nullopt;
    sum = sum * 60 + *number;
    if (sum > kLongestLeg) return std::nullopt;
    if (colon == std::string_view::npos) return sum;
    text.remove_prefix(colon + 1);
  }
  return std::nullopt;
}

bool is_same_word(std::string_view a, std::string_view b) noexcept {
  std::size_t i = 0;
  std::size_t j = 0;
  while (true) {
    while (i < a.size() && is_separator(a[i])) ++i;
    while (j < b.size() && is_separator(b[j])) ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (lower(a[i++]) != lower(b[j++])) return false;
  }
}

}  // namespace ucm::wire
