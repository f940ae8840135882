// A port that stays ours while nobody listens there.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

#include "net/descriptor.h"

namespace ucm::net {

// It is bound and does not listen: whoever connects is refused, the kernel gives the port to nobody, and who
// names it and sets SO_REUSEADDR, as listeners do, may listen there.
class Held {
 public:
  explicit Held(const char* host = "127.0.0.1") : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, host, &address.sin_addr);
    socklen_t size = sizeof address;
    ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  // 0 when there was none.
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  Descriptor socket_;
  std::uint16_t port_ = 0;
};

}  // namespace ucm::net
