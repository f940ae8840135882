// What the rows say that the counters must be: worked out by SQL of its own from what stands in `legs`,
// `calls` and `queue_calls`, not in the way in which they were counted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/database.h"

namespace ucm::ledger {

enum class Rows { legs, calls, queue_calls };

using VisitAmount = std::function<void(std::int64_t pbx, std::string_view scope, std::string_view metric,
                                       std::int64_t value)>;

// `where` is a condition over the table's columns ("id <= 7"), "" = every row. Amounts of 0 are left out, and
// a counter may come in several amounts. Of calls the amount "legs" comes too, which is no counter.
[[nodiscard]] Result<void> each_amount(Database& database, Rows rows, std::string_view where,
                                       const VisitAmount& visit);

// Whether rows can give this counter. They cannot give what depends on settings that may have changed
// (service levels, short calls of extensions) nor what leaves no row (duplicates, late legs, full trunks).
[[nodiscard]] bool told_by_rows(std::string_view scope, std::string_view metric);

// carried += times * what these rows give; of the scopes that `wanted` wants, where it is set.
using WantScope = std::function<bool(std::string_view scope)>;
[[nodiscard]] Result<void> carry(Database& database, Rows rows, std::string_view where, std::int64_t times,
                                 const WantScope& wanted = {});

// carried := counters - rows, for the counters of these PBXes whose names begin so: from here on they are
// audited.
[[nodiscard]] Result<void> carry_difference(Database& database,
                                            const std::map<std::int64_t, std::string_view>& metrics_of);

// What stands under this name of a PBX whose counters are audited: whether it has histograms.
inline constexpr std::string_view kAudited = "audited";
inline constexpr std::string_view kWithHistograms = "with histograms";
inline constexpr std::string_view kWithoutHistograms = "without histograms";
inline constexpr std::string_view kHistogramMetrics = "total_values-";

struct Compared {
  std::string pbx;
  std::string scope;
  std::string metric;
  std::int64_t counter = 0;
  std::int64_t rows = 0;
  std::int64_t carried = 0;

  [[nodiscard]] bool agrees() const noexcept { return counter == rows + carried; }
};
// Every counter that rows can give, of every PBX or of the one with this name; by PBX, scope and metric.
[[nodiscard]] Result<std::vector<Compared>> compare(Database& database, std::string_view pbx);

}  // namespace ucm::ledger
