// The alerts there are: one row each.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "metrics/catalogue.h"
#include "metrics/snapshot.h"

namespace ucm::service {

enum class Alert {
  long_call,
  long_call_running,
  trunk_down,
  api_down,
  push_silent,
  failure_rate,
  queue_wait,
  fraud_destination,
  fraud_out_of_hours,
  fraud_burst,
  fraud_country,
  fraud_short_calls,
  pbx_restarted,
  firmware_changed,
  certificate_expiring,
  buffer_overflow,
  clock_wrong,
};
inline constexpr std::size_t kAlerts = 17;

struct AlertRow {
  Alert alert;
  std::string_view word;  // type_instance of value and notification
  metrics::Metric metric;
  metrics::Urgency urgency;
  std::string_view remedy;  // what to do, for status
};

[[nodiscard]] std::span<const AlertRow, kAlerts> alert_rows() noexcept;
[[nodiscard]] const AlertRow& row_of(Alert alert) noexcept;
[[nodiscard]] const AlertRow* alert_named(std::string_view word) noexcept;  // null: there is none

}  // namespace ucm::service
