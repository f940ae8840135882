// The value of an option: from text to the member it sets.
#pragma once

#include <string>
#include <vector>

#include "service/block.h"
#include "service/options.h"

namespace ucm::service {

struct Valued {
  std::string fault;    // not empty: nothing was set, and why; never the value of a secret
  std::string warning;  // not empty: set, but the operator should know
};

// REQUIRES: the part of `target` that the option sets is there.
[[nodiscard]] Valued set_value(const Option& option, const std::vector<std::string>& values,
                               const Target& target);

}  // namespace ucm::service
