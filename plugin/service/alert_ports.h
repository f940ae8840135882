// What the alerts of one PBX stand on.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/text.h"
#include "metrics/scope.h"
#include "service/alerts_on.h"
#include "service/settings.h"
#include "service/zone_watch.h"

namespace ucm::service {

struct AlertPorts {
  const PbxSettings& settings;
  const ZoneWatch& zone;
  AlertsOn& on;
  // The plugin_instance for a trunk or queue; "" where it has none.
  std::function<std::string(metrics::ScopeKind, std::string_view name)> scope_of;

  [[nodiscard]] std::string scope(metrics::ScopeKind kind, std::string_view name) const {
    std::string scope = scope_of(kind, name);
    return scope.empty() ? "all" : scope;
  }
};

// The key of a thing whose own name is personal: what is remembered of it tells nobody's number.
[[nodiscard]] inline std::string private_key(std::string_view name) {
  constexpr std::size_t kBytes = 8;
  const std::array<std::string_view, 1> parts{name};
  return hex(digest128(parts), kBytes);
}

inline constexpr std::int64_t kOldest_s = 86'400;  // what ended longer ago raises nothing

// What is known late is told with how late.
[[nodiscard]] inline std::string lateness(std::int64_t event_s, std::int64_t now_s) {
  constexpr std::int64_t kLate = 900;
  const std::int64_t ago_s = now_s - event_s;
  if (ago_s <= kLate) return {};
  return text("; {} h {} min ago, told late", ago_s / 3600, ago_s / 60 % 60);
}

}  // namespace ucm::service
