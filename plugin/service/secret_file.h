// Passwords that are kept in files of their own.
#pragma once

#include <string>

#include "base/result.h"

namespace ucm::service {

struct Secret {
  std::string text;
  bool readable_by_others = false;
};

// The first line of the file, without its end. Config fault when it is no readable file or holds nothing.
[[nodiscard]] Result<Secret> read_secret_file(const std::string& path);

}  // namespace ucm::service
