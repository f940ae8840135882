// <PBX "hq">
#pragma once

#include <optional>
#include <vector>

#include "service/config.h"
#include "service/remarks.h"

namespace ucm::service {

// Empty, with an error in `findings`, when it cannot be used as it stands or cannot be told apart from one of
// `others`.
[[nodiscard]] std::optional<PbxSettings> read_pbx(const ConfigNode& node,
                                                  const std::vector<PbxSettings>& others, Dialect dialect,
                                                  std::vector<Finding>& findings);

}  // namespace ucm::service
