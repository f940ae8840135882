#include "service/collectd_scanner.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "net/address.h"

namespace ucm::service {

namespace {

constexpr std::size_t kLongestAddress = 64;

bool digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool letter_or_digit(char c) noexcept {
  return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool hex_digit(char c) noexcept {
  return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::size_t line_end_at(std::string_view s) noexcept {
  return s.starts_with('\n') ? 1 : s.starts_with("\r\n") ? 2 : 0;
}

template <class Fits>
std::size_t run(std::string_view s, std::size_t from, Fits fits) {
  while (from < s.size() && fits(s[from])) ++from;
  return from;
}

// [+-]?digits, [+-]?digits?.digits([eE][+-]digits)?, 0x..: the length of the longest, 0 for none.
std::size_t number_at(std::string_view s) {
  if (s.size() > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
    const std::size_t end = run(s, 2, hex_digit);
    if (end > 2) return end;
  }
  const std::size_t sign = !s.empty() && (s[0] == '+' || s[0] == '-') ? 1 : 0;
  const std::size_t whole = run(s, sign, digit);
  std::size_t end = whole > sign ? whole : 0;
  if (whole >= s.size() || s[whole] != '.') return end;
  const std::size_t fraction = run(s, whole + 1, digit);
  if (fraction == whole + 1) return end;
  end = fraction;
  if (end + 1 < s.size() && (s[end] == 'e' || s[end] == 'E') && (s[end + 1] == '+' || s[end + 1] == '-')) {
    const std::size_t exponent = run(s, end + 2, digit);
    if (exponent > end + 2) end = exponent;
  }
  return end;
}

std::size_t port_at(std::string_view s, std::size_t from) {
  if (from >= s.size() || s[from] != ':') return from;
  const std::size_t end = run(s, from + 1, digit);
  return end > from + 1 && s[from + 1] != '0' ? end : from;
}

// An address, with its port where liboconfig takes one: 192.0.2.1:80, [2001:db8::1]:80.
std::size_t address_at(std::string_view s) {
  if (s.starts_with('[')) {
    const std::size_t end = s.substr(0, kLongestAddress).find(']');
    if (end == std::string_view::npos || !net::parse_address(s.substr(1, end - 1))) return 0;
    return port_at(s, end + 1);
  }
  const auto fits = [](char c) { return hex_digit(c) || c == '.' || c == ':'; };
  for (std::size_t end = std::min(run(s, 0, fits), kLongestAddress); end > 1; --end) {
    const std::string_view candidate = s.substr(0, end);
    if (!net::parse_address(candidate)) continue;
    return candidate.find(':') == std::string_view::npos ? port_at(s, end) : end;
  }
  return 0;
}

std::optional<std::string> truth(std::string_view word) {
  constexpr std::array<std::string_view, 3> kYes{"true", "yes", "on"};
  constexpr std::array<std::string_view, 3> kNo{"false", "no", "off"};
  if (std::ranges::find(kYes, word) != kYes.end()) return "true";
  if (std::ranges::find(kNo, word) != kNo.end()) return "false";
  return std::nullopt;
}

// As collectd keeps it: a double.
std::string number_text(std::string_view written) {
  const bool hex = written.size() > 2 && (written[1] == 'x' || written[1] == 'X');
  std::string_view digits = written.substr(hex ? 2 : written.starts_with('+') ? 1 : 0);
  double number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number,
                  hex ? std::chars_format::hex : std::chars_format::general);
  constexpr double kExact = 9'007'199'254'740'992.0;  // 2^53
  if (std::abs(number) <= kExact && number == std::trunc(number)) {
    return text("{}", static_cast<std::int64_t>(number));
  }
  return text("{}", number);
}

}  // namespace

void CollectdScanner::skip_blanks() {
  while (!rest_.empty()) {
    const char c = rest_.front();
    if (c == ' ' || c == '\t' || c == '\b') {
      rest_.remove_prefix(1);
    } else if (c == '#') {
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    } else if (const std::size_t end = c == '\\' ? line_end_at(rest_.substr(1)) : 0; end > 0) {
      rest_.remove_prefix(1 + end);
      ++line_;
    } else {
      return;
    }
  }
}

Word CollectdScanner::take(Word::Kind kind, std::size_t length) {
  Word word{kind, std::string(rest_.substr(0, length)), line_};
  rest_.remove_prefix(length);
  return word;
}

// A backslash keeps the character after it; at a line's end it joins the next line, without its leading
// blanks.
Word CollectdScanner::quoted() {
  Word word{Word::Kind::quoted, "", line_};
  std::size_t i = 1;
  while (i < rest_.size() && rest_[i] != '"') {
    if (const std::size_t end = rest_[i] == '\\' ? line_end_at(rest_.substr(i + 1)) : 0; end > 0) {
      ++line_;
      i = run(rest_, i + 1 + end, [](char c) { return c == ' ' || c == '\t' || c == '\b'; });
      continue;
    }
    if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
    if (rest_[i] == '\n') ++line_;
    word.text += rest_[i++];
  }
  if (i >= rest_.size()) {
    rest_ = {};
    return {Word::Kind::endless_quote, "", word.line};
  }
  rest_.remove_prefix(i + 1);
  return word;
}

// The longest match holds; of equal ones address, number, name in this order.
Word CollectdScanner::bare() {
  const std::size_t name = run(rest_, 0, letter_or_digit);
  const std::size_t number = number_at(rest_);
  const std::size_t address = address_at(rest_);
  if (address > 0 && address >= std::max(name, number)) return take(Word::Kind::name, address);
  if (number > 0 && number >= name) {
    Word word = take(Word::Kind::number, number);
    std::string kept = number_text(word.text);
    word.reshaped = kept != word.text;
    word.text = std::move(kept);
    return word;
  }
  if (name == 0) return take(Word::Kind::stray, 1);
  Word word = take(Word::Kind::name, name);
  if (auto value = truth(word.text)) {
    word.kind = Word::Kind::truth;
    word.text = std::move(*value);
  }
  return word;
}

Word CollectdScanner::next() {
  skip_blanks();
  if (rest_.empty()) return {Word::Kind::end, "", line_};
  if (const std::size_t end = line_end_at(rest_); end > 0) {
    Word word = take(Word::Kind::line_end, end);
    ++line_;
    return word;
  }
  switch (rest_.front()) {
    case '/':
      return take(Word::Kind::slash, 1);
    case '<':
      return take(Word::Kind::opening, 1);
    case '>':
      return take(Word::Kind::closing, 1);
    case '"':
      return quoted();
    default:
      return bare();
  }
}

}  // namespace ucm::service
