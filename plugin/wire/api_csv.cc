#include "wire/api_csv.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "wire/csv_text.h"
#include "wire/fields.h"

namespace ucm::wire {

namespace {

// No PBX writes longer cells and names, or more apostrophes in one. A quote that has not ended by then is a
// letter: without limits a line full of them would be read again and again.
constexpr std::size_t kLongestCell = 4096;
constexpr std::size_t kLongestCallerId = 512;
constexpr int kMostApostrophes = 32;

// A cell at the front of `rest`, and how many of its bytes it took.
struct Cell {
  std::string text;
  std::size_t bytes = 0;
};

// With quotes around all of it. A single quote may stand in it as it is.
std::optional<Cell> quoted_cell(std::string_view rest) {
  const char quote = rest.front();
  Cell cell;
  std::size_t from = 1;
  for (int apostrophes = 0; apostrophes <= kMostApostrophes;) {
    const std::size_t at = rest.substr(0, kLongestCell).find(quote, from);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view behind = rest.substr(at + 1);
    if (behind.starts_with(quote)) {
      cell.text.append(rest.substr(from, at + 1 - from));
      from = at + 2;
      continue;
    }
    if (ends_cell(behind)) {
      cell.text.append(rest.substr(from, at - from));
      cell.bytes = std::min(rest.size(), rest.find(',', at));
      return cell;
    }
    if (quote == '"') return std::nullopt;
    ++apostrophes;
    cell.text.append(rest.substr(from, at + 1 - from));
    from = at + 1;
  }
  return std::nullopt;
}

// `"Kern, Ada" <1042>` with nothing around it.
std::optional<Cell> caller_id(std::string_view rest) {
  const std::string_view near = rest.substr(0, kLongestCallerId);
  const std::size_t name_end = near.find("\" <", 1);
  if (name_end == std::string_view::npos) return std::nullopt;
  const std::size_t end = near.find_first_of(">,", name_end);
  if (end == std::string_view::npos || near[end] != '>' || !ends_cell(rest.substr(end + 1)))
    return std::nullopt;
  return Cell{std::string(rest.substr(0, end + 1)), std::min(rest.size(), rest.find(',', end))};
}

Cell bare_cell(std::string_view rest) {
  const std::size_t bytes = std::min(rest.size(), rest.find(','));
  return {std::string(rest.substr(0, bytes)), bytes};
}

Cell cell_at(std::string_view rest) {
  if (rest.starts_with('"') || rest.starts_with('\'')) {
    if (auto cell = quoted_cell(rest)) return *std::move(cell);
    if (rest.starts_with('"')) {
      if (auto cell = caller_id(rest)) return *std::move(cell);
    }
  }
  return bare_cell(rest);
}

std::size_t place_of(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& one) {
    return equal_ignoring_case(trimmed(one), name);
  });
  return static_cast<std::size_t>(found - names.begin());
}

// The sum of a session's legs names the session and nothing else that tells records apart.
bool is_summary(const Leg& leg) noexcept {
  return leg.acct_id.empty() && leg.uniqueid.empty() && leg.disposition.empty() && leg.channel.empty() &&
         !leg.session.empty();
}

}  // namespace

std::string_view take_line(std::string_view& rest) noexcept {
  const std::size_t end = std::min(rest.size(), rest.find('\n'));
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + 1));
  while (line.ends_with('\r') || line.ends_with('\0')) line.remove_suffix(1);
  return line;
}

std::vector<std::string> csv_cells(std::string_view line) {
  std::vector<std::string> cells;
  while (true) {
    const std::size_t blanks = std::min(line.size(), line.find_first_not_of(" \t"));
    line.remove_prefix(blanks);
    Cell cell = cell_at(line);
    cells.push_back(std::move(cell.text));
    if (cell.bytes == line.size()) return cells;
    line.remove_prefix(cell.bytes + 1);
  }
}

CsvColumns::CsvColumns(std::string_view header)
    : names_(csv_cells(header)), lastdata_(place_of(names_, "lastdata")), cdr_(place_of(names_, "cdr")) {}

bool CsvColumns::usable() const noexcept {
  const auto is_named = [&](std::string_view name) { return place_of(names_, name) < names_.size(); };
  return is_named("start") && (is_named("uniqueid") || is_named("AcctId"));
}

bool CsvColumns::is_header(const std::vector<std::string>& cells) const {
  return std::equal(cells.begin(), cells.end(), names_.begin(), names_.end(),
                    [](std::string_view a, std::string_view b) { return equal_ignoring_case(a, b); });
}

// Columns before lastdata are counted from the left, those behind it from the right: what is left over in the
// middle is lastdata with its commas. Whether that was right shows where numbers and times must stand.
bool CsvColumns::fill(Leg& leg, const std::vector<std::string>& cells, std::size_t count) const {
  if (count < names_.size() || (count > names_.size() && lastdata_ == names_.size())) return false;
  const std::size_t more = count - names_.size();
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const Field* field = field_named(trimmed(names_[i]));
    if (field == nullptr) continue;
    std::string value = cells[i <= lastdata_ ? i : i + more];
    if (i == lastdata_) {
      for (std::size_t k = 1; k <= more; ++k) value.append(",").append(cells[i + k]);
    }
    if (!put(leg, *field, value)) return false;
  }
  return leg.start.empty() || local_seconds(leg.start).has_value();
}

CsvColumns::Line CsvColumns::read(std::string_view line, Decoded& out) const {
  const std::vector<std::string> cells = csv_cells(line);
  const auto is_empty = [](const std::string& cell) { return trimmed(cell).empty(); };
  if (std::all_of(cells.begin(), cells.end(), is_empty) || is_header(cells)) return Line::nothing;
  const auto reject = [&](Unfit unfit, std::string detail) {
    out.rejected.push_back({unfit, std::move(detail), std::string(line)});
    return Line::session;
  };
  if (cells.size() < names_.size()) {
    return reject(Unfit::syntax, text("{} columns where the header names {}", cells.size(), names_.size()));
  }
  Leg leg;
  if (!fill(leg, cells, cells.size())) {
    leg = Leg();  // a comma behind the last cell is one more cell
    if (!is_empty(cells.back()) || !fill(leg, cells, cells.size() - 1)) {
      return reject(Unfit::bad_value, "no time or no number of seconds where the header says it stands");
    }
  }
  const Line kind = cdr_ < cells.size() && cdr_ < lastdata_ && is_leg_name(trimmed(cells[cdr_]))
                        ? Line::leg
                        : Line::session;
  if (!identified(leg)) return reject(Unfit::unidentified, "it has no uniqueid, session, AcctId or start");
  if (!is_summary(leg)) out.legs.push_back(std::move(leg));
  return kind;
}

}  // namespace ucm::wire
