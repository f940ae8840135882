#include "wire/utf8.h"

#include <cstdint>
#include <cstring>

namespace ucm::wire {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned at(std::string_view s, std::size_t i) noexcept {
  return i < s.size() ? static_cast<unsigned char>(s[i]) : 0;
}

bool follows(unsigned byte, unsigned least = 0x80, unsigned most = 0xBF) noexcept {
  return byte >= least && byte <= most;
}

// Bytes of the character at the front of `s`; 0 when none stands there. Surrogates, overlong forms and what
// is beyond U+10FFFF are none.
std::size_t character_at_front(std::string_view s) noexcept {
  const unsigned first = at(s, 0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(at(s, 1)) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned least = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned most = first == 0xED ? 0x9F : 0xBF;
    return follows(at(s, 1), least, most) && follows(at(s, 2)) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned least = first == 0xF0 ? 0x90 : 0x80;
    const unsigned most = first == 0xF4 ? 0x8F : 0xBF;
    return follows(at(s, 1), least, most) && follows(at(s, 2)) && follows(at(s, 3)) ? 4 : 0;
  }
  return 0;
}

// Length of the longest valid beginning.
std::size_t valid_prefix(std::string_view s) noexcept {
  std::size_t i = 0;
  while (i < s.size()) {
    std::uint64_t eight = 0;
    while (i + sizeof eight <= s.size()) {
      std::memcpy(&eight, s.data() + i, sizeof eight);
      if ((eight & 0x8080808080808080U) != 0) break;
      i += sizeof eight;
    }
    if (i >= s.size()) break;
    const std::size_t bytes = character_at_front(s.substr(i));
    if (bytes == 0) return i;
    i += bytes;
  }
  return s.size();
}

}  // namespace

bool is_utf8(std::string_view bytes) noexcept {
  return valid_prefix(bytes) == bytes.size();
}

std::string repaired_utf8(std::string_view bytes) {
  std::string repaired;
  repaired.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t good = valid_prefix(bytes);
    repaired.append(bytes.substr(0, good));
    bytes.remove_prefix(good);
    if (bytes.empty()) break;
    repaired.append(kReplacement);
    bytes.remove_prefix(1);
  }
  return repaired;
}

}  // namespace ucm::wire
