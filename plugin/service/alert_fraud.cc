#include "service/alert_fraud.h"

#include <algorithm>
#include <utility>

#include "base/spans.h"
#include "service/alert_calls.h"
#include "wire/json.h"

namespace ucm::service {

namespace {}  // namespace

// Whether it is new.
bool AlertFraud::note(const Country& country, std::int64_t began_s) {
  const auto [place, fresh] = seen_.try_emplace(std::string(country.code), began_s);
  if (fresh || began_s < place->second) {
    place->second = began_s;
    ++changes_;
  }
  return fresh;
}

std::string AlertFraud::about(const Call& call, const Dialled& number, std::int64_t ended_s,
                              std::int64_t now_s) const {
  const PbxSettings& pbx = ports_.settings;
  return text("({}, by {}, started {} PBX time{})", shown_number(number.number, pbx),
              shown_caller(caller_of(call), pbx), call.start, lateness(ended_s, now_s));
}

void AlertFraud::tell_destination(const Call& call, const Dialled& number, std::int64_t ended_s,
                                  std::int64_t now_s) {
  const AlertSettings& wanted = ports_.settings.alerts;
  const std::string_view premium = premium_of(number, wanted);
  if (premium.empty() && !(wanted.abroad && number.abroad)) return;
  const std::string where = !premium.empty() ? text("premium rate {}", premium)
                            : number.country != nullptr
                                ? text("{} (+{})", number.country->name, number.country->code)
                                : std::string("an unknown country");
  ports_.on.happened(
      {Alert::fraud_destination, where, where, "all",
       text("A call went to {} {}. If it is none of yours, block that on the PBX and change the "
            "extension's password; `ucmctl calls --numbers` shows it",
            where, about(call, number, ended_s, now_s))},
      wanted.hold_s, now_s);
}

void AlertFraud::tell_country(const Call& call, const Dialled& number, std::int64_t ended_s,
                              std::int64_t now_s) {
  const std::string where = text("{} (+{})", number.country->name, number.country->code);
  ports_.on.happened({Alert::fraud_country, std::string(number.country->code), where, "all",
                      text("First call to {} {}. If it is none of yours, block the country on the PBX; "
                           "`ucmctl calls --numbers` shows it",
                           where, about(call, number, ended_s, now_s))},
                     ports_.settings.alerts.hold_s, now_s);
}

void AlertFraud::ended(const Call& call, const metrics::CountedAs& as, std::int64_t now_s) {
  for (const std::string& dst : numbers_out(call)) judge(call, as, dst, now_s);
}

void AlertFraud::transferred(const Call& call, const metrics::CountedAs& as, std::int64_t now_s) {
  for (const std::string& dst : numbers_out(call)) {
    if (dst != call.dst) judge(call, as, dst, now_s);
  }
}

void AlertFraud::judge(const Call& call, const metrics::CountedAs& as, const std::string& dst,
                       std::int64_t now_s) {
  const AlertSettings& wanted = ports_.settings.alerts;
  const Dialled number = dialled(dst, wanted);
  const std::int64_t ended_s = as.began_s + call.elapsed_s;
  const bool old = ended_s < now_s - kOldest_s;
  if (!old) tell_destination(call, number, ended_s, now_s);
  if (!wanted.new_country || !number.abroad || number.country == nullptr) return;
  const bool first = note(*number.country, as.began_s);
  const bool learning = as.began_s < since_s_ + wanted.learning_days * kDay;
  const bool on = ports_.on.is_on(Alert::fraud_country, number.country->code);
  if (!old && !learning && (first || on)) tell_country(call, number, ended_s, now_s);
}

void AlertFraud::recall(const Call& call, const metrics::CountedAs& as) {
  const AlertSettings& wanted = ports_.settings.alerts;
  if (!wanted.new_country) return;
  for (const std::string& dst : numbers_out(call)) {
    const Dialled number = dialled(dst, wanted);
    if (number.abroad && number.country != nullptr) static_cast<void>(note(*number.country, as.began_s));
  }
}

std::string AlertFraud::written() const {
  if (!ports_.settings.alerts.new_country) return {};
  wire::Json seen = wire::Json::object();
  for (const auto& [code, began_s] : seen_) seen.set(code, wire::Json::integer(began_s));
  wire::Json all = wire::Json::object();
  all.set("since", wire::Json::integer(since_s_));
  all.set("seen", seen);
  return all.line();
}

// Whoever switches it on again begins to learn anew: nobody has noted what was called meanwhile.
void AlertFraud::resume(std::string_view written, std::int64_t now_s) {
  since_s_ = now_s;
  ++changes_;
  const auto all = wire::Json::parse(written);
  if (!all || !ports_.settings.alerts.new_country) return;
  since_s_ = whole_number(all.value().get("since").scalar().value_or("")).value_or(now_s);
  all.value().get("seen").each([this](std::string_view code, const wire::Json& began) {
    seen_.try_emplace(std::string(code), whole_number(began.scalar().value_or("")).value_or(0));
  });
}

}  // namespace ucm::service
