// Records made fit for the public: their form stays, whoever was on the telephone does not.
#pragma once

#include <string>
#include <string_view>

#include "wire/pseudonyms.h"

namespace ucm::wire {

// Masks JSON, XML, CSV and what is broken beyond all of them, of the push and of the API, one document or
// many. Keys, quotes, brackets, blanks, control characters, dates, spans of time and the PBX's own words stay
// where a table (mask_rules.h) says that they are harmless; every other digit becomes another digit and every
// other letter another letter, so that the text has as many bytes as before, all at their places. Only
// passwords and cookies become eight `x`. Nothing is parsed: where a text does not have the form that its
// beginning promises, less of it is shown, never more.
//
// What one of these has masked it masks alike for as long as it lives: legs of one call remain legs of one
// call. Time in proportion to the length. One thread.
class Masker {
 public:
  [[nodiscard]] std::string masked(std::string_view bytes);

 private:
  Pseudonyms pseudonyms_;
};

// Bytes for a terminal, a mail or a web page: control characters but line end and tab, and what is no UTF-8,
// become `\x1b`.
[[nodiscard]] std::string printable(std::string_view bytes);

}  // namespace ucm::wire
