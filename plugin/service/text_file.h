// A whole configuration file as text.
#pragma once

#include <string>

#include "base/result.h"

namespace ucm::service {

// Config fault when it is no file, cannot be read or is larger than any configuration is.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path);

}  // namespace ucm::service
