#include "wire/json_text.h"

#include <cstddef>
#include <optional>

#include "wire/format.h"
#include "wire/utf8.h"

namespace ucm::wire {

namespace {

// Every number of so many characters fits 64 bits.
constexpr std::size_t kLongestNumber = 18;

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20;
}

std::optional<unsigned> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

// The number behind `\u` at the front.
std::optional<unsigned> unicode_escape(std::string_view s) noexcept {
  constexpr std::size_t kLength = 6;
  if (s.size() < kLength || s[0] != '\\' || s[1] != 'u') return std::nullopt;
  unsigned number = 0;
  for (std::size_t i = 2; i < kLength; ++i) {
    const auto digit = hex_digit(s[i]);
    if (!digit) return std::nullopt;
    number = number * 16 + *digit;
  }
  return number;
}

bool is_high_surrogate(unsigned n) noexcept {
  return n >= 0xD800 && n <= 0xDBFF;
}
bool is_low_surrogate(unsigned n) noexcept {
  return n >= 0xDC00 && n <= 0xDFFF;
}

// Takes an escape from the front of `rest`, which begins with a backslash.
void mend_escape(std::string_view& rest, std::string& mended) {
  const auto keep = [&](std::size_t bytes) {
    mended.append(rest.substr(0, bytes));
    rest.remove_prefix(bytes);
  };
  const auto replace = [&](std::size_t bytes, std::string_view by) {
    mended.append(by);
    rest.remove_prefix(bytes);
  };
  constexpr std::size_t kEscape = 6;
  if (rest.size() > 1 && std::string_view("\"\\/bfnrt").find(rest[1]) != std::string_view::npos)
    return keep(2);
  const auto number = unicode_escape(rest);
  if (!number) return replace(1, "\\\\");
  if (*number == 0) return replace(kEscape, " ");
  if (is_high_surrogate(*number)) {
    const auto next = unicode_escape(rest.substr(kEscape));
    if (next && is_low_surrogate(*next)) return keep(2 * kEscape);
  }
  if (is_high_surrogate(*number) || is_low_surrogate(*number)) return replace(kEscape, "\\ufffd");
  keep(kEscape);
}

// Takes a string with its quotes from the front of `rest`.
void mend_string(std::string_view& rest, std::string& mended) {
  mended.push_back('"');
  rest.remove_prefix(1);
  while (!rest.empty()) {
    const char c = rest.front();
    if (c == '\\') {
      mend_escape(rest, mended);
      continue;
    }
    mended.push_back(is_control(c) ? ' ' : c);
    rest.remove_prefix(1);
    if (c == '"') return;
  }
}

void mend_number(std::string_view& rest, std::string& mended) {
  std::size_t length = rest.find_first_not_of("0123456789+-.eE");
  if (length == std::string_view::npos) length = rest.size();
  const std::string_view number = rest.substr(0, length);
  const bool as_text = length > kLongestNumber || number.find_first_of("eE") != std::string_view::npos;
  if (as_text) mended.push_back('"');
  mended.append(number);
  if (as_text) mended.push_back('"');
  rest.remove_prefix(length);
}

}  // namespace

bool nests_too_deep(std::string_view json) noexcept {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDeepest) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

bool holds_too_many(std::string_view json, std::size_t most) noexcept {
  if (json.size() <= most) return false;
  std::size_t values = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size() && values <= most; ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == ',' || c == '{' || c == '[') {
      ++values;
    }
  }
  return values > most;
}

std::string mended_json(std::string_view json) {
  std::string repaired;
  if (!is_utf8(json)) {
    repaired = repaired_utf8(json);
    json = repaired;
  }
  std::string mended;
  mended.reserve(json.size() + 16);
  while (!json.empty()) {
    const char c = json.front();
    if (c == '"') {
      mend_string(json, mended);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      mend_number(json, mended);
    } else {
      mended.push_back(is_control(c) && c != '\n' ? ' ' : c);
      json.remove_prefix(1);
    }
  }
  return mended;
}

}  // namespace ucm::wire
