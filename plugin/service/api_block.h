// <API> of a <PBX>
#pragma once

#include <optional>

#include "service/config.h"
#include "service/remarks.h"

namespace ucm::service {

// Empty, with an error in `findings`, when it cannot be used as it stands; the PBX's pushes are taken all the
// same.
[[nodiscard]] std::optional<ApiSettings> read_api(const ConfigNode& node, const std::string& pbx,
                                                  Dialect dialect, std::vector<Finding>& findings);

}  // namespace ucm::service
