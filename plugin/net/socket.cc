#include "net/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace ucm::net {

namespace {

constexpr int kBacklog = 511;

struct Target {
  sockaddr_storage storage{};
  socklen_t size = 0;
  bool both_families = false;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Target ipv4(in_addr host, std::uint16_t port) {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  four.sin_addr = host;
  Target target;
  std::memcpy(&target.storage, &four, sizeof four);
  target.size = sizeof four;
  return target;
}

Target ipv6(const in6_addr& host, std::uint16_t port, bool both_families) {
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  six.sin6_addr = host;
  Target target;
  std::memcpy(&target.storage, &six, sizeof six);
  target.size = sizeof six;
  target.both_families = both_families;
  return target;
}

std::string advice(int error, std::uint16_t port) {
  switch (error) {
    case EADDRINUSE:
      return text(
          "another program listens on port {} already; stop it (see 'ss -ltnp') or choose another port",
          port);
    case EACCES:
      return text(
          "ports below 1024 are for root; choose a higher port than {} or give the daemon "
          "CAP_NET_BIND_SERVICE",
          port);
    case EADDRNOTAVAIL:
      return "this machine has no such address; use one that 'ip address' shows, or 0.0.0.0 for all";
    case EMFILE:
    case ENFILE:
      return "the limit of open files is reached; raise LimitNOFILE";
    default:
      return "see the manual page of bind(2)";
  }
}

// Leaves errno as the failed call set it.
Listening try_to_listen(const Target& target) {
  Listening result;
  Descriptor made(::socket(target.get()->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!made) return result;
  const int on = 1;
  const int only_six = target.both_families ? 0 : 1;
  ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (target.get()->sa_family == AF_INET6 &&
      ::setsockopt(made.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only_six, sizeof only_six) != 0) {
    return result;
  }
  if (::bind(made.get(), target.get(), target.size) != 0 || ::listen(made.get(), kBacklog) != 0) {
    const int failed = errno;
    made.close();
    errno = failed;
    return result;
  }
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(made.get(), reinterpret_cast<sockaddr*>(&bound), &size);
  // The port stands at the same place in both families.
  result.port = ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
  result.descriptor = std::move(made);
  return result;
}

}  // namespace

Result<Listening> bind_and_listen(const std::string& host, std::uint16_t port, const std::string& url) {
  const bool everywhere = host.empty() || host == "*";
  in_addr four{htonl(INADDR_ANY)};
  in6_addr six = in6addr_any;
  Listening made;
  if (everywhere) {
    made = try_to_listen(ipv6(six, port, true));
    if (!made.descriptor && errno != EADDRINUSE && errno != EACCES) made = try_to_listen(ipv4(four, port));
  } else if (::inet_pton(AF_INET, host.c_str(), &four) == 1) {
    made = try_to_listen(ipv4(four, port));
  } else if (::inet_pton(AF_INET6, host.c_str(), &six) == 1) {
    made = try_to_listen(ipv6(six, port, false));
  } else {
    return Error{Fault::config, text("cannot listen on {}: '{}' is no IP address", url, host)};
  }
  const int failed = errno;
  if (made.descriptor) return made;
  return Error{Fault::network,
               text("cannot listen on {}: {} ({})", url, std::strerror(failed), advice(failed, port))};
}

}  // namespace ucm::net
