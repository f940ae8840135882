#include "net/control.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <list>

#include "base/clock.h"
#include "base/text.h"
#include "net/descriptor.h"
#include "net/unix_path.h"

namespace ucm::net {

namespace {

constexpr std::size_t kLongestLine = 64UL * 1024;
constexpr std::size_t kMostUnsent = 16UL * 1024 * 1024;  // of all together
constexpr std::size_t kMostPeers = 32;
constexpr int kControlBacklog = 32;
constexpr mode_t kMode = 0660;
constexpr std::int64_t kSweepControlMs = 1000;
constexpr std::int64_t kStuckMs = 10'000;  // a reader that takes nothing of its answer for so long is cut off

class ControlSocket final : public Control {
 public:
  ControlSocket(Loop& loop, std::string path, Answer answer, Log& log)
      : loop_(loop), path_(std::move(path)), answer_(std::move(answer)), log_(log) {}
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;
  ~ControlSocket() override;

  [[nodiscard]] Result<void> start();

 private:
  struct Peer {
    Descriptor descriptor;
    std::unique_ptr<Loop::Watch> watch;
    std::string in;
    std::string out;
    std::size_t sent = 0;  // of `out`
    std::int64_t moved_ms = 0;
    bool finished = false;  // the peer sends no more
  };
  using Peers = std::list<Peer>;

  void take();
  void turn(Peers::iterator peer, bool readable);
  [[nodiscard]] bool read(Peer& peer);
  [[nodiscard]] bool answer_lines(Peer& peer);
  [[nodiscard]] static bool write(Peer& peer);
  [[nodiscard]] std::size_t unsent() const;
  void sweep();

  Loop& loop_;
  std::string path_;
  Answer answer_;
  Log& log_;
  Descriptor descriptor_;
  ino_t inode_ = 0;
  Peers peers_;
  std::unique_ptr<Loop::Watch> watch_;
  std::unique_ptr<Loop::Timer> sweeper_;
  std::unique_ptr<Loop::Timer> rest_;
};

Error cannot_open(const std::string& path, std::string_view why, Fault fault = Fault::config) {
  return Error{fault, text("control socket {}: {}", path, why)};
}

ino_t inode_of(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

// Removes a socket file that nobody listens on any more.
Result<void> clear(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return {};
  if (!S_ISSOCK(found.st_mode)) return cannot_open(path, "the file exists and is no socket; remove it");
  const auto address = unix_address(path);
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!address || !probe) return cannot_open(path, std::strerror(errno));
  const bool connected = ::connect(probe.get(), as_sockaddr(*address), sizeof *address) == 0;
  if (connected || errno == EAGAIN) {
    return cannot_open(path, "another process answers on it; stop that one or choose another path",
                       Fault::busy);
  }
  ::unlink(path.c_str());
  return {};
}

ControlSocket::~ControlSocket() {
  if (inode_ != 0 && inode_of(path_) == inode_) ::unlink(path_.c_str());
}

Result<void> ControlSocket::start() {
  const auto address = unix_address(path_);
  if (!address) return cannot_open(path_, "the path is empty or longer than a socket's may be (107 bytes)");
  if (auto cleared = clear(path_); !cleared) return cleared;
  descriptor_ = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!descriptor_) return cannot_open(path_, std::strerror(errno));
  // Before it listens, so that nobody connects under another mode; the process's umask is the host's.
  if (::fchmod(descriptor_.get(), kMode) != 0 ||
      ::bind(descriptor_.get(), as_sockaddr(*address), sizeof *address) != 0) {
    return cannot_open(path_,
                       text("{}; the directory has to exist and be writable for the user the agent runs as",
                            std::strerror(errno)));
  }
  inode_ = inode_of(path_);
  if (::chmod(path_.c_str(), kMode) != 0 || ::listen(descriptor_.get(), kControlBacklog) != 0) {
    return cannot_open(path_, std::strerror(errno));
  }
  watch_ = loop_.watch(descriptor_.get(), true, false, [this](bool, bool) { take(); });
  return {};
}

void ControlSocket::take() {
  Descriptor arrived(::accept4(descriptor_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!arrived) {
    if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return;
    log_.say_rarely("net/control-accept", Severity::error,
                    text("cannot take connections on {}: {}; trying again", path_, std::strerror(errno)));
    watch_->want(false, false);
    rest_ = loop_.once(kSweepControlMs, [this] { watch_->want(true, false); });
    return;
  }
  if (peers_.size() >= kMostPeers) {
    log_.say_rarely(
        "net/control-many", Severity::warning,
        text("{} connections are open on {}: the one that rested longest is closed", peers_.size(), path_));
    peers_.erase(std::min_element(peers_.begin(), peers_.end(),
                                  [](const Peer& a, const Peer& b) { return a.moved_ms < b.moved_ms; }));
  }
  if (!sweeper_) sweeper_ = loop_.every(kSweepControlMs, [this] { sweep(); });
  const auto peer = peers_.emplace(peers_.end());
  peer->descriptor = std::move(arrived);
  peer->moved_ms = system_clock().mono_ms();
  peer->watch = loop_.watch(peer->descriptor.get(), true, false,
                            [this, peer](bool readable, bool) { turn(peer, readable); });
}

void ControlSocket::turn(Peers::iterator peer, bool readable) {
  const bool goes_on = (!readable || peer->finished || read(*peer)) && write(*peer) && answer_lines(*peer);
  const bool unsent = peer->sent < peer->out.size();
  if (!goes_on || (peer->finished && !unsent)) {
    peers_.erase(peer);
    return;
  }
  peer->watch->want(!peer->finished && !unsent, unsent);
}

bool ControlSocket::read(Peer& peer) {
  std::array<char, 16384> buffer;  // not initialised: it is written before it is read
  const ssize_t count = ::recv(peer.descriptor.get(), buffer.data(), buffer.size(), 0);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  peer.finished = count == 0;
  peer.moved_ms = system_clock().mono_ms();
  peer.in.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

// One line at a time: the next is looked at when the answer before it has left, so a peer that only asks
// holds one answer's memory.
bool ControlSocket::answer_lines(Peer& peer) {
  while (peer.out.empty()) {
    const std::size_t end = peer.in.find('\n');
    if (end == std::string::npos) return peer.in.size() <= kLongestLine;
    if (end > kLongestLine) return false;
    const std::string line(trimmed(std::string_view(peer.in).substr(0, end)));
    peer.in.erase(0, end + 1);
    if (line.empty()) continue;
    peer.out = answer_(line) + "\n";
    if (peer.out.size() > kMostUnsent || !write(peer)) return false;
    // A client that asks and does not read must not cost the host its memory.
    if (unsent() > kMostUnsent) return false;
  }
  return true;
}

bool ControlSocket::write(Peer& peer) {
  while (peer.sent < peer.out.size()) {
    const ssize_t count =
        ::send(peer.descriptor.get(), peer.out.data() + peer.sent, peer.out.size() - peer.sent, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    peer.sent += static_cast<std::size_t>(count);
    peer.moved_ms = system_clock().mono_ms();
  }
  peer.out = std::string();
  peer.sent = 0;
  return true;
}

std::size_t ControlSocket::unsent() const {
  std::size_t all = 0;
  for (const Peer& peer : peers_) all += peer.out.size() - peer.sent;
  return all;
}

void ControlSocket::sweep() {
  if (peers_.empty()) return sweeper_.reset();
  const std::int64_t now = system_clock().mono_ms();
  peers_.remove_if([now](const Peer& peer) { return !peer.out.empty() && now - peer.moved_ms > kStuckMs; });
}

}  // namespace

Result<std::unique_ptr<Control>> Control::open(Loop& loop, const std::string& path, Answer answer, Log& log) {
  auto control = std::make_unique<ControlSocket>(loop, path, std::move(answer), log);
  if (auto started = control->start(); !started) return started.error();
  return std::unique_ptr<Control>(std::move(control));
}

}  // namespace ucm::net
