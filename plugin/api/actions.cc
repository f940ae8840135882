#include "api/actions.h"

namespace ucm::api {

namespace {

constexpr Action kActions[] = {
    {"cdrapi", true, "the records that the push missed"},
    {"recapi", true, "recordings"},
    {"queueapi", true, "callers of queues: offered, answered, abandoned, service level"},
    {"pmsapi", true, "nothing here: named because the vendor names it beside the other three"},
    {"getSystemStatus", false, "uptime, restarts, clock"},
    {"getSystemGeneralStatus", false, "model and firmware"},
    {"listAccount", false, "extensions by state"},
    {"listVoIPTrunk", false, "SIP trunks up and down"},
    {"listAnalogTrunk", false, "analogue trunks"},
    {"listDigitalTrunk", false, "digital trunks"},
    {"listBridgedChannels", false, "calls in conversation"},
    {"listUnBridgedChannels", false, "calls not yet answered"},
    {"listQueue", false, "which queues there are"},
    {"getQueueCalling", false, "callers who wait and talk, by queue"},
    {"getCallQueuesMemberMessage", false, "agents logged in and paused, by queue"},
};

}  // namespace

std::span<const Action> actions() noexcept {
  return kActions;
}

const Action* action_named(std::string_view name) noexcept {
  for (const Action& action : kActions) {
    if (action.name == name) return &action;
  }
  return nullptr;
}

}  // namespace ucm::api
