// Lines: CSV of the push and of the API, and everything that is no format at all.
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "wire/fields.h"
#include "wire/mask_text.h"

namespace ucm::wire {

namespace {

// No PBX writes longer cells: a quote that has not ended by then is a letter.
constexpr std::size_t kLongestSpan = 2048;
constexpr std::string_view kPadding{" \t\r\0", 4};

// A cell where it lies: what stands before its content (blanks, a quote), and how much that is.
struct CellSpan {
  std::string_view before;
  std::string_view content;
  std::string_view behind;  // up to the comma
};
using CellSpans = std::vector<CellSpan>;

// How a quote inside a quoted cell is written is not known; both ways are tried.
enum class Inner { doubled, as_it_is };

bool ends_span(std::string_view behind) noexcept {
  const std::size_t next = behind.substr(0, kLongestSpan).find_first_not_of(kPadding);
  return next == std::string_view::npos || behind[next] == ',';
}

// Where the quote ends that is open at the front of `rest`; npos when it does not.
std::size_t closing_quote(std::string_view rest, char quote, Inner inner) noexcept {
  const std::string_view near = rest.substr(0, kLongestSpan);
  for (std::size_t at = near.find(quote); at != std::string_view::npos; at = near.find(quote, at + 1)) {
    const std::string_view behind = rest.substr(at + 1);
    if (inner == Inner::doubled && behind.starts_with(quote)) {
      ++at;
    } else if (ends_span(behind)) {
      return at;
    }
  }
  return std::string_view::npos;
}

// `"Kern, Ada" <1042>` with nothing around it: bytes up to its end, or npos.
std::size_t caller_id_end(std::string_view rest) noexcept {
  const std::string_view near = rest.substr(0, kLongestSpan);
  const std::size_t name_end = near.find("\" <", 1);
  if (name_end == std::string_view::npos) return name_end;
  const std::size_t end = near.find_first_of(">,", name_end);
  const bool is_one = end != std::string_view::npos && near[end] == '>' && ends_span(rest.substr(end + 1));
  return is_one ? end + 1 : std::string_view::npos;
}

// Takes a line apart. Where many quotes have not ended they are letters from there on: without a limit a line
// full of them would be read again and again.
class SpanReader {
 public:
  SpanReader(std::string_view line, Inner inner) : rest_(line), inner_(inner) {}

  CellSpans all() {
    CellSpans cells;
    while (true) {
      cells.push_back(next());
      const CellSpan& cell = cells.back();
      const std::size_t bytes = cell.before.size() + cell.content.size() + cell.behind.size();
      if (bytes == rest_.size()) return cells;
      rest_.remove_prefix(bytes + 1);
    }
  }

 private:
  [[nodiscard]] CellSpan next() {
    const std::size_t blanks = std::min(rest_.size(), rest_.find_first_not_of(kPadding));
    const std::string_view own = rest_.substr(blanks);
    const std::size_t quoted = quoted_length(own);
    if (quoted != std::string_view::npos) return span(blanks + 1, quoted);
    const std::size_t caller = caller_id_length(own);
    return span(blanks, caller != std::string_view::npos ? caller : std::min(own.size(), own.find(',')));
  }

  [[nodiscard]] CellSpan span(std::size_t before, std::size_t length) const {
    const std::string_view behind = rest_.substr(before + length);
    return {rest_.substr(0, before), rest_.substr(before, length),
            behind.substr(0, std::min(behind.size(), behind.find(',')))};
  }

  [[nodiscard]] bool may_try() const { return unclosed_ < kMostUnclosed; }

  [[nodiscard]] std::size_t counted(std::size_t length) {
    if (length == std::string_view::npos) ++unclosed_;
    return length;
  }

  [[nodiscard]] std::size_t quoted_length(std::string_view own) {
    const bool is_quoted = own.starts_with('\'') || own.starts_with('"');
    if (!is_quoted || !may_try()) return std::string_view::npos;
    return counted(closing_quote(own.substr(1), own.front(), inner_));
  }

  [[nodiscard]] std::size_t caller_id_length(std::string_view own) {
    if (!own.starts_with('"') || !may_try()) return std::string_view::npos;
    return counted(caller_id_end(own));
  }

  static constexpr int kMostUnclosed = 32;

  std::string_view rest_;
  Inner inner_;
  int unclosed_ = 0;
};

CellSpans spans_of(std::string_view line, Inner inner) {
  return SpanReader(line, inner).all();
}

bool is_blank(const CellSpan& cell) noexcept {
  return trimmed(cell.content).empty();
}

// Names of columns, not values of a record.
bool names_columns(const CellSpans& cells) {
  constexpr std::ptrdiff_t kFewest = 5;
  const auto known = std::count_if(cells.begin(), cells.end(),
                                   [](const CellSpan& cell) { return is_known_key(trimmed(cell.content)); });
  return known >= kFewest && known * 2 >= static_cast<std::ptrdiff_t>(cells.size());
}

std::vector<std::string> names_in(const CellSpans& cells) {
  std::vector<std::string> names;
  for (const CellSpan& cell : cells) names.emplace_back(trimmed(cell.content));
  return names;
}

std::vector<std::string> push_columns() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kCsvColumns; ++i) names.emplace_back(fields()[i].name);
  return names;
}

std::size_t column_named(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const std::string& one) { return equal_ignoring_case(one, name); });
  return static_cast<std::size_t>(found - names.begin());
}

// Whether times and numbers of seconds stand where they should, or nothing does.
bool has_times(const CellSpans& cells, const std::vector<Shown>& shown) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool is_time = shown[i] == Shown::moment || shown[i] == Shown::seconds;
    if (is_time && !is_blank(cells[i]) && !is_harmless(shown[i], trimmed(cells[i].content))) return false;
  }
  return true;
}

// What is shown of each cell; nothing when a line does not fit: too few cells, too many that lastdata could
// not explain, or no date where the start should be.
std::vector<Shown> plan(const CellSpans& cells, const std::vector<std::string>& names) {
  const std::size_t lastdata = column_named(names, "lastdata");
  const std::size_t start = column_named(names, "start");
  const bool ends_in_comma = cells.size() == names.size() + 1 && is_blank(cells.back());
  const std::size_t count = cells.size() - (ends_in_comma ? 1 : 0);
  if (start == names.size() || count < names.size()) return {};
  const std::size_t more = count - names.size();
  if (more > 0 && lastdata == names.size()) return {};
  std::vector<Shown> shown;
  for (std::size_t i = 0; i < names.size(); ++i) {
    shown.insert(shown.end(), i == lastdata ? more + 1 : 1, shown_of(names[i]));
  }
  shown.resize(cells.size(), Shown::unknown);
  const CellSpan& moment = cells[start + (start > lastdata ? more : 0)];
  const bool is_right =
      is_harmless(Shown::moment, trimmed(moment.content)) && (more == 0 || has_times(cells, shown));
  return is_right ? shown : std::vector<Shown>();
}

bool is_of_the_push(const CellSpans& cells) {
  return cells.size() == kCsvColumns || (cells.size() == kCsvColumns + 1 && is_blank(cells.back()));
}

std::vector<Shown> plan_of_the_push(const CellSpans& cells) {
  return is_of_the_push(cells) ? plan(cells, push_columns()) : std::vector<Shown>();
}

struct Plan {
  CellSpans cells;
  std::vector<Shown> shown;  // nothing: no record
};

// By the columns that a header has named, else by those of the push.
Plan plan_of(std::string_view line, const std::vector<std::string>& names) {
  for (const Inner inner : {Inner::doubled, Inner::as_it_is}) {
    CellSpans cells = spans_of(line, inner);
    std::vector<Shown> shown = plan(cells, names);
    if (shown.empty()) shown = plan_of_the_push(cells);
    if (!shown.empty()) return {std::move(cells), std::move(shown)};
  }
  return {};
}

void mask_cells(MaskText& text, const CellSpans& cells, const std::vector<Shown>& shown, bool are_names) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    text.copy((i == 0 ? 0U : 1U) + cells[i].before.size());
    const std::string_view name = trimmed(cells[i].content);
    if (are_names && (is_known_key(name) || looks_like_key(name))) {
      text.copy(cells[i].content.size());
    } else {
      text.mask(cells[i].content.size(), are_names ? Shown::unknown : shown[i]);
    }
    text.mask(cells[i].behind.size(), Shown::unknown);
  }
}

void mask_record(MaskText& text, std::string_view line) {
  Plan found = plan_of(line, text.columns);
  const bool is_record = !found.shown.empty();
  if (!is_record) found.cells = spans_of(line, Inner::doubled);
  found.shown.resize(found.cells.size(), Shown::unknown);
  const bool are_names = !is_record && names_columns(found.cells);
  if (are_names) text.columns = names_in(found.cells);
  mask_cells(text, found.cells, found.shown, are_names);
}

// Bytes up to the end of the line, or to a record of JSON that stands in the middle of it.
std::size_t line_at_front(std::string_view rest) noexcept {
  std::size_t at = rest.find_first_of("\n{");
  for (; at != std::string_view::npos && rest[at] == '{'; at = rest.find_first_of("\n{", at + 1)) {
    const std::size_t next = rest.find_first_not_of(" \t", at + 1);
    if (next != std::string_view::npos && rest[next] == '"') break;
  }
  return std::min(rest.size(), at);
}

// NULs end records on some senders and pad them on others.
bool is_parted_by_nuls(std::string_view line) {
  if (line.find('\0') == std::string_view::npos) return false;
  while (!line.empty()) {
    const std::string_view piece = line.substr(0, line.find('\0'));
    if (!trimmed(piece).empty() && plan_of(piece, {}).shown.empty()) return false;
    line.remove_prefix(std::min(line.size(), piece.size() + 1));
  }
  return true;
}

}  // namespace

void mask_line(MaskText& text) {
  std::string_view line = text.rest().substr(0, line_at_front(text.rest()));
  if (!is_parted_by_nuls(line)) return mask_record(text, line);
  while (!line.empty()) {
    const std::string_view piece = line.substr(0, line.find('\0'));
    mask_record(text, piece);
    text.copy(line.size() > piece.size() ? 1 : 0);
    line.remove_prefix(std::min(line.size(), piece.size() + 1));
  }
}

}  // namespace ucm::wire
