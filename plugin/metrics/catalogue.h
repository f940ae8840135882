// The catalogue: one row for each value. Persistence, snapshot, documentation and every host follow from the
// row; to count something new, add a row and count it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "metrics/call_rows.h"
#include "metrics/pbx_rows.h"
#include "metrics/self_rows.h"

namespace ucm::metrics {

// Which scopes carry the value.
enum class Group {
  calls,  // all, the four directions, and each trunk-X, queue-X, ringgroup-X, extension-X, did-X, account-X
  histogram,  // all, the four directions, trunk-X, queue-X, ringgroup-X, where asked for
  traffic,    // all, trunk-X
  capacity,   // trunk-X
  queueing,   // queue-X
  legs,       // all
  live,       // all, of a PBX whose new API is asked
  trunk,      // trunk-X, likewise
  queue,      // queue-X, likewise
  system,     // system, of a PBX whose API is asked, new or legacy
  self,       // self, of each PBX
  alert,      // alerts, of each PBX
  api,        // self, of a PBX whose API is asked, new or legacy
  agent,      // self, under the agent's own host name: what belongs to no PBX
};
inline constexpr std::size_t kGroups = 14;

enum class Kind {
  counter,   // only grows, continues over restarts
  gauge,     // a level that we know ourselves
  level,     // what the PBX says, or follows from it; NaN while it is not known
  interval,  // a statistic of the calls counted since the host last read; NaN when there were none
  window,    // a statistic of the last 60 minutes by the calls' own time; NaN when there is nothing to tell
};

#define UCM_METRICS(X) UCM_CALL_METRICS(X) UCM_PBX_METRICS(X) UCM_SELF_METRICS(X)

enum class Metric : std::uint8_t {
#define UCM_NAME(name, group, kind, type, instance, unit, help) name,
  UCM_METRICS(UCM_NAME)
#undef UCM_NAME
};

struct Row {
  Metric metric;
  Group group;
  Kind kind;
  std::string_view type;      // of types.db; DERIVE for a counter, else GAUGE
  std::string_view instance;  // type_instance, fixed, never empty
  std::string_view unit;
  std::string_view help;
};

[[nodiscard]] std::span<const Row> catalogue() noexcept;
[[nodiscard]] const Row& row(Metric metric) noexcept;

// The rows of one group, in the order of the catalogue.
[[nodiscard]] std::span<const Row> rows_of(Group group) noexcept;

// Where the metric stands among the rows of its group.
[[nodiscard]] std::size_t place(Metric metric) noexcept;

// "total_sessions-answered": how a counter is called in the ledger.
[[nodiscard]] std::string key_of(const Row& row);

}  // namespace ucm::metrics
