#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace ucm {

namespace {

bool blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && starts_with_ignoring_case(a, b);
}

bool starts_with_ignoring_case(std::string_view whole, std::string_view head) noexcept {
  return whole.size() >= head.size() && std::equal(head.begin(), head.end(), whole.begin(),
                                                   [](char x, char y) { return lower(x) == lower(y); });
}

bool contains_ignoring_case(std::string_view whole, std::string_view part) noexcept {
  return std::search(whole.begin(), whole.end(), part.begin(), part.end(),
                     [](char x, char y) { return lower(x) == lower(y); }) != whole.end() ||
         part.empty();
}

std::string_view trimmed(std::string_view s) noexcept {
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  return s;
}

std::string_view cut_to(std::string_view s, std::size_t most) noexcept {
  if (s.size() <= most) return s;
  constexpr std::size_t kLongest = 4;  // a character; more bytes that go on with one are no UTF-8
  std::size_t end = most;
  while (end > 0 && most - end < kLongest && (static_cast<unsigned char>(s[end]) & 0xC0U) == 0x80U) --end;
  return s.substr(0, most - end < kLongest ? end : most);
}

std::optional<std::int64_t> whole_number(std::string_view s) noexcept {
  std::int64_t number = 0;
  const char* end = s.data() + s.size();
  const auto [stopped, fault] = std::from_chars(s.data(), end, number);
  if (s.empty() || fault != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace ucm
