// Captured pushes and API answers, masked so that they can be shown in public.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace ucm::service {

inline constexpr std::size_t kMostMaskedBytes = 8UL * 1024 * 1024;

// The content of a file, or of standard input where `path` is "" or "-", masked (wire/mask.h) and printable.
// Config fault when it cannot be read; too_large, with the limit in its sentence, when it is longer than
// kMostMaskedBytes: nothing of it is shown then.
[[nodiscard]] Result<std::string> masked_file(const std::string& path);

}  // namespace ucm::service
