// Who has how many of the connections that the listeners may keep open, and whose makes room for the next. It
// is asked as soon as a connection has been accepted, before anything is spent on it. The loop's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <utility>

#include "base/log.h"
#include "net/address.h"
#include "net/listener.h"

namespace ucm::net {

class Places {
 public:
  // A listener, as far as it matters here.
  struct Gate {
    const Endpoint& endpoint;
    Intake& intake;
    Log& log;
  };
  // Closes the connection, now or soon. Its place is given back already.
  using Cut = std::function<void()>;

  // One open connection's. REQUIRES: it goes before its Places.
  class Place {
   public:
    Place(Places& places, const Gate& gate, const Address& sender, std::int64_t now_ms, Cut cut);
    ~Place() { leave(); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    std::int64_t heard_ms = 0;  // when anything last arrived on it, or was answered
    bool resting = false;       // what it has sent waits for the disk: it is not cut

   private:
    friend class Places;
    void leave() noexcept;

    Places* places_;
    std::pair<const Endpoint*, Address> owner_;
    std::list<Place*>::iterator at_;
    Cut cut_;
  };

  // `together`: of all listeners; what the limit of open files allows.
  explicit Places(std::size_t together) : together_(together) {}
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;

  // For a sender that the intake knows. A sender that has as many as it may have, or more than others when
  // all are taken, loses its own oldest one that is idle or unfinished; of a listener that is full, also
  // whoever was silent for longer than its IdleTimeout. Null: there is no room, and the connection is to be
  // closed. Whom it hits is counted and said.
  [[nodiscard]] std::unique_ptr<Place> admit(const Gate& gate, const Address& sender, Cut cut);

  // For a sender that no PBX block names: kStrangers at once, over https:// kStrangersInASecond at most, so
  // that somebody who sets up a PBX reads why it is refused. They never take the room of a sender that is
  // known, and are the first to give theirs.
  [[nodiscard]] std::unique_ptr<Place> admit_stranger(const Gate& gate, const Address& sender, Cut cut);

  [[nodiscard]] std::size_t size() const noexcept { return taken_; }

  static constexpr std::size_t kStrangers = 8;  // of one listener
  static constexpr int kStrangersInASecond = 20;
  static constexpr int kStrangerPatienceS = 5;  // for a request, and between two

 private:
  using Owner = std::pair<const Endpoint*, Address>;
  using Owners = std::map<Owner, std::list<Place*>>;
  enum class Full { no, sender, listener, process };

  [[nodiscard]] Full full(const Gate& gate, const Owner& owner) const;
  [[nodiscard]] Place* victim(Full full, const Gate& gate, const Owner& owner, std::int64_t now_ms) const;
  [[nodiscard]] Place* of_the_greediest(Full full, const Owner& owner) const;
  [[nodiscard]] std::size_t count(const Owner& owner) const;
  static void tell(Full full, const Gate& gate, const Address& cut, std::size_t had);

  std::size_t together_;
  std::size_t taken_ = 0;
  Owners owners_;
  std::map<const Endpoint*, std::size_t> listeners_;  // places of each
  std::int64_t second_ = 0;                           // in which strangers were answered
  int strangers_ = 0;                                 // in it
};

// How many connections all listeners may have together, so that the process keeps a reserve of descriptors
// for itself: a quarter of its limit (64 to 1,024) beside what is open now.
struct Affordable {
  std::size_t connections = 0;
  std::size_t limit = 0;  // RLIMIT_NOFILE
};
[[nodiscard]] Affordable affordable_connections();

}  // namespace ucm::net
