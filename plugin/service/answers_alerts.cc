#include "service/answers_alerts.h"

namespace ucm::service {

wire::Json alerts_status(const AlertsOn& on) {
  wire::Json all = wire::Json::array();
  for (const AlertRow& row : alert_rows()) {
    for (const auto& [key, thing] : on.things(row.alert)) {
      wire::Json one = wire::Json::object();
      one.set("alert", wire::Json::string(row.word));
      one.set("thing", wire::Json::string(thing.shown));
      one.set("since", wire::Json::integer(thing.since_s));
      all.push(one);
    }
  }
  return all;
}

}  // namespace ucm::service
