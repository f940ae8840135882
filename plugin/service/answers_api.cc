#include "service/answers_api.h"

#include "base/text.h"

namespace ucm::service {

namespace {

using wire::Json;

constexpr std::int64_t kMostRecordings = 100;

template <class Number>
Json number_or_null(const std::optional<Number>& number) {
  return number ? Json::integer(*number) : Json();
}

Json actions_of(const PbxAsking& asking) {
  Json all = Json::array();
  for (const auto& [name, standing] : asking.actions()) {
    Json one = Json::object();
    one.set("action", Json::string(name));
    one.set("state", Json::string(word_for(standing.state)));
    one.set("detail", Json::string(standing.what));
    one.set("asked", Json::integer(standing.at_s));
    all.push(one);
  }
  return all;
}

Json zone_of(const PbxAsking& asking, std::int64_t now_s) {
  const ZoneWatch& zone = asking.zone();
  Json status = Json::object();
  status.set("setting", Json::string(zone.setting().name()));
  status.set("offset_s", number_or_null(zone.offset_at(now_s)));
  const auto verdict = zone.verdict();
  status.set("agree", Json::integer(verdict ? verdict->agree : 0));
  status.set("of", Json::integer(verdict ? verdict->of : 0));
  status.set("disagrees", Json::boolean(zone.disagrees(now_s)));
  status.set("told", Json::string(zone.told(now_s)));
  return status;
}

Json backfill_of(const PbxAsking& asking) {
  const Backfill& backfill = asking.backfill();
  Json status = Json::object();
  status.set("last_good", number_or_null(backfill.last_good_s()));
  status.set("read_until", number_or_null(backfill.read_until_s()));
  status.set("left_s", Json::integer(backfill.left_s()));
  status.set("doubt", Json::string(backfill.doubt()));
  return status;
}

Json system_of(const StateRound& state) {
  Json status = Json::object();
  status.set("model", Json::string(state.versions().model));
  status.set("firmware", Json::string(state.versions().firmware));
  const auto& system = state.found().system;
  status.set("uptime_s", system ? number_or_null(system->uptime_s) : Json());
  status.set("serial", Json::string(system ? system->serial : ""));
  status.set("clock_ahead_s", number_or_null(state.drift_s()));
  return status;
}

Json certificate_of(const PbxAsking& asking) {
  const auto& certificate = asking.session().certificate();
  if (!certificate) return {};
  Json status = Json::object();
  status.set("days", number_or_null(asking.certificate_days()));
  status.set("pin", Json::string(certificate->pin));
  status.set("self_signed", Json::boolean(certificate->self_signed));
  return status;
}

}  // namespace

Json api_status(Core& core, std::size_t pbx) {
  const PbxAsking* asking = core.asking(pbx);
  if (asking == nullptr) return {};
  const api::Access& access = asking->session().access();
  Json status = Json::object();
  status.set("url", Json::string(access.url));
  status.set("kind", Json::string(access.kind == api::ApiKind::legacy ? "legacy" : "new"));
  status.set("state", Json::string(asking->up() ? "up" : "down"));
  status.set("trouble", Json::string(word_for(asking->trouble())));
  status.set("detail", Json::string(asking->detail()));
  status.set("rests_s", Json::integer((asking->rests_ms() + 999) / 1000));
  status.set("requests", Json::integer(asking->session().counts().requests));
  status.set("logins", Json::integer(asking->session().counts().logins));
  status.set("actions", actions_of(*asking));
  status.set("time_zone", zone_of(*asking, core.now_s()));
  status.set("backfill", backfill_of(*asking));
  status.set("certificate", certificate_of(*asking));
  if (asking->state() != nullptr) status.set("system", system_of(*asking->state()));
  return status;
}

Json recordings_answer(Core& core, const Json& request) {
  const std::string pbx = request.get("params").at(0).scalar().value_or("");
  const std::string call = request.get("params").at(1).scalar().value_or("");
  Json answer = Json::object();
  if (pbx.empty() || call.empty()) {
    answer.set(
        "error",
        Json::string("name a PBX and a call: {\"get\":\"recordings\",\"params\":[\"hq\",\"SESSION\"]}"));
    return answer;
  }
  const auto named = core.ledger().recordings_of(pbx, call, kMostRecordings);
  if (!named) {
    answer.set("error", Json::string(named.error().what));
    return answer;
  }
  Json all = Json::array();
  for (const ledger::NamedRecording& leg : named.value()) {
    Json one = Json::object();
    one.set("pbx", Json::string(leg.pbx));
    one.set("session", Json::string(leg.session));
    one.set("start", Json::string(leg.start));
    one.set("recordfiles", Json::string(leg.recordfiles));
    one.set("action_type", Json::string(leg.action_type));
    all.push(one);
  }
  answer.set("recordings", all);
  return answer;
}

}  // namespace ucm::service
