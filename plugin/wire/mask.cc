#include "wire/mask.h"

#include <algorithm>

#include "base/text.h"
#include "wire/mask_text.h"
#include "wire/utf8.h"

namespace ucm::wire {

namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::string_view kBetween{" \t\r\n\0", 5};

std::size_t blanks_at_front(std::string_view rest) noexcept {
  return rest.starts_with(kMark) ? kMark.size() : std::min(rest.size(), rest.find_first_not_of(kBetween));
}

bool is_shown(std::string_view character) noexcept {
  const auto byte = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return (byte >= 0x20 && byte < 0x7F) || byte == '\n' || byte == '\t';
  const bool is_control = byte == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
  return !is_control && is_utf8(character);
}

}  // namespace

std::string Masker::masked(std::string_view bytes) {
  MaskText text{bytes, pseudonyms_};
  text.out.reserve(bytes.size());
  while (text.more()) {
    text.copy(blanks_at_front(text.rest()));
    if (!text.more()) break;
    const char first = text.rest().front();
    if (first == '{' || first == '[') {
      mask_json(text);
    } else if (first == '<') {
      mask_xml(text);
    } else {
      mask_line(text);
    }
  }
  return std::move(text.out);
}

std::string printable(std::string_view bytes) {
  constexpr std::size_t kLongestCharacter = 4;
  std::string result;
  while (!bytes.empty()) {
    std::size_t length = 1;
    while (length < std::min(kLongestCharacter, bytes.size()) && !is_utf8(bytes.substr(0, length))) ++length;
    const std::string_view character = bytes.substr(0, length);
    if (is_shown(character)) {
      result.append(character);
      bytes.remove_prefix(length);
    } else {
      result.append(text("\\x{:02x}", static_cast<unsigned char>(bytes.front())));
      bytes.remove_prefix(1);
    }
  }
  return result;
}

}  // namespace ucm::wire
