// Takes connections off a listening socket, and survives what accept() fails with.
#pragma once

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "net/address.h"
#include "net/descriptor.h"
#include "net/loop.h"
#include "net/socket.h"

namespace ucm::net {

// A connection as accept() gives it: not blocking, closed on exec.
struct Arrival {
  Descriptor descriptor;
  sockaddr_storage peer{};
  socklen_t peer_size = 0;
  Address sender;
};

class Acceptor {
 public:
  using Arrived = std::function<void(Arrival)>;

  // REQUIRES: `loop` and `log` outlive the acceptor; `arrived` does not destroy it.
  Acceptor(Loop& loop, Log& log, std::string url, Listening listening, Arrived arrived);

  [[nodiscard]] std::uint16_t port() const { return listening_.port; }

 private:
  void take();
  void pause(int error);

  Loop& loop_;
  Log& log_;
  std::string url_;
  Listening listening_;
  Arrived arrived_;
  std::unique_ptr<Loop::Watch> watch_;
  std::unique_ptr<Loop::Timer> rest_;
};

}  // namespace ucm::net
