// The asking side of the control socket.
#include <poll.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/clock.h"
#include "base/text.h"
#include "net/control.h"
#include "net/descriptor.h"
#include "net/unix_path.h"

namespace ucm::net {

namespace {

constexpr std::size_t kLongestAnswer = 64UL * 1024 * 1024;

class Deadline {
 public:
  explicit Deadline(int ms) : at_(system_clock().mono_ms() + ms) {}

  // False when the time is over before the descriptor is ready.
  [[nodiscard]] bool wait(int descriptor, short events) const {
    while (true) {
      const std::int64_t left = at_ - system_clock().mono_ms();
      if (left <= 0) return false;
      pollfd watched{descriptor, events, 0};
      const int ready = ::poll(&watched, 1, static_cast<int>(left));
      if (ready > 0) return true;
      if (ready < 0 && errno != EINTR) return false;
    }
  }

 private:
  std::int64_t at_;
};

bool again(ssize_t count) {
  return count < 0 && (errno == EAGAIN || errno == EINTR);
}

// A full backlog is the same "not yet" as EAGAIN elsewhere, but poll() does not tell when it ends.
bool connect_within(int descriptor, const sockaddr_un& address, const Deadline& deadline) {
  while (::connect(descriptor, as_sockaddr(address), sizeof address) != 0) {
    if (errno == EISCONN) return true;
    if (errno != EAGAIN && errno != EINTR) return false;
    constexpr int retry_ms = 20;
    ::poll(nullptr, 0, retry_ms);
    if (!deadline.wait(descriptor, POLLIN | POLLOUT)) {
      errno = ETIMEDOUT;
      return false;
    }
  }
  return true;
}

}  // namespace

Result<std::string> ask(const std::string& path, std::string_view line, int timeout_ms) {
  const Deadline deadline(timeout_ms);
  const auto failed = [&path](std::string_view why) {
    return Error{Fault::network, text("nothing answers on {}: {}", path, why)};
  };
  const auto address = unix_address(path);
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!address || !socket) return failed("the path is no socket's");
  if (!connect_within(socket.get(), *address, deadline)) return failed(std::strerror(errno));

  const std::string request = text("{}\n", line);
  for (std::size_t sent = 0; sent < request.size();) {
    const ssize_t count = ::send(socket.get(), request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && !again(count)) return failed(std::strerror(errno));
    if (count > 0) sent += static_cast<std::size_t>(count);
    if (count < 0 && !deadline.wait(socket.get(), POLLOUT))
      return failed("it does not read the question in time");
  }

  std::string answer;
  std::array<char, 65536> buffer;  // not initialised: it is written before it is read
  while (answer.size() <= kLongestAnswer) {
    const ssize_t count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (count == 0) return failed("it closed the connection");
    if (count < 0 && !again(count)) return failed(std::strerror(errno));
    if (count < 0) {
      if (!deadline.wait(socket.get(), POLLIN)) return failed("no answer in time");
      continue;
    }
    const std::string_view part(buffer.data(), static_cast<std::size_t>(count));
    const std::size_t end = part.find('\n');
    answer.append(part.substr(0, end));
    if (end != std::string_view::npos) return answer;
  }
  return failed("its answer has no end");
}

}  // namespace ucm::net
