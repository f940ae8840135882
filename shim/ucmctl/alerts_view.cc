// What status shows of alerts that are on.
#include <algorithm>

#include "base/text.h"
#include "service/alert_kinds.h"
#include "shim/ucmctl/columns.h"
#include "shim/ucmctl/views.h"

namespace ucm::ctl {

namespace {

constexpr std::size_t kShown = 10;  // of one alert of a PBX

}  // namespace

std::string alerts_table(const std::vector<service::PbxReport>& reports, std::int64_t now_s) {
  std::vector<Row> rows{{"PBX", "ALERT", "OF", "SINCE"}};
  for (const service::PbxReport& pbx : reports) {
    std::string_view last;
    std::size_t of_it = 0;
    for (const service::AlertReport& on : pbx.alerts) {
      of_it = on.alert == last ? of_it + 1 : 1;
      last = on.alert;
      if (of_it > kShown) continue;
      rows.push_back({harmless(pbx.name), harmless(on.alert), harmless(on.thing),
                      text("{} ({} ago)", local_time(on.since_s),
                           span_of_time(std::max<std::int64_t>(now_s - on.since_s, 0)))});
    }
  }
  return rows.size() > 1 ? columns(rows) : "";
}

std::string alerts_advice(const service::PbxReport& pbx) {
  std::string result;
  for (const service::AlertRow& row : service::alert_rows()) {
    const auto on = std::ranges::count(pbx.alerts, row.word, &service::AlertReport::alert);
    if (on > 0) result += text("* {}, {} ({}): {}.\n", pbx.name, row.word, on, row.remedy);
  }
  return result;
}

}  // namespace ucm::ctl
