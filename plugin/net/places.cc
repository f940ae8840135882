#include "net/places.h"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/clock.h"
#include "base/text.h"

namespace ucm::net {

namespace {

// Under which all strangers of a listener are one sender.
constexpr Address kAnyStranger{};

constexpr std::size_t kLeastReserve = 64;
constexpr std::size_t kMostReserve = 1024;

std::string name_of(const Address& sender) {
  return sender == kAnyStranger ? "senders that no PBX block names" : to_string(sender);
}

Places::Place* oldest(const std::list<Places::Place*>& places) {
  Places::Place* found = nullptr;
  for (Places::Place* place : places) {
    if (!place->resting && (found == nullptr || place->heard_ms < found->heard_ms)) found = place;
  }
  return found;
}

}  // namespace

Places::Place::Place(Places& places, const Gate& gate, const Address& sender, std::int64_t now_ms, Cut cut)
    : heard_ms(now_ms), places_(&places), owner_(&gate.endpoint, sender), cut_(std::move(cut)) {
  std::list<Place*>& mine = places.owners_[owner_];
  at_ = mine.insert(mine.end(), this);
  ++places.listeners_[owner_.first];
  ++places.taken_;
}

void Places::Place::leave() noexcept {
  if (places_ == nullptr) return;
  const auto mine = places_->owners_.find(owner_);
  mine->second.erase(at_);
  if (mine->second.empty()) places_->owners_.erase(mine);
  --places_->listeners_.find(owner_.first)->second;
  --places_->taken_;
  places_ = nullptr;
}

std::size_t Places::count(const Owner& owner) const {
  const auto found = owners_.find(owner);
  return found == owners_.end() ? 0 : found->second.size();
}

Places::Full Places::full(const Gate& gate, const Owner& owner) const {
  const Limits& limits = gate.endpoint.limits;
  if (count(owner) >= static_cast<std::size_t>(limits.connections_a_sender)) return Full::sender;
  const auto listener = listeners_.find(owner.first);
  if (listener != listeners_.end() && listener->second >= static_cast<std::size_t>(limits.connections)) {
    return Full::listener;
  }
  return taken_ >= together_ ? Full::process : Full::no;
}

// Of the sender with at least two more than the newcomer; else of the newcomer itself.
Places::Place* Places::of_the_greediest(Full full, const Owner& owner) const {
  const std::list<Place*>* most = nullptr;
  for (const auto& [other, places] : owners_) {
    if (full == Full::listener && other.first != owner.first) continue;
    if (other.second == kAnyStranger) {
      if (Place* stranger = oldest(places)) return stranger;
    }
    if (most == nullptr || places.size() > most->size()) most = &places;
  }
  if (most != nullptr && most->size() >= count(owner) + 2) {
    if (Place* found = oldest(*most)) return found;
  }
  const auto own = owners_.find(owner);
  return own == owners_.end() ? nullptr : oldest(own->second);
}

Places::Place* Places::victim(Full full, const Gate& gate, const Owner& owner, std::int64_t now_ms) const {
  if (full == Full::sender) return oldest(owners_.find(owner)->second);
  if (Place* found = of_the_greediest(full, owner)) return found;
  Place* idle = nullptr;
  for (const auto& [other, places] : owners_) {
    if (full == Full::listener && other.first != owner.first) continue;
    Place* found = oldest(places);
    if (found != nullptr && (idle == nullptr || found->heard_ms < idle->heard_ms)) idle = found;
  }
  const bool long_idle = idle != nullptr && now_ms - idle->heard_ms > gate.endpoint.limits.idle_s * 1000LL;
  return long_idle ? idle : nullptr;
}

void Places::tell(Full full, const Gate& gate, const Address& cut, std::size_t had) {
  gate.intake.refused(Refusal::too_many, cut);
  const Endpoint& endpoint = gate.endpoint;
  switch (full) {
    case Full::no:
      return;
    case Full::sender:
      return gate.log.say_rarely("net/sender-connections", Severity::warning,
                                 text("{} has {} connections open on {}: its oldest is closed for each new "
                                      "one. A PBX needs a handful; if "
                                      "these are wanted, raise MaxConnectionsPerSender",
                                      name_of(cut), had, endpoint.url));
    case Full::listener:
      return gate.log.say_rarely(
          "net/connections", Severity::warning,
          text("{} connections are open on {}: one of {}, which has {} of them, is closed; raise "
               "MaxConnections if they are all wanted",
               endpoint.limits.connections, endpoint.url, name_of(cut), had));
    case Full::process:
      return gate.log.say_rarely(
          "net/descriptors", Severity::warning,
          text("as many connections are open as this process may keep beside its own files: one of {}, which "
               "has {} of "
               "them, is closed; raise LimitNOFILE of the service if they are all wanted",
               name_of(cut), had));
  }
}

std::unique_ptr<Places::Place> Places::admit(const Gate& gate, const Address& sender, Cut cut) {
  const std::int64_t now = system_clock().mono_ms();
  const Owner owner(&gate.endpoint, sender);
  // More than one limit may be reached: a listener's and the process's.
  for (Full reached = full(gate, owner); reached != Full::no; reached = full(gate, owner)) {
    Place* const found = victim(reached, gate, owner, now);
    if (found == nullptr) {
      tell(reached, gate, sender, count(owner));
      return nullptr;
    }
    tell(reached, gate, found->owner_.second, count(found->owner_));
    found->leave();
    const Cut last = std::move(found->cut_);  // the place may go in it
    last();
  }
  return std::make_unique<Place>(*this, gate, sender, now, std::move(cut));
}

// Over https:// each costs a handshake before it can be told anything.
std::unique_ptr<Places::Place> Places::admit_stranger(const Gate& gate, const Address& sender, Cut cut) {
  const std::int64_t now = system_clock().mono_ms();
  if (std::exchange(second_, now / 1000) != now / 1000) strangers_ = 0;
  const Owner owner(&gate.endpoint, kAnyStranger);
  const bool too_soon = gate.endpoint.scheme == Scheme::https && strangers_ >= kStrangersInASecond;
  if (too_soon || count(owner) >= kStrangers || full(gate, owner) != Full::no) {
    gate.intake.refused(Refusal::unknown_sender, sender);
    return nullptr;
  }
  ++strangers_;
  return std::make_unique<Place>(*this, gate, kAnyStranger, now, std::move(cut));
}

Affordable affordable_connections() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return {SIZE_MAX, SIZE_MAX};
  std::error_code fault;
  std::size_t open = 0;
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", fault);
       !fault && entry != std::filesystem::directory_iterator(); entry.increment(fault)) {
    ++open;
  }
  const auto allowed = static_cast<std::size_t>(limit.rlim_cur);
  const std::size_t kept = open + std::clamp(allowed / 4, kLeastReserve, kMostReserve);
  return {allowed > kept ? allowed - kept : 1, allowed};
}

}  // namespace ucm::net
