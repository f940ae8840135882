// A whole configuration file as text.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ucm::service {

// Config fault when it is no file, cannot be read or is larger than any configuration is.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path);

// The config fault of a file: `what` goes on the sentence that begins with its path.
[[nodiscard]] Error unfit_file(const std::string& path, std::string_view what);

}  // namespace ucm::service
