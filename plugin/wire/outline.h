// What JSON and XML have in common: named values inside one another. The rules by which records are found in
// such a document stand here, once for both.
#pragma once

#include <string_view>
#include <vector>

#include "wire/format.h"

namespace ucm::wire {

// Its texts lie in the parsed document, or wherever its maker keeps them.
struct Part {
  enum class Kind { scalar, object, list };
  Kind kind = Kind::scalar;
  std::string_view name;    // of a member of an object
  std::string_view value;   // of a scalar; "" for null
  std::vector<Part> parts;  // of an object or list
};

// Finds the records in `whole`, at most kDeepest levels down, and appends them to `out`. An object whose own
// members are named like CDR fields is a record; one that holds records is a wrapper, whatever it is called.
// `document` is kept as the rejected bytes where it holds that one record and nothing else.
void read_records(const Part& whole, std::string_view document, Decoded& out);

}  // namespace ucm::wire
