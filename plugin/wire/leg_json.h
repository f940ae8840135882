#pragma once

#include <string>

#include "model/leg.h"

namespace ucm::wire {

// A leg as one line of JSON, in the UCM's own names; empty fields are left out. For what has to be kept as
// bytes after it was understood.
[[nodiscard]] std::string to_json(const Leg& leg);

}  // namespace ucm::wire
