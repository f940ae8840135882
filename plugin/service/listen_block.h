// <Listen "http://0.0.0.0:5000">
#pragma once

#include <optional>
#include <vector>

#include "service/config.h"
#include "service/remarks.h"

namespace ucm::service {

// Empty, with an error in `findings`, when it cannot be used as it stands or stands in the way of one of
// `others`.
[[nodiscard]] std::optional<net::Endpoint> read_listen(const ConfigNode& node, const net::Limits& limits,
                                                       const std::vector<net::Endpoint>& others,
                                                       Dialect dialect, std::vector<Finding>& findings);

}  // namespace ucm::service
