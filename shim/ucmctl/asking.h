// How a command reaches the agent.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "shim/ucmctl/commands.h"

namespace ucm::ctl {

// At the socket, or at the first of the usual places where one stands. Network fault when nothing answers.
[[nodiscard]] Result<std::string> asked(const std::string& socket, std::string_view request);

// How a command ends that could not be carried out.
[[nodiscard]] Outcome failed(const Error& error);

}  // namespace ucm::ctl
