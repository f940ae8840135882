// The counters in a small file of their own beside the ledger, written hourly and at the end of a run: when
// the ledger is lost, a new one begins with them, and the numbers people watch do not fall to 0.
#pragma once

#include <string>

#include "base/result.h"
#include "ledger/database.h"

namespace ucm::ledger {

inline constexpr const char* kCountersName = "counters.db";

// Writes what `ledger` has into `path`, whole or not at all. No number of anybody is in it but what names of
// scopes hold. `latest_start`: no leg that is known started later. REQUIRES: no transaction is open.
[[nodiscard]] Result<void> write_counters(Database& ledger, const std::string& path,
                                          const std::string& latest_start);

// Fills a ledger that has just been made with what `path` has; false when there is no such file. What the API
// offers of before it was written may have been counted: it is refused as too old. A fault leaves the ledger
// empty.
[[nodiscard]] Result<bool> read_counters(Database& fresh, const std::string& path);

}  // namespace ucm::ledger
