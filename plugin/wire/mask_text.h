// A text on its way through the mask, and the scanners of the three formats. Each takes what stands at `at`,
// at least a byte, and stops where its document ends or another one begins.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "wire/mask_value.h"

namespace ucm::wire {

struct MaskText {
  std::string_view in;
  Pseudonyms& pseudonyms;
  std::size_t at = 0;
  std::string out = {};
  std::vector<std::string> columns = {};  // of CSV, once a line has named them

  [[nodiscard]] bool more() const { return at < in.size(); }
  [[nodiscard]] std::string_view rest() const { return in.substr(at); }
  [[nodiscard]] bool begins_line() const { return at == 0 || in[at - 1] == '\n'; }

  void copy(std::size_t bytes) {
    out.append(in.substr(at, bytes));
    at += bytes;
  }
  void mask(std::size_t bytes, Shown shown) {
    out.append(masked_value(in.substr(at, bytes), shown, pseudonyms));
    at += bytes;
  }
};

// Bytes up to the first of those.
[[nodiscard]] inline std::size_t up_to(std::string_view any_of, std::string_view rest) noexcept {
  return std::min(rest.size(), rest.find_first_of(any_of));
}

void mask_json(MaskText& text);
void mask_xml(MaskText& text);
void mask_line(MaskText& text);

}  // namespace ucm::wire
