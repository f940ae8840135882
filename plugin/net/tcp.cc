// Raw TCP: bytes go to the intake as they come, nothing is ever answered.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <list>

#include "base/clock.h"
#include "base/text.h"
#include "net/acceptor.h"
#include "net/open.h"
#include "net/places.h"

namespace ucm::net {

namespace {

constexpr std::size_t kBytesAtOnce = 64UL * 1024;  // of one connection in one turn, so that all get theirs
constexpr std::int64_t kSweepTcpMs = 500;
constexpr std::int64_t kReopenMs = 1000;

// A PBX that lost its power says no farewell.
void watch_for_death(int descriptor, int idle_s) {
  const int first_s = std::min(idle_s, 32767);  // the kernel takes no more
  const int on = 1;
  const int probe_s = 10;
  const int probes = 6;
  ::setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &first_s, sizeof first_s);
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &probe_s, sizeof probe_s);
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

// An orderly close would tell the sender that all it sent was taken.
void reset_at_close(int descriptor) {
  const linger at_once{1, 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

class TcpListener final : public Listener {
 public:
  TcpListener(Loop& loop, Places& places, const Endpoint& endpoint, Intake& intake, Log& log)
      : loop_(loop), places_(places), endpoint_(endpoint), intake_(intake), log_(log) {}
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;
  ~TcpListener() override;

  [[nodiscard]] Result<void> open();

  [[nodiscard]] const Endpoint& endpoint() const override { return endpoint_; }
  [[nodiscard]] std::uint16_t port() const override { return port_; }
  [[nodiscard]] std::size_t connections() const override { return peers_.size(); }
  [[nodiscard]] std::uint64_t accepted() const override { return accepted_; }
  void answer(Ticket, Reply) override {}
  void flush() override {}
  void hold(bool closed) override;

 private:
  struct Peer {
    Arrival arrival;
    std::unique_ptr<Stream> stream;
    std::unique_ptr<Loop::Watch> watch;
    std::unique_ptr<Places::Place> place;
    std::int64_t document_ms = 0;  // when the open document began; 0 outside of one
  };
  using Peers = std::list<Peer>;

  void arrived(Arrival arrival);
  void read(Peers::iterator peer);
  void end(Peers::iterator peer);
  void cut(Peers::iterator peer);
  void sweep();
  void reopen();

  Loop& loop_;
  Places& places_;
  Endpoint endpoint_;
  Intake& intake_;
  Log& log_;
  std::uint16_t port_ = 0;
  std::uint64_t accepted_ = 0;
  bool held_ = false;
  Peers peers_;
  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<Loop::Timer> sweeper_;
  std::unique_ptr<Loop::Timer> reopening_;
};

TcpListener::~TcpListener() {
  for (const Peer& peer : peers_) {
    if (peer.stream->inside_document()) reset_at_close(peer.arrival.descriptor.get());
  }
}

Result<void> TcpListener::open() {
  const std::uint16_t port = port_ != 0 ? port_ : endpoint_.port;
  auto listening = bind_and_listen(endpoint_.host, port, endpoint_.url);
  if (!listening) return listening.error();
  port_ = listening.value().port;
  acceptor_ = std::make_unique<Acceptor>(loop_, log_, endpoint_.url, std::move(listening).value(),
                                         [this](Arrival arrival) { arrived(std::move(arrival)); });
  return {};
}

void TcpListener::arrived(Arrival arrival) {
  ++accepted_;
  if (!intake_.knows(arrival.sender)) return intake_.refused(Refusal::unknown_sender, arrival.sender);
  const Peers::iterator peer = peers_.emplace(peers_.end());
  peer->place = places_.admit({endpoint_, intake_, log_}, arrival.sender, [this, peer] { cut(peer); });
  if (!peer->place) {
    peers_.erase(peer);
    return;
  }
  if (!sweeper_) sweeper_ = loop_.every(kSweepTcpMs, [this] { sweep(); });
  watch_for_death(arrival.descriptor.get(), endpoint_.limits.idle_s);
  peer->arrival = std::move(arrival);
  peer->stream = intake_.open(peer->arrival.sender);
  peer->watch =
      loop_.watch(peer->arrival.descriptor.get(), true, false, [this, peer](bool, bool) { read(peer); });
}

void TcpListener::read(Peers::iterator peer) {
  if (!intake_.has_room(peer->arrival.sender)) {  // the watch tells it again; the sender is not slow
    peer->place->heard_ms = system_clock().mono_ms();
    if (peer->document_ms != 0) peer->document_ms = peer->place->heard_ms;
    return;
  }
  std::array<char, kBytesAtOnce> buffer;  // not initialised: it is written before it is read
  const ssize_t count = ::recv(peer->arrival.descriptor.get(), buffer.data(), buffer.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return end(peer);
  const std::int64_t now = system_clock().mono_ms();
  peer->place->heard_ms = now;
  peer->stream->bytes({buffer.data(), static_cast<std::size_t>(count)});
  if (!peer->stream->inside_document()) {
    peer->document_ms = 0;
  } else if (peer->document_ms == 0) {
    peer->document_ms = now;
  }
}

void TcpListener::end(Peers::iterator peer) {
  peer->stream->closed();
  peers_.erase(peer);
}

// Another connection needs its place. A PBX may keep one open between two calls that are far apart: a reset
// tells it so before it loses the next record in it. Idleness alone is no reason.
void TcpListener::cut(Peers::iterator peer) {
  reset_at_close(peer->arrival.descriptor.get());
  end(peer);
}

void TcpListener::sweep() {
  if (peers_.empty()) return sweeper_.reset();
  const std::int64_t now = system_clock().mono_ms();
  for (auto next = peers_.begin(); next != peers_.end();) {
    const auto peer = next++;
    if (held_) {
      peer->place->heard_ms = now;
      if (peer->document_ms != 0) peer->document_ms = now;
      continue;
    }
    if (peer->document_ms == 0) continue;
    const bool slow = now - peer->document_ms > endpoint_.limits.request_s * 1000LL;
    const bool idle = now - peer->place->heard_ms > endpoint_.limits.idle_s * 1000LL;
    if (!slow && !idle) continue;
    intake_.refused(Refusal::too_slow, peer->arrival.sender);
    end(peer);
  }
}

void TcpListener::hold(bool closed) {
  if (closed == held_) return;
  held_ = closed;
  for (Peer& peer : peers_) {
    peer.watch->want(!closed, false);
    peer.place->resting = closed;  // what it has sent was not read
  }
  if (closed) {
    acceptor_.reset();
    reopening_.reset();
  } else {
    reopen();
  }
}

void TcpListener::reopen() {
  if (auto opened = open(); !opened) {
    log_.say_rarely("net/reopen", Severity::error,
                    text("{}; trying again every second", opened.error().what));
    reopening_ = loop_.once(kReopenMs, [this] { reopen(); });
  } else {
    reopening_.reset();
  }
}

}  // namespace

Result<std::unique_ptr<Listener>> open_tcp(Loop& loop, Places& places, const Endpoint& endpoint,
                                           Intake& intake, Log& log) {
  auto listener = std::make_unique<TcpListener>(loop, places, endpoint, intake, log);
  if (auto opened = listener->open(); !opened) return opened.error();
  return std::unique_ptr<Listener>(std::move(listener));
}

}  // namespace ucm::net
