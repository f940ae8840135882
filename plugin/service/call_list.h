// Calls of the ledger, one by one, for those who look into a single one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/report.h"

namespace ucm::service {

struct CallQuestion {
  LedgerQuestion where;
  std::string scope;    // "trunk-main"; "" = all
  std::string outcome;  // "answered"; "" = all
  std::int64_t limit = 50;
  bool numbers = false;  // whole, else masked
};

struct CallRow {
  std::string pbx;
  std::int64_t began_s = 0;
  std::string direction;
  std::string outcome;
  std::int64_t wait_s = 0;
  std::int64_t talk_s = 0;
  std::string trunks;
  std::string queues;
  std::string from;
  std::string to;
};

// The latest first. Faults as audit_ledger() has them, and refused for a PBX or a scope that the ledger does
// not know.
[[nodiscard]] Result<std::vector<CallRow>> calls_of(const CallQuestion& question);
[[nodiscard]] std::string to_json(const std::vector<CallRow>& calls);

}  // namespace ucm::service
