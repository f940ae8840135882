#include "net/acceptor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace ucm::net {

namespace {

constexpr int kBatch = 64;  // connections a turn, so that a flood of them leaves time for their records
constexpr std::int64_t kPauseMs = 100;

// The machine is short of something; the connection stays in the backlog, so trying at once would spin.
bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Acceptor::Acceptor(Loop& loop, Log& log, std::string url, Listening listening, Arrived arrived)
    : loop_(loop),
      log_(log),
      url_(std::move(url)),
      listening_(std::move(listening)),
      arrived_(std::move(arrived)),
      watch_(loop.watch(listening_.descriptor.get(), true, false, [this](bool, bool) { take(); })) {}

void Acceptor::take() {
  for (int i = 0; i < kBatch; ++i) {
    Arrival arrival;
    arrival.peer_size = sizeof arrival.peer;
    auto* peer = reinterpret_cast<sockaddr*>(&arrival.peer);
    arrival.descriptor = Descriptor(
        ::accept4(listening_.descriptor.get(), peer, &arrival.peer_size, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!arrival.descriptor) {
      if (is_shortage(errno)) pause(errno);
      if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) continue;
      return;
    }
    const int on = 1;
    ::setsockopt(arrival.descriptor.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    arrival.sender = address_of(*peer);
    arrived_(std::move(arrival));
  }
}

void Acceptor::pause(int error) {
  log_.say_rarely("net/accept", Severity::error,
                  text("cannot take new connections on {}: {} (raise LimitNOFILE of the service, or lower "
                       "the number of connections); trying again",
                       url_, std::strerror(error)));
  watch_->want(false, false);
  rest_ = loop_.once(kPauseMs, [this] { watch_->want(true, false); });
  errno = error;
}

}  // namespace ucm::net
