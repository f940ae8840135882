#include "client.h"

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>

#include "base/text.h"
#include "response.h"
#include "socket.h"

namespace bench {

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

sockaddr_in address(const std::string& text, std::uint16_t port) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_port = htons(port);
  if (::inet_pton(AF_INET, text.c_str(), &made.sin_addr) != 1) give_up("no IPv4 address");
  return made;
}

struct Connection {
  Socket socket;
  std::size_t next = 0;  // of its own part, when it has one
  std::size_t last = 0;
  std::string_view left{};  // of the request being sent
  std::string_view whole{};
  double sent_at = 0;
  Response response{};
  bool idle = true;
  bool wants_room = false;  // is watched for writability
};

class Run {
 public:
  Run(const Plan& plan, const std::vector<std::string>& requests)
      : plan_(plan),
        requests_(requests),
        tcp_(plan.scheme == "tcp"),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() { ::close(epoll_); }

  Outcome go();

 private:
  [[nodiscard]] Socket connect(std::size_t i) const;
  void watch(std::size_t i, bool anew);
  [[nodiscard]] bool deal(Connection& connection);
  void advance(std::size_t i);
  void read(std::size_t i);
  void answered(std::size_t i);
  void reconnect(std::size_t i);
  void finish(Connection& connection);

  const Plan& plan_;
  const std::vector<std::string>& requests_;
  bool tcp_;
  int epoll_;
  std::vector<Connection> connections_;
  std::size_t dealt_ = 0;
  std::size_t busy_ = 0;
  double stop_at_ = 0;
  Outcome outcome_;
};

Socket Run::connect(std::size_t i) const {
  const std::string from =
      plan_.sources == 0 ? "127.0.0.1" : source_address(static_cast<int>(i) % plan_.sources);
  return Socket::open(address(plan_.address, plan_.port), address(from, 0), plan_.scheme == "https");
}

void Run::watch(std::size_t i, bool anew) {
  epoll_event event{};
  event.events = EPOLLIN | (connections_[i].wants_room ? EPOLLOUT : 0U);
  event.data.u64 = i;
  ::epoll_ctl(epoll_, anew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, connections_[i].socket.descriptor(), &event);
}

// False when there is nothing more for this connection.
bool Run::deal(Connection& connection) {
  if (stop_at_ != 0 && now() >= stop_at_) return false;
  std::size_t& next = plan_.share || tcp_ ? connection.next : dealt_;
  if (next >= (plan_.share || tcp_ ? connection.last : requests_.size())) return false;
  connection.whole = connection.left = requests_[next++];
  connection.sent_at = now();
  connection.idle = false;
  ++outcome_.begun;
  return true;
}

// Sends until the kernel takes no more, or until an answer is due.
void Run::advance(std::size_t i) {
  Connection& connection = connections_[i];
  for (;;) {
    if (connection.idle && !deal(connection)) return finish(connection);
    const Moved moved = connection.socket.send(connection.left);
    if (moved.flow == Flow::ended) return reconnect(i);
    if (moved.flow == Flow::later) {
      if (!std::exchange(connection.wants_room, true)) watch(i, false);
      return;
    }
    connection.left.remove_prefix(moved.bytes);
    if (!connection.left.empty()) continue;
    if (std::exchange(connection.wants_room, false)) watch(i, false);
    if (!tcp_) return;
    connection.idle = true;
    ++outcome_.answered;
  }
}

void Run::finish(Connection& connection) {
  connection.next = connection.last;
  --busy_;
}

void Run::read(std::size_t i) {
  std::array<char, 4096> room;  // not initialised: it is written before it is read
  Connection& connection = connections_[i];
  for (;;) {
    const Moved moved = connection.socket.receive(room);
    if (moved.flow == Flow::later) return;
    if (moved.flow == Flow::ended) {
      if (!connection.idle) reconnect(i);
      return;
    }
    if (!connection.response.more({room.data(), moved.bytes})) continue;
    return answered(i);
  }
}

void Run::answered(std::size_t i) {
  Connection& connection = connections_[i];
  const bool kept = connection.response.status() == 200;
  ++(kept ? outcome_.answered : outcome_.refused);
  outcome_.latencies_us.push_back(static_cast<float>((now() - connection.sent_at) * 1e6));
  const bool closes = connection.response.closes();
  connection.response = {};
  connection.idle = true;
  if (closes) return reconnect(i);
  advance(i);
}

// The record that was not answered is sent again.
void Run::reconnect(std::size_t i) {
  Connection& connection = connections_[i];
  if (tcp_) give_up("the receiver closed a TCP connection");
  connection.socket = connect(i);
  connection.response = {};
  connection.left = connection.whole;
  connection.wants_room = false;
  ++outcome_.reconnected;
  watch(i, true);
  advance(i);
}

Outcome Run::go() {
  const auto count = static_cast<std::size_t>(plan_.connections);
  const std::size_t part = (requests_.size() + count - 1) / count;
  for (std::size_t i = 0; i < count; ++i) {
    connections_.push_back({.socket = connect(i),
                            .next = std::min(requests_.size(), i * part),
                            .last = std::min(requests_.size(), (i + 1) * part)});
    watch(i, true);
  }
  outcome_.latencies_us.reserve(requests_.size());
  outcome_.began = now();
  if (plan_.seconds > 0) stop_at_ = outcome_.began + plan_.seconds;
  busy_ = count;
  for (std::size_t i = 0; i < count; ++i) advance(i);
  std::array<epoll_event, 256> ready{};
  while (busy_ > 0) {
    if (now() > outcome_.began + plan_.deadline) give_up("the deadline has passed");
    const int found = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 1000);
    for (int k = 0; k < found; ++k) {
      const epoll_event& event = ready.at(static_cast<std::size_t>(k));
      if ((event.events & EPOLLOUT) != 0) advance(event.data.u64);
      if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read(event.data.u64);
    }
  }
  outcome_.seconds = now() - outcome_.began;
  return std::move(outcome_);
}

}  // namespace

std::string source_address(int n) {
  return ucm::text("127.1.{}.{}", n / 250, n % 250 + 1);
}

Outcome push(const Plan& plan, const std::vector<std::string>& requests) {
  return Run(plan, requests).go();
}

}  // namespace bench
