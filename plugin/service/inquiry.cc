#include "service/inquiry.h"

#include "base/text.h"
#include "net/control.h"
#include "wire/json.h"

namespace ucm::service {

namespace {

using wire::Json;

std::optional<std::int64_t> number_or_none(const Json& object, std::string_view key) {
  const auto digits = object.get(key).scalar();
  return digits ? whole_number(*digits) : std::nullopt;
}

std::int64_t number(const Json& object, std::string_view key) {
  return number_or_none(object, key).value_or(0);
}

Counts counts(const Json& object) {
  Counts result;
  object.each([&](std::string_view key, const Json& value) {
    const auto digits = value.scalar();
    result.emplace_back(key, digits ? whole_number(*digits).value_or(0) : 0);
  });
  return result;
}

Error not_understood(std::string_view member) {
  return {Fault::malformed,
          text("the answer holds no \"{}\": it is not from ucm, or from another version", member)};
}

Result<Json> member_of(std::string_view answer, std::string_view member) {
  auto parsed = Json::parse(answer);
  if (!parsed) return not_understood(member);
  Json value = parsed.value().get(member);
  if (value.is(Json::Kind::null)) return not_understood(member);
  return value;
}

LedgerReport ledger_of(const Json& json) {
  return {words(json, "state"),           words(json, "detail"),
          number(json, "legs"),           number(json, "calls"),
          number(json, "open_sessions"),  number(json, "bytes"),
          number(json, "counting_since"), wire::list_of_words(json.get("aside"))};
}

ListenerReport listener_of(const Json& json) {
  return {words(json, "url"),       number(json, "port"), number(json, "connections"),
          number(json, "accepted"), words(json, "state"), words(json, "detail")};
}

std::optional<ApiReport> api_of(const Json& json) {
  if (!json.is(Json::Kind::object)) return std::nullopt;
  ApiReport report;
  report.url = words(json, "url");
  report.kind = words(json, "kind");
  report.state = words(json, "state");
  report.trouble = words(json, "trouble");
  report.detail = words(json, "detail");
  report.rests_s = number(json, "rests_s");
  const Json actions = json.get("actions");
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const Json action = actions.at(i);
    report.actions.push_back({words(action, "action"), words(action, "state"), words(action, "detail")});
  }
  report.zone_disagrees = words(json.get("time_zone"), "disagrees") == "true";
  const Json backfill = json.get("backfill");
  report.last_good_s = number_or_none(backfill, "last_good");
  report.left_s = number(backfill, "left_s");
  report.doubt = words(backfill, "doubt");
  report.certificate_days = number_or_none(json.get("certificate"), "days");
  const Json system = json.get("system");
  report.model = words(system, "model");
  report.firmware = words(system, "firmware");
  report.uptime_s = number_or_none(system, "uptime_s");
  report.clock_ahead_s = number_or_none(system, "clock_ahead_s");
  return report;
}

std::vector<AlertReport> alerts_of(const Json& json) {
  std::vector<AlertReport> reports;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const Json one = json.at(i);
    reports.push_back({words(one, "alert"), words(one, "thing"), number(one, "since")});
  }
  return reports;
}

PbxReport pbx_of(const Json& json) {
  return {words(json, "name"),
          words(json, "host"),
          number_or_none(json, "last_record"),
          number(json, "legs_accepted"),
          number(json, "legs_duplicate"),
          number(json, "records_quarantined"),
          number(json, "series"),
          number(json, "max_series"),
          words(json, "full") == "true",
          number(json, "open_sessions"),
          counts(json.get("quarantined")),
          number(json, "legs_backfilled"),
          words(json, "pushes") != "false",
          words(json, "time_zone"),
          api_of(json.get("api")),
          alerts_of(json.get("alerts"))};
}

QuarantineReport::Row row_of(const Json& json) {
  return {number(json, "id"),    words(json, "pbx"),    number(json, "arrived"), words(json, "reason"),
          words(json, "detail"), number(json, "bytes"), words(json, "text"),     number(json, "shown_bytes")};
}

}  // namespace

Result<std::string> inquire(const std::string& socket, std::string_view request, int timeout_ms) {
  auto answer = net::ask(socket, request, timeout_ms);
  if (!answer) return answer;
  const auto parsed = Json::parse(answer.value());
  if (!parsed) return Error{Fault::malformed, "the answer is no JSON: it is not from ucm"};
  const auto complaint = parsed.value().get("error").scalar();
  if (complaint) return Error{Fault::refused, *complaint};
  return answer;
}

Result<std::string> part(std::string_view answer, std::string_view member) {
  auto value = member_of(answer, member);
  if (!value) return value.error();
  return value.value().line();
}

Result<StatusReport> read_status(std::string_view answer) {
  auto json = member_of(answer, "status");
  if (!json) return json.error();
  const Json& status = json.value();
  StatusReport report;
  report.version = words(status, "version");
  report.started_s = number(status, "started");
  report.state_directory = words(status, "state_directory");
  report.configuration = wire::list_of_words(status.get("configuration"));
  report.ledger = ledger_of(status.get("ledger"));
  const Json listeners = status.get("listeners");
  for (std::size_t i = 0; i < listeners.size(); ++i) report.listeners.push_back(listener_of(listeners.at(i)));
  const Json pbxes = status.get("pbxes");
  for (std::size_t i = 0; i < pbxes.size(); ++i) report.pbxes.push_back(pbx_of(pbxes.at(i)));
  report.refused = counts(status.get("refused"));
  const Json recent = status.get("refused_within_hour");
  for (std::size_t i = 0; i < recent.size(); ++i) {
    const Json one = recent.at(i);
    report.refused_within_hour.push_back(
        {words(one, "reason"), number(one, "within_hour"), number(one, "last"), words(one, "from")});
  }
  return report;
}

Result<std::vector<ReadingReport>> read_metrics(std::string_view answer) {
  auto json = member_of(answer, "metrics");
  if (!json) return json.error();
  std::vector<ReadingReport> readings;
  readings.reserve(json.value().size());
  for (std::size_t i = 0; i < json.value().size(); ++i) {
    const Json reading = json.value().at(i);
    readings.push_back({words(reading, "host"), words(reading, "scope"), words(reading, "type"),
                        words(reading, "instance"), reading.get("value").scalar().value_or("nan")});
  }
  return readings;
}

Result<QuarantineReport> read_quarantine(std::string_view answer) {
  auto json = member_of(answer, "quarantine");
  if (!json) return json.error();
  QuarantineReport report;
  for (std::size_t i = 0; i < json.value().size(); ++i) report.shown.push_back(row_of(json.value().at(i)));
  const auto whole = Json::parse(answer);
  if (whole) {
    report.rows = number(whole.value(), "rows");
    report.total_bytes = number(whole.value(), "total_bytes");
    report.masked = words(whole.value(), "masked") == "true";
  }
  return report;
}

}  // namespace ucm::service
