#include "service/toml_bare.h"

#include <algorithm>

namespace ucm::service {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool offends(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x7f || (byte < 0x20 && c != '\t' && c != '\n' && c != '\r');
}

// Whether a quote after this character opens a string for certain: behind anything that does not end a bare
// value the parser may take it for a part of one.
bool opens_after(char before) noexcept {
  constexpr std::string_view kEndsAValue = " \t\r\n,";
  return kEndsAValue.find(before) != std::string_view::npos;
}

bool triple(std::string_view rest) noexcept {
  return rest.size() >= 3 && rest[1] == rest[0] && rest[2] == rest[0];
}

// The length of the string that `rest` begins with, its quotes included. REQUIRES: it begins with a quote.
std::size_t length_of_string(std::string_view rest) noexcept {
  const char quote = rest.front();
  const bool many_lines = triple(rest);
  std::size_t i = many_lines ? 3 : 1;
  while (i < rest.size()) {
    if (rest[i] == '\n' && !many_lines) return i;
    if (rest[i] == '\\' && quote == '"') {
      i += i + 1 < rest.size() && (rest[i + 1] != '\n' || many_lines) ? 2 : 1;
      continue;
    }
    if (rest[i] == quote && !many_lines) return i + 1;
    if (rest[i] == quote && triple(rest.substr(i))) {
      // Up to two more quotes may end the text itself.
      i += 3;
      for (int more = 0; more < 2 && i < rest.size() && rest[i] == quote; ++more) ++i;
      return i;
    }
    ++i;
  }
  return rest.size();
}

}  // namespace

std::optional<int> line_of_bare_offence(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  int line = 1;
  char before = '\n';
  while (!text.empty()) {
    const char c = text.front();
    if (offends(c)) return line;
    std::size_t length = 1;
    if ((c == '"' || c == '\'') && opens_after(before)) length = length_of_string(text);
    if (c == '#') length = std::min(text.find('\n'), text.size());
    line += static_cast<int>(std::ranges::count(text.substr(0, length), '\n'));
    before = text[length - 1];
    text.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace ucm::service
