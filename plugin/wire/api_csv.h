// CSV as the API writes it: cells may be quoted with `"` or `'`, and often are not where they should be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/format.h"

namespace ucm::wire {

// Takes a line with its end from the front of `rest`; gives it without the end.
[[nodiscard]] std::string_view take_line(std::string_view& rest) noexcept;

// The cells of a line. One that begins with a quote ends at that quote in front of a comma, and a doubled
// quote in it is one; where no such end is found it is taken as it is. `"Kern, Ada" <1042>` is one cell.
[[nodiscard]] std::vector<std::string> csv_cells(std::string_view line);

// The columns of a page of cdrapi, as its first line names them.
class CsvColumns {
 public:
  explicit CsvColumns(std::string_view header);

  // Whether the line was a header of cdrapi: it names the start and what tells records apart.
  [[nodiscard]] bool usable() const noexcept;

  enum class Line {
    nothing,  // no cell holds anything, or it is the header again
    session,  // a record, the summary of a session (left out: its legs are there too), or what was rejected
    leg,      // one more record of a session: the column `cdr` says sub_cdr_N
  };
  // Puts what the line holds into `out`.
  Line read(std::string_view line, Decoded& out) const;

 private:
  [[nodiscard]] bool fill(Leg& leg, const std::vector<std::string>& cells, std::size_t count) const;
  [[nodiscard]] bool is_header(const std::vector<std::string>& cells) const;

  std::vector<std::string> names_;
  std::size_t lastdata_;  // its place; one behind the last when there is none
  std::size_t cdr_;       // likewise
};

}  // namespace ucm::wire
