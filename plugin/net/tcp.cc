#include "net/open.h"

namespace ucm::net {

Result<std::unique_ptr<Listener>> open_tcp(Loop&, const Endpoint&, Intake&, Log&) {
  return Error{Fault::config, "tcp:// is not here yet"};
}

}  // namespace ucm::net
