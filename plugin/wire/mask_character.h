// Single characters of a record that is masked, in all the ways in which JSON, XML and UTF-8 write them. What
// replaces one has as many bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ucm::wire {

struct Replaced {
  std::string text;
  std::size_t bytes = 0;  // how many it stands for; 0: nothing of the kind begins here
};

// A character beyond ASCII, or one byte of a broken one, which stays broken in the same way. Byte order
// marks, U+FFFD and control characters stay. REQUIRES: `rest` begins with a byte from 0x80.
[[nodiscard]] Replaced masked_character(std::string_view rest);

// An escape of JSON. What it says is kept where that is no letter, no digit and no half of a surrogate pair;
// of these half stays half.
[[nodiscard]] Replaced masked_escape(std::string_view rest);

// A reference of XML: the five that are predefined, and numbers of characters.
[[nodiscard]] Replaced masked_reference(std::string_view rest);

}  // namespace ucm::wire
