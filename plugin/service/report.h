// Whether the counters are what the ledger's rows say, and what its calls add up to: read from the file,
// whether an agent runs or not.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ucm::service {

struct LedgerQuestion {
  std::string file;
  std::string pbx;  // "" = every one
  std::int64_t since_s = 0;
  std::int64_t until_s = 0;
};

struct Difference {
  std::string pbx;
  std::string scope;
  std::string metric;
  std::int64_t counter = 0;
  std::int64_t rows = 0;
  std::int64_t carried = 0;  // of rows that retention has deleted, or that an earlier version wrote
};

struct ScopeTotals {
  std::string pbx;
  std::string scope;
  std::map<std::string, std::int64_t, std::less<>> values;  // by the counter's name, and "legs"

  [[nodiscard]] std::int64_t of(std::string_view name) const {
    const auto found = values.find(name);
    return found == values.end() ? 0 : found->second;
  }
};

struct AuditReport {
  std::int64_t compared = 0;
  std::vector<Difference> differences;
  std::vector<std::string> left_out;  // counters that rows cannot give, and why
  std::int64_t since_s = 0;
  std::int64_t until_s = 0;
  std::vector<ScopeTotals> totals;  // by PBX; "all" first, then directions, then by name
};

// Fault storage where there is no ledger, malformed where the file is none of this version.
[[nodiscard]] Result<AuditReport> audit_ledger(const LedgerQuestion& question);
[[nodiscard]] std::string to_json(const AuditReport& report);

}  // namespace ucm::service
