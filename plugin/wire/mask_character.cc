#include "wire/mask_character.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "wire/utf8.h"

namespace ucm::wire {

namespace {

// A byte order mark, U+FFFD, and what is no character.
constexpr std::array<std::string_view, 4> kStay{"\xEF\xBB\xBF", "\xEF\xBF\xBD", "\xEF\xBF\xBE",
                                                "\xEF\xBF\xBF"};
constexpr std::array<std::string_view, 5> kStandIns{"", "", "\xC3\xA4", "\xE1\xBA\xBD", "\xF0\x9F\x98\x80"};
constexpr std::array<std::string_view, 5> kNamed{"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"};
constexpr std::string_view kShortEscapes = "\"\\/bfnrt";
constexpr std::size_t kLongestReference = 12;

unsigned byte_of(char c) noexcept {
  return static_cast<unsigned char>(c);
}

std::size_t length_of(std::string_view rest) noexcept {
  for (std::size_t bytes = 2; bytes <= 4 && bytes <= rest.size(); ++bytes) {
    if (is_utf8(rest.substr(0, bytes))) return bytes;
  }
  return 0;
}

// A stray byte becomes one of its class: what continues a character in two classes, and where such a one
// follows, what begins an overlong form, a surrogate or too large a number stays, so that it remains one.
char masked_byte(std::string_view rest) noexcept {
  struct Class {
    unsigned below;
    unsigned byte;
  };
  constexpr std::array kClasses{Class{0xA0, 0x84}, Class{0xC0, 0xA4}, Class{0xC2, 0xC0},
                                Class{0xE0, 0xC3}, Class{0xF0, 0xE4}, Class{0xF5, 0xF1}};
  const unsigned byte = byte_of(rest[0]);
  const bool goes_on = rest.size() > 1 && (byte_of(rest[1]) & 0xC0U) == 0x80U;
  const bool is_special = byte == 0xE0 || byte == 0xED || byte == 0xF0 || byte == 0xF4;
  if (is_special && goes_on) return rest[0];
  for (const Class& one : kClasses) {
    if (byte < one.below) return static_cast<char>(one.byte);
  }
  return static_cast<char>(0xFF);
}

// Nothing that a name or a number is written with.
bool says_nothing(std::uint32_t code) noexcept {
  const bool is_digit = code >= '0' && code <= '9';
  const bool is_letter = (code | 0x20U) >= 'a' && (code | 0x20U) <= 'z';
  return code < 0xA0 && !is_digit && !is_letter;
}

std::optional<std::uint32_t> number_in(std::string_view digits, int base) noexcept {
  std::uint32_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (digits.empty() || read.ec != std::errc() || read.ptr != digits.data() + digits.size())
    return std::nullopt;
  return number;
}

std::string_view stand_in(std::uint32_t code) noexcept {
  if (code >= 0xD800 && code < 0xDC00) return "\\ud83d";
  if (code >= 0xDC00 && code < 0xE000) return "\\ude00";
  if (code >= '0' && code <= '9') return "\\u0035";
  return code < 0x80 ? "\\u0078" : "\\u00e4";
}

// `x` with zeros in front, so that it has as many digits.
std::string padded(std::string_view digits, std::size_t size) {
  if (size < digits.size()) return std::string(size, '9');
  return std::string(size - digits.size(), '0') + std::string(digits);
}

}  // namespace

Replaced masked_character(std::string_view rest) {
  for (const std::string_view one : kStay) {
    if (rest.starts_with(one)) return {std::string(one), one.size()};
  }
  const std::size_t bytes = length_of(rest);
  if (bytes == 0) return {std::string(1, masked_byte(rest)), 1};
  const bool is_control = bytes == 2 && byte_of(rest[0]) == 0xC2 && byte_of(rest[1]) < 0xA0;
  return {std::string(is_control ? rest.substr(0, bytes) : kStandIns[bytes]), bytes};
}

Replaced masked_escape(std::string_view rest) {
  if (rest.size() < 2 || rest[0] != '\\') return {};
  if (kShortEscapes.find(rest[1]) != std::string_view::npos) return {std::string(rest.substr(0, 2)), 2};
  constexpr std::size_t kLength = 6;
  if (rest[1] != 'u' || rest.size() < kLength) return {};
  const auto code = number_in(rest.substr(2, 4), 16);
  if (!code) return {};
  return {std::string(says_nothing(*code) ? rest.substr(0, kLength) : stand_in(*code)), kLength};
}

Replaced masked_reference(std::string_view rest) {
  for (const std::string_view name : kNamed) {
    if (rest.starts_with(name)) return {std::string(name), name.size()};
  }
  const std::size_t end = rest.substr(0, kLongestReference).find(';');
  if (!rest.starts_with("&#") || end == std::string_view::npos) return {};
  const bool is_hex = rest[2] == 'x';
  const std::size_t from = is_hex ? 3 : 2;
  if (from >= end) return {};
  const auto code = number_in(rest.substr(from, end - from), is_hex ? 16 : 10);
  if (!code) return {};
  if (says_nothing(*code)) return {std::string(rest.substr(0, end + 1)), end + 1};
  const std::size_t digits = end - from;
  const std::string_view letter = is_hex ? "78" : digits < 3 ? "88" : "120";
  return {std::string(rest.substr(0, from)) + padded(letter, digits) + ";", end + 1};
}

}  // namespace ucm::wire
