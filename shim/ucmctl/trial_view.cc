#include "shim/ucmctl/trial_view.h"

#include <algorithm>

#include "base/text.h"
#include "shim/ucmctl/columns.h"

namespace ucm::ctl {

TrialReport report_of(const TrialMatter& matter) {
  const service::PbxTrial& trial = matter.trial;
  TrialReport report;
  report.heading = text("PBX {}: {} ({} API)", trial.pbx, trial.url, trial.legacy ? "legacy" : "new");
  add_connection(matter, report.lines);
  add_content(matter, report.lines);
  add_actions(matter, report.lines);
  return report;
}

std::string trial_view(const TrialReport& report) {
  std::vector<Row> rows;
  rows.reserve(report.lines.size());
  for (const TrialLine& line : report.lines)
    rows.push_back({"  " + harmless(line.topic), harmless(line.word), harmless(line.told)});
  return harmless(report.heading) + '\n' + columns(rows);
}

std::string advice_view(std::vector<Advice> advice) {
  if (advice.empty()) return {};
  std::ranges::stable_sort(advice, [](const Advice& a, const Advice& b) {
    return static_cast<int>(a.severity) < static_cast<int>(b.severity);
  });
  std::string view = "What to do:\n";
  std::size_t number = 0;
  for (const Advice& each : advice) {
    view += text("{:>3}. {}\n", ++number, harmless(each.remedy));
    if (!each.paste.empty()) view += text("\n       {}\n\n", harmless(each.paste));
  }
  return view;
}

}  // namespace ucm::ctl
