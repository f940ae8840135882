#include "metrics/explanation.h"

#include <array>
#include <cstddef>
#include <iterator>

#include "metrics/explained_alerts.h"
#include "metrics/explained_asking.h"
#include "metrics/explained_calls.h"
#include "metrics/explained_pbx.h"
#include "metrics/explained_queues.h"
#include "metrics/explained_self.h"
#include "metrics/explained_traffic.h"

namespace ucm::metrics {

namespace {

constexpr std::size_t kRows = std::size(kExplainedCalls) + std::size(kExplainedTraffic) +
                              std::size(kExplainedQueues) + std::size(kExplainedPbx) +
                              std::size(kExplainedSelf) + std::size(kExplainedAlerts) +
                              std::size(kExplainedAsking);

constexpr std::array<Explanation, kRows> joined() {
  std::array<Explanation, kRows> all{};
  std::size_t at = 0;
  for (const std::span<const Explanation> part :
       {std::span<const Explanation>(kExplainedCalls), std::span<const Explanation>(kExplainedTraffic),
        std::span<const Explanation>(kExplainedQueues), std::span<const Explanation>(kExplainedPbx),
        std::span<const Explanation>(kExplainedSelf), std::span<const Explanation>(kExplainedAlerts),
        std::span<const Explanation>(kExplainedAsking)}) {
    for (const Explanation& row : part) all.at(at++) = row;
  }
  return all;
}
constexpr auto kExplanations = joined();

constexpr std::array kMetrics{
#define UCM_ONE(name, group, kind, type, instance, unit, help) Metric::name,
    UCM_METRICS(UCM_ONE)
#undef UCM_ONE
};

constexpr bool each_metric_once() {
  std::size_t next = 0;
  for (const Explanation& row : kExplanations) {
    if (static_cast<std::size_t>(row.from) != next || row.to < row.from) return false;
    next = static_cast<std::size_t>(row.to) + 1;
  }
  return next == kMetrics.size();
}
static_assert(each_metric_once(), "every metric is explained once, in the order of the catalogue");

constexpr bool whole() {
  for (const Explanation& row : kExplanations) {
    if (row.formula.empty() || row.source.empty()) return false;
    if (!is_comparison(row.alert) && !row.alert.starts_with("none: ")) return false;
  }
  return true;
}
static_assert(whole(), "formula, source and alert are said of every metric");

}  // namespace

std::span<const Explanation> explanations() noexcept {
  return kExplanations;
}

}  // namespace ucm::metrics
