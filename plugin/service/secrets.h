// A block in which both Password and PasswordFile may stand.
#pragma once

#include <vector>

#include "service/config.h"
#include "service/remarks.h"

namespace ucm::service {

// The children of the block, without a Password beside a PasswordFile. Both land in the same member, in the
// order they stand; the file is the one that was meant, and a warning says so.
[[nodiscard]] std::vector<const ConfigNode*> without_password_beside_file(const ConfigNode& node,
                                                                          const Remarks& remarks);

}  // namespace ucm::service
