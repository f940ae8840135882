// What was decoded, as the text of a test case's `expected`: every leg with its fields that hold something,
// then a word for everything rejected.
#pragma once

#include <string>

#include "base/text.h"
#include "wire/fields.h"
#include "wire/format.h"

namespace ucm::wire {

inline std::string visible(std::string_view value) {
  std::string shown;
  for (const char c : value) {
    if (static_cast<unsigned char>(c) < 0x20) {
      shown += text("\\x{:02x}", static_cast<unsigned>(c));
    } else {
      shown.push_back(c);
    }
  }
  return shown;
}

inline std::string described(const Decoded& decoded) {
  std::string lines;
  for (const Leg& leg : decoded.legs) {
    lines += "leg\n";
    for (const Field& field : fields()) {
      if (field.text != nullptr && !(leg.*field.text).empty()) {
        lines += text("  {}: {}\n", field.name, visible(leg.*field.text));
      }
      if (field.seconds != nullptr && leg.*field.seconds != 0) {
        lines += text("  {}: {}\n", field.name, leg.*field.seconds);
      }
    }
  }
  for (const Rejected& rejected : decoded.rejected) {
    lines += text("rejected {}: {}\n", word_for(rejected.unfit), rejected.detail);
  }
  return lines;
}

// The same with the rejected bytes: for comparing two ways of reading one input.
inline std::string described_in_full(const Decoded& decoded) {
  std::string lines = described(decoded);
  for (const Rejected& rejected : decoded.rejected) lines += text("bytes {}\n", rejected.bytes);
  return lines;
}

}  // namespace ucm::wire
