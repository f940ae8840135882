// What a PBX says of itself, what it lists, what has come from it, and what it may be asked.
#include <algorithm>
#include <cstdlib>

#include "base/spans.h"
#include "base/text.h"
#include "service/options.h"
#include "shim/ucmctl/columns.h"
#include "shim/ucmctl/trial_view.h"

namespace ucm::ctl {

namespace {

using service::ActionTrial;
using service::PbxReport;
using service::PbxTrial;
using Fared = ActionTrial::Fared;

constexpr std::int64_t kMostDrift = 30;  // seconds

void add_system(const PbxTrial& trial, std::vector<TrialLine>& lines) {
  std::vector<std::string> parts;
  if (!trial.versions.model.empty()) parts.push_back(trial.versions.model);
  if (!trial.versions.firmware.empty()) parts.push_back("firmware " + trial.versions.firmware);
  if (trial.system && trial.system->uptime_s) parts.push_back("up " + span_of_time(*trial.system->uptime_s));
  std::string told;
  for (const std::string& part : parts) told += (told.empty() ? "" : ", ") + part;
  if (!told.empty()) lines.push_back({.topic = "system", .word = "ok", .told = told});
}

void add_clock(const PbxTrial& trial, std::vector<TrialLine>& lines) {
  if (!trial.clock_ahead_s) return;
  const std::int64_t drift = *trial.clock_ahead_s;
  const std::string told = drift == 0 ? "right to the second"
                                      : text("{} {} that of this machine", span_of_time(std::abs(drift)),
                                             drift > 0 ? "ahead of" : "behind");
  if (std::abs(drift) <= kMostDrift) {
    lines.push_back({.topic = "clock", .word = "ok", .told = told});
    return;
  }
  lines.push_back(
      {.severity = Severity::warning,
       .topic = "clock",
       .word = "wrong",
       .told = told,
       .remedy = text("its clock is {}: let both ask an NTP server (System Settings > Time Settings "
                      "on the PBX)",
                      told)});
}

void add_zone(const TrialMatter& matter, std::vector<TrialLine>& lines) {
  const service::ZoneWatch& zone = matter.trial.zone;
  TrialLine line{.topic = "time zone", .word = "ok", .told = zone.told(matter.now_s)};
  const std::string option = service::spelled("TimeZone", matter.dialect);
  if (zone.disagrees(matter.now_s)) {
    line.severity = Severity::warning;
    line.word = "wrong";
    line.remedy = text("{} is not the time of its records: {}. Set it to \"auto\", or to the zone of the PBX",
                       option, line.told);
  } else if (!zone.verdict() && zone.setting().automatic()) {
    line.severity = Severity::notice;
    line.word = "unknown";
  }
  lines.push_back(line);
}

// Whether a record was pushed within the last day.
bool pushed_lately(const TrialMatter& matter) {
  const PbxReport* pbx = matter.agent.of(matter.settings.name);
  return pbx != nullptr && pbx->last_record_s && matter.now_s - *pbx->last_record_s < kDay;
}

void add_records(const TrialMatter& matter, std::vector<TrialLine>& lines) {
  const PbxTrial& trial = matter.trial;
  if (!trial.day_records) return;
  TrialLine line{.topic = "records", .word = "ok"};
  if (*trial.day_records > 0) {
    line.told = text("{}{} of the last day", counted(*trial.day_records, "record"),
                     trial.day_is_full ? " and perhaps more" : "");
  } else if (trial.week_records > 0) {
    line.told = "none of the last day, but of the last week";
  } else {
    line.severity = Severity::notice;
    line.word = "none";
    line.told = "none of the last week; an empty answer proves nothing";
  }
  if (*trial.day_records == 0 && pushed_lately(matter)) {
    line.severity = Severity::warning;
    line.word = "missing";
    line.remedy = text(
        "the API lists no record of the last day, though some were pushed: compare {} and what the "
        "API user may see",
        service::spelled("TimeZone", matter.dialect));
  }
  lines.push_back(line);
}

// What to click on the PBX.
std::string how_to_push(const service::StatusReport& report) {
  const auto open = std::ranges::find(report.listeners, "open", &service::ListenerReport::state);
  std::string where = "a listener's port";
  if (open != report.listeners.end()) {
    const bool tcp = open->url.starts_with("tcp");
    where = text("port {}, delivery method {}", open->port,
                 tcp                              ? "TCP"
                 : open->url.starts_with("https") ? "HTTPS, format JSON"
                                                  : "HTTP, format JSON");
  }
  return text(
      "on the PBX, Integrations > API Configuration > CDR Real-time Output Settings: enable it, server "
      "address = an address of this machine, {}. Then make a call and let it end",
      where);
}

TrialLine pushes(const TrialMatter& matter) {
  TrialLine line{.severity = Severity::notice, .topic = "pushes", .word = "unknown"};
  const service::AgentView& agent = matter.agent;
  if (matter.settings.from.empty()) {
    line = {.topic = "pushes", .word = "none", .told = "no From: its records come by the API alone"};
  } else if (!agent.report) {
    line.told = text("no agent to ask: {}", agent.silence);
  } else if (const PbxReport* pbx = agent.of(matter.settings.name); pbx == nullptr) {
    line.told = "the running agent does not know this PBX";
    line.remedy = "restart the agent, so that it takes this configuration";
  } else if (pbx->last_record_s) {
    const std::int64_t pushed = std::max<std::int64_t>(0, pbx->legs_accepted - pbx->legs_backfilled);
    line = {.topic = "pushes",
            .word = "ok",
            .told = text("{}, the last one {} ago", counted(pushed, "new record"),
                         span_of_time(std::max<std::int64_t>(0, matter.now_s - *pbx->last_record_s)))};
  } else {
    const bool lost = pbx->legs_backfilled > 0;
    line.severity = lost ? Severity::warning : Severity::notice;
    line.word = "none yet";
    line.told = lost ? text("though the API brought {}", counted(pbx->legs_backfilled, "record")) : "";
    line.remedy = "no record was pushed yet: " + how_to_push(*agent.report);
  }
  return line;
}

TrialLine action_line(const ActionTrial& action, const std::string& where) {
  TrialLine line{.topic = action.name, .word = std::string(word_for(action.fared)), .told = action.gives};
  switch (action.fared) {
    case Fared::answered:
      return line;
    case Fared::not_permitted:
      line.severity = Severity::warning;
      line.told += text(". Tick it {}", where);
      return line;
    case Fared::not_offered:
      line.severity = Severity::notice;
      line.told += ". This firmware does not have it";
      return line;
    case Fared::failing:
      line.severity = Severity::warning;
      line.told += text(". {}", action.what);
      line.remedy = text("{} ({}): {}", action.name, action.gives, action.what);
      return line;
    case Fared::not_tried:
      line.severity = Severity::notice;
      if (!action.what.empty()) line.told += text(". {}", action.what);
      return line;
  }
  return line;
}

std::string names_of(const std::vector<ActionTrial>& actions) {
  std::string names;
  for (const ActionTrial& action : actions) names += (names.empty() ? "" : ", ") + action.name;
  return names;
}

}  // namespace

void add_content(const TrialMatter& matter, std::vector<TrialLine>& lines) {
  if (matter.trial.let_in) {
    add_system(matter.trial, lines);
    add_clock(matter.trial, lines);
    add_zone(matter, lines);
    add_records(matter, lines);
  }
  lines.push_back(pushes(matter));
}

void add_actions(const TrialMatter& matter, std::vector<TrialLine>& lines) {
  const PbxTrial& trial = matter.trial;
  if (!trial.let_in) {
    lines.push_back({.severity = Severity::notice,
                     .topic = "actions",
                     .word = "not tried",
                     .told = names_of(trial.actions)});
    return;
  }
  const std::string where = text(
      "for API user \"{}\" under Integrations > API Configuration > HTTPS API "
      "Settings ({})",
      trial.user, trial.legacy ? "Old" : "New");
  std::vector<ActionTrial> unticked;
  std::ranges::copy_if(trial.actions, std::back_inserter(unticked),
                       [](const ActionTrial& action) { return action.fared == Fared::not_permitted; });
  for (const ActionTrial& action : trial.actions) {
    lines.push_back(action_line(action, where));
    if (unticked.empty() || action.name != unticked.front().name) continue;
    lines.back().remedy = text("tick {} {}", names_of(unticked), where);
  }
}

}  // namespace ucm::ctl
