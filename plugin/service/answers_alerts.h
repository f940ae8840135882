// What status says of the alerts that are on.
#pragma once

#include "service/alerts_on.h"
#include "wire/json.h"

namespace ucm::service {

// [{"alert","thing","since"}, ...]; a thing is masked where it is personal.
[[nodiscard]] wire::Json alerts_status(const AlertsOn& on);

}  // namespace ucm::service
