// What stands behind a value: one row for each Metric, or for a family of neighbours that are made the same
// way. The page of values is made of these rows.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "metrics/catalogue.h"

namespace ucm::metrics {

struct Explanation {
  Metric from;
  Metric to = from;                          // the last one of the family
  std::optional<Metric> per = std::nullopt;  // the alert judges the share of this other counter
  std::string_view formula;
  std::string_view source;  // fields of the record, actions of the API
  std::string_view caveat;  // "" where there is none
  // "> 5": of the value; of a counter, of what it grew by in an hour, in seconds where it counts
  // milliseconds. "abs > 5": of its distance from 0. Else "none: " and the reason.
  std::string_view alert;
};

// In the order of the catalogue, without a gap.
[[nodiscard]] std::span<const Explanation> explanations() noexcept;

[[nodiscard]] constexpr bool is_comparison(std::string_view alert) noexcept {
  return !alert.empty() && std::string_view("<>=a").find(alert.front()) != std::string_view::npos;
}

}  // namespace ucm::metrics
