// What settings will do on this machine, before they are used.
#pragma once

#include <string>
#include <vector>

#include "service/config.h"

namespace ucm::service {

// Looks at the files and folders that the settings name, as the calling user.
void inspect(const Settings& settings, std::vector<Finding>& findings);

// For people: what would listen, who could push, where it is kept. No secrets.
[[nodiscard]] std::string summary(const Settings& settings);

}  // namespace ucm::service
