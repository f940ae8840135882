#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "shim/ucmctl/columns.h"
#include "shim/ucmctl/views.h"

namespace ucm::ctl {

namespace {

using service::ListenerReport;
using service::PbxReport;
using service::RefusedReport;
using service::StatusReport;

struct Remedy {
  std::string_view reason;  // of StatusReport::refused
  std::string_view thing;   // was refused
  std::string_view how;
  std::string_view advice;
};

constexpr std::array kRemedies{
    Remedy{"unknown_sender", "push", "from addresses that no PBX names",
           "the agent's log names them; add them to From of their PBX"},
    Remedy{"credentials", "push", "with a wrong user or password",
           "compare User and Password of the listener with the CDR Real-time Output settings of the PBX"},
    Remedy{"too_large", "push", "larger than MaxRecordBytes", "raise it if they come from a PBX"},
    Remedy{"too_many", "connection", "that there was no room for",
           "the agent's log says whose and which limit; raise it if they come from PBXes"},
    Remedy{"too_slow", "connection", "too slow",
           "look at the network, or raise RequestTimeout and IdleTimeout"},
    Remedy{"unknown_serial", "record", "whose serial number tells no PBX",
           "set Serial in the PBX blocks; ucmctl quarantine shows them"},
    Remedy{"storage", "push", "that could not be kept", "look at the disk of the state directory"},
};

std::string when(std::int64_t moment_s, std::int64_t now_s) {
  return text("{} ({} ago)", local_time(moment_s), span_of_time(std::max<std::int64_t>(now_s - moment_s, 0)));
}

std::string head(const StatusReport& report, std::int64_t now_s) {
  const auto& ledger = report.ledger;
  std::string state = ledger.state == "ok" ? "ok" : text("{}: {}", ledger.state, ledger.detail);
  std::vector<Row> rows{
      {"ucm", harmless(report.version)},
      {"started", when(report.started_s, now_s)},
      {"state directory", harmless(report.state_directory)},
      {"ledger", harmless(state)},
      {"", text("{}, {}, {} open, {}", counted(ledger.legs, "record"), counted(ledger.calls, "call"),
                counted(ledger.open_sessions, "session"), amount_of_bytes(ledger.bytes))}};
  if (ledger.counting_since_s != 0) rows.push_back({"counters since", when(ledger.counting_since_s, now_s)});
  return columns(rows);
}

std::string listeners(const std::vector<ListenerReport>& reports) {
  std::vector<Row> rows{{"LISTENER", "PORT", "STATE", "CONNECTED", "ACCEPTED", ""}};
  for (const ListenerReport& listener : reports) {
    rows.push_back({harmless(listener.url), text("{}", listener.port), harmless(listener.state),
                    text("{}", listener.connections), text("{}", listener.accepted),
                    harmless(listener.detail)});
  }
  return columns(rows);
}

std::string pbxes(const std::vector<PbxReport>& reports, std::int64_t now_s) {
  std::vector<Row> rows{{"PBX", "HOST", "NEW", "AGAIN", "QUARANTINED", "OPEN", "VALUES", "LAST RECORD"}};
  for (const PbxReport& pbx : reports) {
    rows.push_back({harmless(pbx.name), harmless(pbx.host), text("{}", pbx.legs_accepted),
                    text("{}", pbx.legs_duplicate), text("{}", pbx.records_quarantined),
                    text("{}", pbx.open_sessions), text("{} of {}", pbx.series, pbx.max_series),
                    pbx.last_record_s ? when(*pbx.last_record_s, now_s) : "none yet"});
  }
  return columns(rows);
}

// The PBXes that have sent nothing; of many only the first.
std::string silent_ones(const std::vector<PbxReport>& reports) {
  constexpr std::size_t kNamed = 5;
  std::string names;
  std::size_t silent = 0;
  for (const PbxReport& pbx : reports) {
    if (pbx.last_record_s || !pbx.pushes) continue;
    if (++silent <= kNamed) names += text("{}{}", names.empty() ? "" : ", ", pbx.name);
  }
  return silent > kNamed ? text("{} and {} more", names, silent - kNamed) : names;
}

// What to click on the PBX, for the first listener that is open.
std::string first_steps(const StatusReport& report) {
  const std::string names = silent_ones(report.pbxes);
  if (names.empty()) return {};
  const auto open = std::ranges::find(report.listeners, "open", &ListenerReport::state);
  if (open == report.listeners.end())
    return text("* No record was pushed yet by {}: no listener is open.\n", names);
  const bool tcp = open->url.starts_with("tcp");
  const std::string_view method = tcp ? "TCP" : open->url.starts_with("https") ? "HTTPS" : "HTTP";
  return text(
      "* No record was pushed yet by {}. On the UCM: Value-added Features (or Integrations) > API "
      "Configuration >\n"
      "  CDR Real-time Output Settings: enable it, server address = an address of this machine, port = {},\n"
      "  delivery method = {}{}. Then make a call and let it end.\n",
      names, open->port, method, tcp ? "" : ", format = JSON");
}

std::string quarantined(const PbxReport& pbx) {
  std::string reasons;
  for (const auto& [reason, count] : pbx.quarantined) {
    if (count > 0) reasons += text("{}{} {}", reasons.empty() ? "" : ", ", count, reason);
  }
  return text("* {} sent {} not understood{}: see ucmctl quarantine.\n", pbx.name,
              counted(pbx.records_quarantined, "record"), reasons.empty() ? "" : text(" ({})", reasons));
}

std::string advice(const StatusReport& report, std::int64_t now_s) {
  std::string result;
  for (const std::string& fault : report.configuration) {
    result += text("* The configuration has an error, and what it is about is not watched: {}\n", fault);
  }
  if (report.ledger.state != "ok") {
    result += text(
        "* Records cannot be kept: look at the disk of {} (full? read-only? broken?). The PBXes keep their "
        "records\n"
        "  and send them again.\n",
        report.state_directory);
  }
  for (const std::string& name : report.ledger.aside) {
    result += text(
        "* {} could not be used and was set aside; Retention deletes it. Its records are not counted "
        "again.\n",
        name);
  }
  for (const ListenerReport& listener : report.listeners) {
    if (listener.state == "failed") result += text("* {} is not open: {}\n", listener.url, listener.detail);
    if (listener.state == "held")
      result += text("* {} is shut until records can be kept again.\n", listener.url);
  }
  result += first_steps(report);
  for (const PbxReport& pbx : report.pbxes) {
    result += alerts_advice(pbx);
    result += api_advice(pbx);
    if (pbx.records_quarantined > 0) result += quarantined(pbx);
    if (pbx.full) {
      result +=
          text("* {} has more names than MaxSeries has room for: the rest is counted as other.\n", pbx.name);
    }
  }
  for (const RefusedReport& refused : report.refused_within_hour) {
    const auto remedy = std::ranges::find(kRemedies, refused.reason, &Remedy::reason);
    const bool known = remedy != kRemedies.end();
    const std::string what = known ? text("{} {}", counted(refused.within_hour, remedy->thing), remedy->how)
                                   : text("{} ({})", counted(refused.within_hour, "push"), refused.reason);
    result += text("* Refused in the last hour: {}, the last from {} {}{}.\n", what, refused.from,
                   when(refused.last_s, now_s), known ? text(": {}", remedy->advice) : std::string());
  }
  return result;
}

// Of each line on its own: the line ends are ours.
std::string harmless_lines(std::string_view lines) {
  std::string result;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1);
    result += harmless(lines.substr(0, end)) + '\n';
    lines.remove_prefix(end + 1);
  }
  return result;
}

}  // namespace

bool in_trouble(const StatusReport& report) {
  const auto failed = [](const ListenerReport& listener) { return listener.state == "failed"; };
  const auto away = [](const PbxReport& pbx) {
    return pbx.api && pbx.api->state != "up" && pbx.api->trouble != "none";
  };
  return !report.configuration.empty() || report.ledger.state != "ok" ||
         std::ranges::any_of(report.listeners, failed) || std::ranges::any_of(report.pbxes, away);
}

std::string status_view(const StatusReport& report, std::int64_t now_s) {
  std::string view =
      text("{}\n{}\n{}", head(report, now_s), listeners(report.listeners), pbxes(report.pbxes, now_s));
  const std::string asked = api_table(report.pbxes, now_s);
  if (!asked.empty()) view += text("\n{}", asked);
  const std::string alerts = alerts_table(report.pbxes, now_s);
  if (!alerts.empty()) view += text("\n{}", alerts);
  const std::string advised = advice(report, now_s);
  if (!advised.empty()) view += text("\n{}", harmless_lines(advised));
  return view;
}

}  // namespace ucm::ctl
