// A listening socket, bound.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "net/descriptor.h"

namespace ucm::net {

struct Listening {
  Descriptor descriptor;  // not blocking, closed on exec
  std::uint16_t port = 0;
};

// `host` as in Endpoint: "" and "*" take IPv6 and IPv4 on one socket, or IPv4 where the machine has no IPv6.
// `url` is for the message of a failure, which says what to do about it.
[[nodiscard]] Result<Listening> bind_and_listen(const std::string& host, std::uint16_t port,
                                                const std::string& url);

}  // namespace ucm::net
