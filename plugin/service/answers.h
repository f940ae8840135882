// What the control socket is told: docs/control.md lists the requests.
#pragma once

#include <string>
#include <string_view>

namespace ucm::service {

class Core;

// One JSON line for one JSON line; {"error": "..."} when the request is not understood. On the loop's thread.
[[nodiscard]] std::string answer(Core& core, std::string_view line);

}  // namespace ucm::service
