// Answers of a running ucm, made readable. What came from the network is shown without its control
// characters.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "service/inquiry.h"

namespace ucm::ctl {

// The ledger cannot keep records, a listener is not there, or a PBX cannot be asked.
[[nodiscard]] bool in_trouble(const service::StatusReport& report);

// With what to do about everything that is not as it should be. `now_s` is the wall clock.
[[nodiscard]] std::string status_view(const service::StatusReport& report, std::int64_t now_s);

[[nodiscard]] std::string metrics_view(std::vector<service::ReadingReport> readings);  // sorted by identifier
[[nodiscard]] std::string quarantine_view(const service::QuarantineReport& report);

// Its parts about the APIs: a table, "" where none is asked; and what to do, one line or more for each
// finding.
[[nodiscard]] std::string api_table(const std::vector<service::PbxReport>& reports, std::int64_t now_s);
[[nodiscard]] std::string api_advice(const service::PbxReport& pbx);
// The same of alerts that are on.
[[nodiscard]] std::string alerts_table(const std::vector<service::PbxReport>& reports, std::int64_t now_s);
[[nodiscard]] std::string alerts_advice(const service::PbxReport& pbx);

}  // namespace ucm::ctl
