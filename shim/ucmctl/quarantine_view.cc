#include "base/text.h"
#include "shim/ucmctl/columns.h"
#include "shim/ucmctl/views.h"

namespace ucm::ctl {

std::string quarantine_view(const service::QuarantineReport& report) {
  if (report.rows == 0) return "Nothing is in quarantine: everything that was pushed was understood.\n";
  std::string view = text("Not understood: {} of {} shown ({} in all), the newest first:\n",
                          report.shown.size(), report.rows, amount_of_bytes(report.total_bytes));
  for (const auto& row : report.shown) {
    view += text("\n#{}  {}  PBX {}  {}  {}\n", row.id, local_time(row.arrived_s), harmless(row.pbx),
                 harmless(row.reason), amount_of_bytes(row.bytes));
    if (!row.detail.empty()) view += text("  {}\n", harmless(row.detail));
    view += text("  {}\n", harmless(row.text));
  }
  return view;
}

}  // namespace ucm::ctl
