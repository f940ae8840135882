// A loop and an HTTPS client for a command that asks some PBXes, waits and ends.
#pragma once

#include <csignal>
#include <memory>

#include "base/result.h"
#include "net/client.h"
#include "net/loop.h"

namespace ucm::service {

class ShortAsking {
 public:
  // Ignores SIGPIPE as long as it lives. REQUIRES: the process has one thread.
  [[nodiscard]] static Result<std::unique_ptr<ShortAsking>> open();
  ~ShortAsking();
  ShortAsking(const ShortAsking&) = delete;
  ShortAsking& operator=(const ShortAsking&) = delete;

  [[nodiscard]] net::Loop& loop() noexcept { return *loop_; }
  [[nodiscard]] net::Client& client() noexcept { return *client_; }

 private:
  ShortAsking();
  struct sigaction before_ {};
  std::unique_ptr<net::Loop> loop_;
  std::unique_ptr<net::Client> client_;
};

}  // namespace ucm::service
