#include "wire/xml_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "base/text.h"
#include "wire/utf8.h"

namespace ucm::wire {

namespace {

constexpr std::string_view kBlanks{" \t\r\n\0", 5};

void skip_blanks(std::string_view& s) noexcept {
  s.remove_prefix(std::min(s.size(), s.find_first_not_of(kBlanks)));
}

// Through `end`; all of it when there is no end.
void skip_through(std::string_view& s, std::string_view end) noexcept {
  const std::size_t at = s.find(end);
  s.remove_prefix(at == std::string_view::npos ? s.size() : at + end.size());
}

bool is_declaration(std::string_view xml) noexcept {
  return xml.size() > 5 && xml.starts_with("<?xml") && kBlanks.find(xml[5]) != std::string_view::npos;
}

// The number of `&#65;` or `&#x41;`, without its frame.
std::optional<unsigned long> character_number(std::string_view digits) noexcept {
  const bool is_hex = digits.starts_with('x');
  if (is_hex) digits.remove_prefix(1);
  const unsigned long base = is_hex ? 16 : 10;
  if (digits.empty() || digits.size() > 7) return std::nullopt;
  unsigned long number = 0;
  for (const char c : digits) {
    const std::size_t value =
        std::string_view("0123456789abcdef").find(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
    if (value >= base) return std::nullopt;
    number = number * base + value;
  }
  return number;
}

bool is_xml_character(unsigned long n) noexcept {
  return n == 0x9 || n == 0xA || n == 0xD || (n >= 0x20 && n <= 0xD7FF) || (n >= 0xE000 && n <= 0xFFFD) ||
         (n >= 0x10000 && n <= 0x10FFFF);
}

// Takes what begins with `&` from the front of `rest`.
void mend_reference(std::string_view& rest, std::string& mended) {
  constexpr std::array<std::string_view, 5> kPredefined{"amp", "lt", "gt", "quot", "apos"};
  constexpr std::size_t kLongest = 10;
  const std::size_t end = rest.substr(0, kLongest).find(';');
  const std::string_view name = end == std::string_view::npos ? std::string_view() : rest.substr(1, end - 1);
  const auto number = name.starts_with('#') ? character_number(name.substr(1)) : std::nullopt;
  const bool is_predefined = std::find(kPredefined.begin(), kPredefined.end(), name) != kPredefined.end();
  if (number && !is_xml_character(*number)) {
    mended.push_back(' ');
  } else if (number || is_predefined) {
    mended.append(rest.substr(0, end + 1));
  } else {
    mended.append("&amp;");
    rest.remove_prefix(1);
    return;
  }
  rest.remove_prefix(end + 1);
}

// U+FFFE and U+FFFF are the only characters of UTF-8 beyond the controls that XML cannot hold.
bool takes_unfit_character(std::string_view& rest) noexcept {
  const bool is_control = static_cast<unsigned char>(rest.front()) < 0x20 &&
                          kBlanks.substr(1, 3).find(rest.front()) == std::string_view::npos;
  const bool is_no_character = rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF");
  if (is_control) rest.remove_prefix(1);
  if (is_no_character) rest.remove_prefix(3);
  return is_control || is_no_character;
}

}  // namespace

bool begins_an_xml_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool has_document_type(std::string_view xml) noexcept {
  while (true) {
    skip_blanks(xml);
    if (xml.starts_with("<?")) {
      skip_through(xml, "?>");
    } else if (xml.starts_with("<!--")) {
      skip_through(xml, "-->");
    } else {
      return xml.starts_with("<!");
    }
  }
}

std::string_view declared_encoding(std::string_view xml) noexcept {
  if (!is_declaration(xml)) return {};
  xml = xml.substr(0, xml.find("?>"));
  skip_through(xml, "encoding");
  skip_blanks(xml);
  if (!xml.starts_with('=')) return {};
  xml.remove_prefix(1);
  skip_blanks(xml);
  if (xml.empty()) return {};
  const char quote = xml.front();
  xml.remove_prefix(1);
  return xml.substr(0, xml.find(quote));
}

std::string mended_xml(std::string_view xml) {
  if (is_declaration(xml)) skip_through(xml, "?>");
  const std::string repaired = is_utf8(xml) ? std::string() : repaired_utf8(xml);
  if (!repaired.empty()) xml = repaired;
  constexpr std::string_view kCdata = "<![CDATA[";
  std::string mended;
  mended.reserve(xml.size() + 16);
  bool in_cdata = false;
  while (!xml.empty()) {
    if (takes_unfit_character(xml)) {
      mended.push_back(' ');
      continue;
    }
    const char c = xml.front();
    const char next = xml.size() > 1 ? xml[1] : '\0';
    if (in_cdata) {
      in_cdata = !xml.starts_with("]]>");
    } else if (c == '&') {
      mend_reference(xml, mended);
      continue;
    } else if (c == '<' && !begins_an_xml_name(next) && next != '/' && next != '!' && next != '?') {
      mended.append("&lt;");
      xml.remove_prefix(1);
      continue;
    } else if (c == '<') {
      in_cdata = xml.starts_with(kCdata);
    }
    mended.push_back(c);
    xml.remove_prefix(1);
  }
  return mended;
}

}  // namespace ucm::wire
