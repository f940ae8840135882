// What status shows of the asking.
#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "shim/ucmctl/columns.h"
#include "shim/ucmctl/views.h"

namespace ucm::ctl {

namespace {

using service::ActionReport;
using service::ApiReport;
using service::PbxReport;

constexpr std::int64_t kSoon = 21;        // days, for a new certificate
constexpr std::int64_t kClockWrong = 60;  // seconds
constexpr std::int64_t kCatchingUp = 2LL * 86'400;

std::string model_of(const ApiReport& api) {
  if (api.model.empty() && api.firmware.empty()) return "-";
  return text("{} {}", api.model, api.firmware);
}

// Of the actions in that state, their names.
std::string actions_in(const ApiReport& api, std::string_view state) {
  std::string names;
  for (const ActionReport& action : api.actions) {
    if (action.state == state) names += text("{}{}", names.empty() ? "" : ", ", action.action);
  }
  return names;
}

std::string of_actions(const PbxReport& pbx) {
  const ApiReport& api = *pbx.api;
  std::string result;
  const std::string forbidden = actions_in(api, "not permitted");
  if (!forbidden.empty()) {
    result += text(
        "* {} does not permit {}: tick them for the API user under Integrations > API Configuration >\n"
        "  HTTPS API Settings. They are tried again within the hour; what stands on them is empty until "
        "then.\n",
        pbx.name, forbidden);
  }
  for (const ActionReport& action : api.actions) {
    if (action.state == "failing") result += text("* {}: {}\n", pbx.name, action.detail);
  }
  return result;
}

std::string of_connection(const PbxReport& pbx) {
  const ApiReport& api = *pbx.api;
  if (api.state != "up" && !api.detail.empty()) {
    return text(
        "* {} is not asked with success: {}.\n  It is asked again {}; ucmctl check --config FILE tries at "
        "once.\n",
        pbx.name, api.detail, api.rests_s > 0 ? text("in {}", span_of_time(api.rests_s)) : "soon");
  }
  std::string result;
  if (!api.doubt.empty()) result += text("* {}: {}\n", pbx.name, api.doubt);
  if (api.certificate_days && *api.certificate_days < kSoon) {
    result += text(
        "* The certificate of {} expires in {} days: renew it on the PBX; a PinnedPublicKey changes with "
        "it.\n",
        pbx.name, *api.certificate_days);
  }
  if (api.zone_disagrees) {
    result += text("* The records of {} are of another time zone than TimeZone says: {}.\n", pbx.name,
                   pbx.time_zone);
  }
  if (api.clock_ahead_s && std::abs(*api.clock_ahead_s) > kClockWrong) {
    result += text("* The clock of {} is {} {}: set an NTP server on the PBX, or look at this machine's.\n",
                   pbx.name, span_of_time(std::abs(*api.clock_ahead_s)),
                   *api.clock_ahead_s > 0 ? "ahead" : "behind");
  }
  if (api.left_s > kCatchingUp) {
    result += text("* {} is catching up: {} of its past are still to be fetched.\n", pbx.name,
                   span_of_time(api.left_s));
  }
  return result;
}

}  // namespace

std::string api_table(const std::vector<PbxReport>& reports, std::int64_t now_s) {
  std::vector<Row> rows{
      {"PBX", "API", "STATE", "MODEL", "UP FOR", "FOUND BY IT", "RECORDS FETCHED", "TIME ZONE"}};
  for (const PbxReport& pbx : reports) {
    if (!pbx.api) continue;
    const ApiReport& api = *pbx.api;
    const std::string state =
        api.state == "up" || api.trouble == "none" ? api.state : text("{} ({})", api.state, api.trouble);
    rows.push_back({harmless(pbx.name), harmless(api.url), harmless(state), harmless(model_of(api)),
                    api.uptime_s ? span_of_time(*api.uptime_s) : "-", text("{}", pbx.legs_backfilled),
                    api.last_good_s
                        ? text("{} ago", span_of_time(std::max<std::int64_t>(now_s - *api.last_good_s, 0)))
                        : "not yet",
                    harmless(pbx.time_zone)});
  }
  return rows.size() > 1 ? columns(rows) : "";
}

std::string api_advice(const PbxReport& pbx) {
  return pbx.api ? of_connection(pbx) + of_actions(pbx) : "";
}

}  // namespace ucm::ctl
