#pragma once

#include <string>

namespace ucm::metrics {

// docs/metrics.md, from the catalogue.
[[nodiscard]] std::string reference();

}  // namespace ucm::metrics
