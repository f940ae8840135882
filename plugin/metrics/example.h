// How a value is asked for where it ends up: in Prometheus behind write_prometheus, in collectd.
#pragma once

#include <string>
#include <string_view>

#include "metrics/explanation.h"

namespace ucm::metrics {

// Where the examples of a chapter look.
struct Place {
  std::string_view host;   // "PBX", "AGENT"
  std::string_view scope;  // "all", "trunk-X"; X is any name
};

// "percent-asr"; of a family what their names have in common: "duration-talk-*".
[[nodiscard]] std::string name_of(const Explanation& explained);

// "collectd_ucm_duration_seconds": type, data source where it is not called `value`, _total of a counter.
[[nodiscard]] std::string prometheus_name(const Row& row);

[[nodiscard]] std::string graph_of(const Explanation& explained, const Place& place);
// "" where none makes sense.
[[nodiscard]] std::string alert_of(const Explanation& explained, const Place& place);
// "PBX/ucm-all/percent-asr"
[[nodiscard]] std::string identifier_of(const Explanation& explained, const Place& place);

}  // namespace ucm::metrics
