// What was read from a ledger, made readable.
#pragma once

#include <string>
#include <vector>

#include "service/call_list.h"
#include "service/report.h"

namespace ucm::ctl {

[[nodiscard]] std::string report_view(const service::AuditReport& report);
[[nodiscard]] std::string calls_view(const std::vector<service::CallRow>& calls);

}  // namespace ucm::ctl
