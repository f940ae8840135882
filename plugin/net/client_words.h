// What the operator is told of an exchange that came to nothing.
#pragma once

#include <string>

#include "net/client_transfer.h"

namespace ucm::net {

struct Reason {
  Reach reach = Reach::cut;
  std::string what;  // printable, of bounded length; "" when answered
};

[[nodiscard]] Reason reason_of(const Transfer& transfer);

}  // namespace ucm::net
