#include "shim/ucmctl/ledger_views.h"

#include <array>

#include "base/text.h"
#include "shim/ucmctl/columns.h"

namespace ucm::ctl {

namespace {

constexpr std::array<std::string_view, 7> kOutcomes{"answered",  "voicemail", "ivr",  "busy",
                                                    "no_answer", "failed",    "other"};
constexpr std::size_t kMostDifferences = 50;

constexpr std::string_view kRemedy =
    "What to do: the file was changed by another program, or by hand, or there is a fault in ucm. Keep a "
    "copy\n"
    "(sqlite3 ledger.db \".backup copy.db\"), name the lines above and the version (ucmctl --version) in a "
    "report,\n"
    "and go by the rows: they are what was received. The counters go on as they are.\n";

std::string ratio(std::int64_t part, std::int64_t whole, std::string_view unit) {
  if (whole == 0) return "-";
  return text("{:.1f}{}", static_cast<double>(part) / static_cast<double>(whole), unit);
}

std::string seconds(std::int64_t ms) {
  return text("{} s", ms / 1000);
}

std::string differences_view(const service::AuditReport& report) {
  std::string view =
      text("{} of {} counters are not what the rows say:\n\n", report.differences.size(), report.compared);
  std::vector<Row> rows{{"PBX", "scope", "counter", "is", "rows and carried say", "off by"}};
  for (const service::Difference& one : report.differences) {
    if (rows.size() > kMostDifferences) break;
    const std::int64_t said = one.rows + one.carried;
    rows.push_back({harmless(one.pbx), harmless(one.scope), harmless(one.metric), text("{}", one.counter),
                    text("{} + {} = {}", one.rows, one.carried, said), text("{:+}", one.counter - said)});
  }
  view += columns(rows);
  if (report.differences.size() > kMostDifferences) {
    view += text("and {} more: --json has them\n", report.differences.size() - kMostDifferences);
  }
  return view + '\n' + std::string(kRemedy);
}

}  // namespace

std::string report_view(const service::AuditReport& report) {
  std::string view;
  if (report.differences.empty()) {
    view = text("The counters agree with the rows: {} counters compared, each exactly the same.\n",
                report.compared);
  } else {
    view = differences_view(report);
  }
  view += "Left out, because no row tells them:\n";
  for (const std::string& one : report.left_out) view += text("  {}\n", one);
  view += text("\nCalls that began from {} to before {}:\n", local_time(report.since_s),
               local_time(report.until_s));
  if (report.totals.empty()) return view + "  none\n";
  Row head{"PBX", "scope", "attempts"};
  for (const std::string_view outcome : kOutcomes) head.emplace_back(outcome);
  for (const std::string_view name : {"ASR", "ACD", "talk", "wait", "occupied", "legs"})
    head.emplace_back(name);
  std::vector<Row> rows{std::move(head)};
  for (const service::ScopeTotals& one : report.totals) {
    const std::int64_t attempts = one.of("total_events-attempts");
    const std::int64_t answered = one.of("total_sessions-answered");
    Row row{harmless(one.pbx), harmless(one.scope), text("{}", attempts)};
    for (const std::string_view outcome : kOutcomes) {
      row.push_back(text("{}", one.of(text("total_sessions-{}", outcome))));
    }
    row.push_back(ratio(answered * 100, attempts, " %"));
    row.push_back(ratio(one.of("total_time_in_ms-talk") / 1000, answered, " s"));
    for (const std::string_view name : {"talk", "wait", "occupied"}) {
      row.push_back(seconds(one.of(text("total_time_in_ms-{}", name))));
    }
    row.push_back(text("{}", one.of("legs")));
    rows.push_back(std::move(row));
  }
  return view + columns(rows);
}

std::string calls_view(const std::vector<service::CallRow>& calls) {
  if (calls.empty()) return "No such calls.\n";
  std::vector<Row> rows{
      {"began", "PBX", "direction", "outcome", "wait", "talk", "trunks", "queues", "from", "to"}};
  for (const service::CallRow& call : calls) {
    rows.push_back({local_time(call.began_s), harmless(call.pbx), harmless(call.direction),
                    harmless(call.outcome), text("{} s", call.wait_s), text("{} s", call.talk_s),
                    harmless(call.trunks), harmless(call.queues), harmless(call.from), harmless(call.to)});
  }
  return columns(rows);
}

}  // namespace ucm::ctl
