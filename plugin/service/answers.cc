#include "service/answers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "service/answers_alerts.h"
#include "service/answers_api.h"
#include "service/core.h"
#include "service/version.h"
#include "wire/json.h"
#include "wire/mask.h"

namespace ucm::service {

namespace {

using metrics::Metric;
using wire::Json;

constexpr std::int64_t kQuarantineAtOnce = 100;
constexpr std::size_t kBytesShown = 2'000;
constexpr std::size_t kBytesMasked =
    16UL * 1024;  // what is masked is meant to be tried again: nearly all of it

Json error(std::string_view what) {
  Json answer = Json::object();
  answer.set("error", Json::string(what));
  return answer;
}

Json value_of(const metrics::Reading& reading) {
  return reading.row->kind == metrics::Kind::counter ? Json::integer(reading.count)
                                                     : Json::real(reading.level);
}

Json metrics_answer(Core& core, const Json&) {
  Json all = Json::array();
  if (const auto snapshot = core.board().look()) {
    for (const metrics::Section& section : snapshot->sections) {
      const std::string& host = section.host.empty() ? core.settings().agent_host : section.host;
      for (const metrics::Reading& reading : section.readings) {
        Json one = Json::object();
        one.set("host", Json::string(host));
        one.set("scope", Json::string(section.scope));
        one.set("type", Json::string(reading.row->type));
        one.set("instance", Json::string(reading.row->instance));
        one.set("value", value_of(reading));
        if (!reading.formula.empty()) one.set("formula", Json::string(reading.formula));
        all.push(one);
      }
    }
  }
  Json answer = Json::object();
  answer.set("metrics", all);
  return answer;
}

// {"get":"value","key":"total_sessions-answered","params":["hq","all"]}
Json value_answer(Core& core, const Json& request) {
  const std::string key = request.get("key").scalar().value_or("");
  const std::string host = request.get("params").at(0).scalar().value_or("");
  const std::string scope = request.get("params").at(1).scalar().value_or("all");
  const auto snapshot = core.board().look();
  if (!snapshot) return error("no values yet");
  for (const metrics::Section& section : snapshot->sections) {
    const std::string& named = section.host.empty() ? core.settings().agent_host : section.host;
    if (named != host || section.scope != scope) continue;
    for (const metrics::Reading& reading : section.readings) {
      if (metrics::key_of(*reading.row) != key) continue;
      Json answer = Json::object();
      answer.set("value", value_of(reading));
      return answer;
    }
  }
  return error("there is no such value: {\"get\":\"metrics\"} lists all of them");
}

Json quarantined(const ledger::QuarantinedRecord& record) {
  Json one = Json::object();
  one.set("id", Json::integer(record.id));
  one.set("pbx", Json::string(record.pbx));
  one.set("arrived", Json::integer(record.arrived));
  one.set("reason", Json::string(record.reason));
  one.set("detail", Json::string(record.detail));
  one.set("bytes", Json::integer(static_cast<std::int64_t>(record.bytes.size())));
  return one;
}

void show_as_it_is(Json& one, const std::string& bytes) {
  one.set("text", Json::string(bytes.substr(0, kBytesShown)));
}

void show_masked(Json& one, const std::string& bytes, wire::Masker& masker) {
  const std::string_view shown = std::string_view(bytes).substr(0, kBytesMasked);
  one.set("shown_bytes", Json::integer(static_cast<std::int64_t>(shown.size())));
  one.set("text", Json::string(wire::printable(masker.masked(shown))));
}

Json quarantine_answer(Core& core, const Json& request) {
  const auto asked = whole_number(request.get("limit").scalar().value_or(""));
  const auto records =
      core.ledger().quarantined(std::clamp<std::int64_t>(asked.value_or(20), 1, kQuarantineAtOnce));
  const auto size = core.ledger().size();
  if (!records) return error(records.error().what);
  if (!size) return error(size.error().what);
  const bool is_masked = words(request, "masked") == "true";
  wire::Masker masker;  // one for all: their calls belong together
  Json all = Json::array();
  for (const ledger::QuarantinedRecord& record : records.value()) {
    Json one = quarantined(record);
    if (is_masked) {
      show_masked(one, record.bytes, masker);
    } else {
      show_as_it_is(one, record.bytes);
    }
    all.push(one);
  }
  Json answer = Json::object();
  answer.set("quarantine", all);
  if (is_masked) answer.set("masked", Json::boolean(true));
  answer.set("rows", Json::integer(size.value().quarantined));
  answer.set("total_bytes", Json::integer(size.value().quarantined_bytes));
  return answer;
}

Json ledger_status(Core& core) {
  Json status = Json::object();
  const bool failing = !core.trouble().empty();
  status.set("state", Json::string(failing ? "failing" : "ok"));
  status.set("detail", Json::string(core.trouble()));
  status.set("open_sessions", Json::integer(static_cast<std::int64_t>(core.ledger().open_calls())));
  const std::int64_t since_s = core.ledger().counting_since_s();
  status.set("counting_since", since_s == 0 ? Json() : Json::integer(since_s));
  Json aside = Json::array();
  for (const std::string& name : core.ledger().files_aside()) aside.push(Json::string(name));
  status.set("aside", aside);
  if (const auto size = core.ledger().size()) {
    status.set("legs", Json::integer(size.value().legs));
    status.set("calls", Json::integer(size.value().calls));
    status.set("bytes", Json::integer(size.value().file_bytes));
  }
  return status;
}

// "held" while the ledger cannot commit: what arrives is told to come again.
std::string_view state_of(const Core& core, const Door& door) {
  if (!door.listener) return "failed";
  return core.trouble().empty() ? "open" : "held";
}

Json door_status(const Core& core, const Door& door) {
  Json status = Json::object();
  const bool open = door.listener != nullptr;
  status.set("url", Json::string(door.endpoint.url));
  status.set("port", Json::integer(open ? door.listener->port() : door.endpoint.port));
  status.set("connections",
             Json::integer(open ? static_cast<std::int64_t>(door.listener->connections()) : 0));
  status.set("accepted", Json::integer(open ? static_cast<std::int64_t>(door.listener->accepted()) : 0));
  status.set("state", Json::string(state_of(core, door)));
  status.set("detail", Json::string(door.fault));
  return status;
}

Json pbx_status(Core& core, std::size_t pbx) {
  constexpr std::array kShown{Metric::legs_accepted,   Metric::legs_duplicate, Metric::legs_reread,
                              Metric::legs_backfilled, Metric::legs_too_old,   Metric::records_quarantined,
                              Metric::calls_amended};
  const PbxSettings& settings = core.settings().pbxes[pbx];
  const metrics::Tally& self = core.ledger().book(pbx).self();
  Json status = Json::object();
  status.set("name", Json::string(settings.name));
  status.set("host", Json::string(settings.host));
  const auto last = core.last_record_s(pbx);
  status.set("last_record", last ? Json::integer(*last) : Json());
  for (const Metric metric : kShown)
    status.set(metrics::row(metric).instance, Json::integer(self.value(metric)));
  status.set("open_sessions", Json::integer(self.value(Metric::settling)));
  status.set("series", Json::integer(core.ledger().book(pbx).series()));
  status.set("max_series", Json::integer(settings.max_series));
  status.set("full", Json::boolean(core.ledger().book(pbx).full()));
  status.set("pushes", Json::boolean(!settings.from.empty()));
  status.set("time_zone", Json::string(core.zone(pbx).told(core.now_s())));
  status.set("api", api_status(core, pbx));
  status.set("alerts", alerts_status(core.alerts(pbx)));
  Json reasons = Json::object();
  for (const metrics::Row& row : metrics::rows_of(metrics::Group::self)) {
    constexpr std::string_view kPrefix = "quarantined_";
    if (!row.instance.starts_with(kPrefix)) continue;
    reasons.set(row.instance.substr(kPrefix.size()), Json::integer(self.value(row.metric)));
  }
  status.set("quarantined", reasons);
  return status;
}

Json refused_status(Core& core) {
  constexpr std::array<std::pair<std::string_view, Metric>, 7> kShown{{
      {"unknown_sender", Metric::agent_senders_refused},
      {"credentials", Metric::agent_credentials_refused},
      {"too_large", Metric::agent_too_large},
      {"too_many", Metric::agent_too_many},
      {"too_slow", Metric::agent_too_slow},
      {"storage", Metric::agent_unavailable},
      {"unknown_serial", Metric::agent_quarantined},
  }};
  Json status = Json::object();
  for (const auto& [name, metric] : kShown)
    status.set(name, Json::integer(core.ledger().agent().value(metric)));
  return status;
}

// Of the last hour; what is over is no longer anybody's trouble.
Json recently_refused(Core& core) {
  Json all = Json::array();
  for (auto& [reason, refused] : core.refused()) {
    const std::int64_t within_hour = refused.hour.sum(core.now_ms());
    if (within_hour == 0) continue;
    Json one = Json::object();
    one.set("reason", Json::string(reason));
    one.set("within_hour", Json::integer(within_hour));
    one.set("last", Json::integer(refused.last_s));
    one.set("from", Json::string(net::to_string(refused.from)));
    all.push(one);
  }
  return all;
}

Json status_answer(Core& core, const Json&) {
  Json status = Json::object();
  status.set("version", Json::string(kVersion));
  status.set("started", Json::integer(core.started_s()));
  status.set("state_directory", Json::string(core.settings().state_directory));
  Json faults = Json::array();
  for (const std::string& fault : core.settings().faults) faults.push(Json::string(fault));
  status.set("configuration", faults);
  status.set("ledger", ledger_status(core));
  Json listeners = Json::array();
  for (const Door& door : core.doors()) listeners.push(door_status(core, door));
  status.set("listeners", listeners);
  Json pbxes = Json::array();
  for (std::size_t pbx = 0; pbx < core.settings().pbxes.size(); ++pbx) pbxes.push(pbx_status(core, pbx));
  status.set("pbxes", pbxes);
  status.set("refused", refused_status(core));
  status.set("refused_within_hour", recently_refused(core));
  Json answer = Json::object();
  answer.set("status", status);
  return answer;
}

// With a PBX and a number it begins; without, it says how far it is.
Json erase_answer(Core& core, const Json& request) {
  ledger::Ledger& ledger = core.ledger();
  const auto number = request.get("params").at(1).scalar();
  if (number) {
    const auto begun = ledger.erase(request.get("params").at(0).scalar().value_or(""), *number);
    if (!begun) return error(begun.error().what);
  }
  const ledger::Erasure* erasure = ledger.erasure();
  const ledger::ErasureReport report = erasure != nullptr ? erasure->report() : ledger::ErasureReport{};
  Json status = Json::object();
  status.set("state", Json::string(erasure != nullptr ? word_for(report.step) : "none"));
  status.set("detail", Json::string(report.what));
  status.set("legs", Json::integer(report.legs));
  status.set("calls", Json::integer(report.calls));
  status.set("quarantined", Json::integer(report.quarantined));
  Json aside = Json::array();
  for (const std::string& name : ledger.files_aside()) aside.push(Json::string(name));
  status.set("aside", aside);
  Json answer = Json::object();
  answer.set("erase", status);
  return answer;
}

struct Request {
  std::string_view name;
  Json (*answer)(Core& core, const Json& request);
};

constexpr std::array kRequests{
    Request{"metrics", metrics_answer},       Request{"value", value_answer},
    Request{"status", status_answer},         Request{"quarantine", quarantine_answer},
    Request{"recordings", recordings_answer}, Request{"erase", erase_answer},
};

}  // namespace

std::string answer(Core& core, std::string_view line) {
  const Result<Json> request = Json::parse(line);
  if (!request) return error(text("not JSON: {}", request.error().what)).line();
  const std::string wanted = request.value().get("get").scalar().value_or("");
  for (const Request& known : kRequests) {
    if (known.name == wanted) return known.answer(core, request.value()).line();
  }
  return error(
             "ask {\"get\":\"metrics\"}, \"value\", \"status\", \"quarantine\", \"recordings\" or \"erase\"")
      .line();
}

}  // namespace ucm::service
