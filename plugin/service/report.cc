#include "service/report.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "ledger/audit.h"
#include "ledger/listing.h"
#include "wire/json.h"

namespace ucm::service {

namespace {

using wire::Json;

constexpr std::array<std::string_view, 6> kLeftOut{
    "total_time_in_ms-all_lines_busy of trunk-X: how many channels there are stands in no row",
    "calls_answered_in_time, calls_abandoned_in_time, calls_abandoned_short, queue_in_service_level, "
    "queue_service_level_base of queue-X: they depend on ServiceLevel and ShortAbandon at that time",
    "total_events-short_calls of extension-X: it depends on ShortCall at that time",
    "legs_duplicate, legs_reread, legs_too_old, legs_late, calls_amended, alerts_raised: they leave no row",
    "records_quarantined and quarantined_*: the quarantine keeps the latest alone",
    "what the asking counts (requests, logins, errors, restarts, recordings), and the agent's own counters",
};

constexpr std::array<std::string_view, 5> kFirst{"all", "inbound", "outbound", "internal", "external"};

std::size_t place_of(std::string_view scope) {
  return static_cast<std::size_t>(std::ranges::find(kFirst, scope) - kFirst.begin());
}

Json number(std::int64_t value) {
  return Json::integer(value);
}

Json difference_json(const Difference& one) {
  Json json = Json::object();
  json.set("pbx", Json::string(one.pbx));
  json.set("scope", Json::string(one.scope));
  json.set("metric", Json::string(one.metric));
  json.set("counter", number(one.counter));
  json.set("rows", number(one.rows));
  json.set("carried", number(one.carried));
  return json;
}

Json totals_json(const ScopeTotals& one) {
  Json json = Json::object();
  json.set("pbx", Json::string(one.pbx));
  json.set("scope", Json::string(one.scope));
  for (const auto& [name, value] : one.values) json.set(name, number(value));
  return json;
}

}  // namespace

Result<AuditReport> audit_ledger(const LedgerQuestion& question) {
  Result<ledger::Database> opened = ledger::look_into(question.file);
  if (!opened) return opened.error();
  const auto compared = ledger::compare(opened.value(), question.pbx);
  if (!compared) return compared.error();
  AuditReport report;
  report.since_s = question.since_s;
  report.until_s = question.until_s;
  report.left_out.assign(kLeftOut.begin(), kLeftOut.end());
  report.compared = static_cast<std::int64_t>(compared.value().size());
  for (const ledger::Compared& one : compared.value()) {
    if (one.agrees()) continue;
    report.differences.push_back({one.pbx, one.scope, one.metric, one.counter, one.rows, one.carried});
  }
  std::map<std::tuple<std::string, std::size_t, std::string>, ScopeTotals> totals;
  const ledger::CallChoice choice{question.pbx, {}, {}, question.since_s, question.until_s};
  auto added = ledger::total_calls(
      opened.value(), choice,
      [&](std::string_view pbx, std::string_view scope, std::string_view name, std::int64_t value) {
        ScopeTotals& one = totals[{std::string(pbx), place_of(scope), std::string(scope)}];
        one.pbx = pbx;
        one.scope = scope;
        one.values[std::string(name)] += value;
      });
  if (!added) return added.error();
  for (auto& [key, one] : totals) report.totals.push_back(std::move(one));
  return report;
}

std::string to_json(const AuditReport& report) {
  Json json = Json::object();
  json.set("agree", Json::boolean(report.differences.empty()));
  json.set("compared", number(report.compared));
  Json differences = Json::array();
  for (const Difference& one : report.differences) differences.push(difference_json(one));
  json.set("differences", differences);
  Json left_out = Json::array();
  for (const std::string& one : report.left_out) left_out.push(Json::string(one));
  json.set("left_out", left_out);
  json.set("since", number(report.since_s));
  json.set("until", number(report.until_s));
  Json totals = Json::array();
  for (const ScopeTotals& one : report.totals) totals.push(totals_json(one));
  json.set("totals", totals);
  return json.line();
}

}  // namespace ucm::service
