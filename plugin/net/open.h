// The makers of listeners, one for each kind; listen() chooses. Limits are filled in and the URL has been
// read.
#pragma once

#include <memory>

#include "net/listener.h"

namespace ucm::net {

[[nodiscard]] Result<std::unique_ptr<Listener>> open_http(Loop& loop, Places& places,
                                                          const Endpoint& endpoint, Intake& intake, Log& log);
[[nodiscard]] Result<std::unique_ptr<Listener>> open_tcp(Loop& loop, Places& places, const Endpoint& endpoint,
                                                         Intake& intake, Log& log);

}  // namespace ucm::net
