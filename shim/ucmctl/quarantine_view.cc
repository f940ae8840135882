#include <algorithm>

#include "base/text.h"
#include "shim/ucmctl/columns.h"
#include "shim/ucmctl/views.h"

namespace ucm::ctl {

namespace {

// A masked text keeps its lines and tabs, so that it can be pasted; it is indented like everything else.
std::string lines_of(std::string_view text) {
  std::string lines = "  ";
  while (!text.empty()) {
    const std::size_t end = std::min(text.size(), text.find_first_of("\n\t"));
    lines += harmless(text.substr(0, end));
    if (end < text.size()) lines += text[end] == '\n' ? "\n  " : "\t";
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return lines + "\n";
}

std::string row_view(const service::QuarantineReport::Row& row, bool masked) {
  std::string view = text("\n#{}  {}  PBX {}  {}  {}\n", row.id, local_time(row.arrived_s), harmless(row.pbx),
                          harmless(row.reason), amount_of_bytes(row.bytes));
  if (!row.detail.empty()) view += text("  {}\n", harmless(row.detail));
  if (!masked) return view + text("  {}\n", harmless(row.text));
  if (row.shown_bytes < row.bytes)
    view += text("  Only the first {} are shown.\n", amount_of_bytes(row.shown_bytes));
  return view + lines_of(row.text);
}

}  // namespace

std::string quarantine_view(const service::QuarantineReport& report) {
  if (report.rows == 0) return "Nothing is in quarantine: everything that was pushed was understood.\n";
  std::string view = text("Not understood: {} of {} shown ({} in all), the newest first{}:\n",
                          report.shown.size(), report.rows, amount_of_bytes(report.total_bytes),
                          report.masked ? "; numbers and names are masked" : "");
  for (const auto& row : report.shown) view += row_view(row, report.masked);
  return view;
}

}  // namespace ucm::ctl
