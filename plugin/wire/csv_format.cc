// CSV documents: one line of the UCM62xx push, cells between commas, `'` around all of them or some.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "wire/csv_text.h"
#include "wire/fields.h"
#include "wire/format.h"
#include "wire/utf8.h"

namespace ucm::wire {

namespace {

// A line. It begins with AcctId: a number, quoted or not, or nothing; or it is the header.
class CsvScanner final : public Scanner {
 public:
  [[nodiscard]] Found scan(std::string_view more) override {
    for (std::size_t i = 0; i < more.size(); ++i) {
      const char c = more[i];
      if (c == '\n') return {Framing::document, i + 1};
      if (!is_first_cell_) {
        const std::size_t end = more.find('\n', i);
        return end == std::string_view::npos ? Found{Framing::need_more, more.size()}
                                             : Found{Framing::document, end + 1};
      }
      if (c == '{' || c == '<' || (is_empty_ && !may_begin(c))) {
        return {Framing::never, i, Unfit::syntax, "neither JSON, XML nor CSV"};
      }
      if (c == ',') {
        is_first_cell_ = is_empty_;
      } else if (!is_between_documents(c)) {
        is_empty_ = false;
      }
    }
    return {Framing::need_more, more.size()};
  }

  [[nodiscard]] bool complete_at_end() const override { return true; }

 private:
  static bool may_begin(char c) noexcept {
    return (c >= '0' && c <= '9') || c == '\'' || c == ',' || c == '-' || c == 'A' || c == 'a' ||
           is_between_documents(c);
  }

  bool is_first_cell_ = true;  // with something in it
  bool is_empty_ = true;       // nothing but commas and blanks so far
};

// How a quote inside a quoted cell is written is not known; both ways are read.
enum class Quotes { doubled, as_they_are };

// Takes a cell from the front of `rest` with the comma behind it. `rest` has no data once it was the last.
std::string take_cell(std::string_view& rest, Quotes quotes) {
  std::string cell;
  std::size_t i = std::min(rest.size(), rest.find_first_not_of(" \t"));
  bool is_open = i < rest.size() && rest[i] == '\'';
  if (is_open) ++i;
  for (; i < rest.size(); ++i) {
    const char c = rest[i];
    if (!is_open && c == ',') break;
    if (is_open && c == '\'') {
      const std::string_view behind = rest.substr(i + 1);
      if (quotes == Quotes::doubled && behind.starts_with('\'')) {
        ++i;
      } else if (ends_cell(behind)) {
        is_open = false;
        continue;
      }
    }
    cell.push_back(c);
  }
  rest = i < rest.size() ? rest.substr(i + 1) : std::string_view();
  return cell;
}

using Cells = std::vector<std::string>;

bool is_right_shape(const Cells& cells) noexcept {
  return cells.size() == kCsvColumns || (cells.size() == kCsvColumns + 1 && trimmed(cells.back()).empty());
}

Cells split(std::string_view line, Quotes quotes) {
  Cells cells;
  cells.reserve(kCsvColumns + 1);
  while (line.data() != nullptr) cells.push_back(take_cell(line, quotes));
  return cells;
}

Cells cells_of(std::string_view line) {
  Cells cells = split(line, Quotes::doubled);
  if (is_right_shape(cells)) return cells;
  Cells other = split(line, Quotes::as_they_are);
  return is_right_shape(other) ? other : cells;
}

void read_line(std::string_view line, std::string_view document, Decoded& out) {
  const auto reject = [&](Unfit unfit, std::string detail) {
    out.rejected.push_back({unfit, std::move(detail), std::string(document)});
  };
  const Cells cells = cells_of(line);
  const auto is_nothing = [](const std::string& cell) { return trimmed(cell).empty(); };
  if (std::all_of(cells.begin(), cells.end(), is_nothing)) return;
  const bool is_header = equal_ignoring_case(trimmed(cells.front()), fields().front().name);
  if (is_header) return;
  if (!is_right_shape(cells)) {
    return reject(Unfit::syntax, text("{} columns where {} are expected", cells.size(), kCsvColumns));
  }
  Leg leg;
  for (std::size_t i = 0; i < kCsvColumns; ++i) {
    const Field& field = fields()[i];
    if (!put(leg, field, cells[i])) {
      return reject(Unfit::bad_value,
                    text("{} holds no whole number of seconds from 0 to {}", field.name, kLongestLeg));
    }
  }
  if (!identified(leg)) return reject(Unfit::unidentified, "it has no uniqueid, session, AcctId or start");
  out.legs.push_back(std::move(leg));
}

std::vector<std::string_view> between_nuls(std::string_view line) {
  std::vector<std::string_view> pieces;
  while (!line.empty()) {
    const std::string_view piece = line.substr(0, line.find('\0'));
    if (!trimmed(piece).empty()) pieces.push_back(piece);
    line.remove_prefix(std::min(line.size(), piece.size() + 1));
  }
  return pieces;
}

// NULs end records on some senders and pad them on others: whole records between them are records, else they
// are left out.
Decoded decode_csv(std::string_view document) {
  Decoded out;
  std::string repaired;
  std::string_view line = trimmed(document);
  if (!is_utf8(line)) {
    repaired = repaired_utf8(line);
    line = repaired;
  }
  if (line.find('\0') == std::string_view::npos) {
    read_line(line, document, out);
    return out;
  }
  const auto pieces = between_nuls(line);
  const auto is_record = [](std::string_view piece) { return is_right_shape(cells_of(trimmed(piece))); };
  if (std::all_of(pieces.begin(), pieces.end(), is_record)) {
    for (const std::string_view piece : pieces) read_line(trimmed(piece), piece, out);
    return out;
  }
  std::string joined;
  for (const std::string_view piece : pieces) joined.append(piece);
  read_line(joined, document, out);
  return out;
}

std::unique_ptr<Scanner> csv_scanner() {
  return std::make_unique<CsvScanner>();
}

}  // namespace

Format csv_format() noexcept {
  return {"csv", "text/csv", "", csv_scanner, decode_csv};
}

}  // namespace ucm::wire
