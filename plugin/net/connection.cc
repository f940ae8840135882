#include "net/connection.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <limits>

namespace ucm::net {

namespace {

// A ticket: listener, slot, generation.
constexpr unsigned kListenerShift = 48;
constexpr unsigned kSlotShift = 32;
constexpr std::uint64_t kSlotMask = 0xffff;

std::uint64_t next_listener() {
  static std::atomic<std::uint64_t> last{0};
  return ++last & 0xffffU;
}

// The kernel's count tells a connection that sends from one that does not without a look at what the HTTP
// library does.
std::uint64_t bytes_received(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
  return info.tcpi_bytes_received;
}

// Returns false for a connection that is to be cut.
bool in_time(Connection& connection, std::int64_t now_ms, const Limits& limits) {
  const std::uint64_t received = bytes_received(connection.descriptor);
  const bool grew = received != connection.received;
  if (connection.answered) connection.began_ms = 0;
  if (connection.answered || grew) connection.received_ms = now_ms;
  if (connection.place) connection.place->heard_ms = connection.received_ms;
  const bool begun = connection.in_request || (grew && !connection.answered);
  if (begun && connection.began_ms == 0) connection.began_ms = now_ms;
  connection.answered = false;
  connection.received = received;
  const int most_s = connection.stranger ? Places::kStrangerPatienceS : std::numeric_limits<int>::max();
  const int request_s = std::min(limits.request_s, most_s);
  if (connection.began_ms != 0 && now_ms - connection.began_ms > request_s * 1000LL) return false;
  return now_ms - connection.received_ms <= std::min(limits.idle_s, most_s) * 1000LL;
}

}  // namespace

Connections::Connections() : listener_(next_listener()) {}

Connection& Connections::add(std::int64_t now_ms) {
  if (free_.empty()) {
    slots_.push_back(std::make_unique<Connection>());
    free_.reserve(slots_.size());  // so that remove() needs no memory
    free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  slots_[slot]->slot = slot;
  slots_[slot]->received_ms = now_ms;
  ++used_;
  return *slots_[slot];
}

void Connections::remove(Connection& connection) noexcept {
  const std::uint32_t slot = connection.slot;
  // The slot keeps the generation, so that a late answer does not reach the slot's next connection.
  const std::uint32_t generation = connection.generation + 1;
  connection = Connection();
  connection.generation = generation;
  free_.push_back(slot);
  --used_;
}

Ticket Connections::ticket(const Connection& connection) const {
  return listener_ << kListenerShift | static_cast<std::uint64_t>(connection.slot) << kSlotShift |
         connection.generation;
}

Connection* Connections::find(Ticket ticket) const {
  const std::uint64_t slot = ticket >> kSlotShift & kSlotMask;
  if (ticket >> kListenerShift != listener_ || slot >= slots_.size()) return nullptr;
  Connection* found = slots_[slot].get();
  if (found == nullptr || found->library == nullptr) return nullptr;
  return found->generation == static_cast<std::uint32_t>(ticket) ? found : nullptr;
}

void Connections::each(const std::function<void(Connection&)>& visit) const {
  for (const auto& connection : slots_) {
    if (connection && connection->library != nullptr) visit(*connection);
  }
}

void Connections::sweep(std::int64_t now_ms, const Limits& limits,
                        const std::function<void(const Connection&)>& slow) const {
  each([&](Connection& connection) {
    if (connection.resting || in_time(connection, now_ms, limits)) return;
    if (connection.began_ms != 0) slow(connection);
    connection.answered = true;  // it has been cut; that is said once
    ::shutdown(connection.descriptor, SHUT_RDWR);
  });
}

}  // namespace ucm::net
