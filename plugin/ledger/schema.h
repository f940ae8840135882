// The ledger's tables. The file is an ordinary SQLite database that its owner may open and query while it is
// in use; docs/operations.md shows how.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "model/leg.h"

namespace ucm::ledger {

// "ucm1" in the file's header: tells our file from any other database.
inline constexpr std::int64_t kApplicationId = 0x75636d31;

// Step N brings a file of version N to version N + 1; a new version is one more step. A released step is
// never changed.
[[nodiscard]] std::span<const std::string_view> migrations() noexcept;

// The text columns of `legs`, in the order of the table, and where they come from.
struct LegColumn {
  std::string_view name;
  std::string Leg::*text;
};
[[nodiscard]] std::span<const LegColumn> leg_columns() noexcept;

}  // namespace ucm::ledger
