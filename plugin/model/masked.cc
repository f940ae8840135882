#include "model/masked.h"

#include <algorithm>

namespace ucm {

namespace {

constexpr std::size_t kShort = 5;  // as long as an extension may be
constexpr std::size_t kShown = 4;  // of longer ones, and never more than half: extensions have six digits too

bool inside_a_character(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

}  // namespace

std::string masked_number(std::string_view number) {
  if (number.empty()) return {};
  const std::size_t sign = number.front() == '+' ? 1 : 0;
  const std::string_view rest = number.substr(sign);
  std::size_t shown = std::min(rest.size() <= kShort ? 1 : kShown, rest.size() / 2);
  while (shown < rest.size() && inside_a_character(rest[shown])) ++shown;
  return std::string(number.substr(0, sign + shown)) + "…";
}

}  // namespace ucm
