// What has arrived and is not kept yet. The turn takes from it a little at a time, of each sender in
// rotation, so that nobody waits for somebody who sends much.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/address.h"
#include "net/listener.h"
#include "wire/splitter.h"

namespace ucm::service {

// Of one body, or of what was read of a stream at once. A UCM pushes one record at a time.
inline constexpr std::size_t kMostRecords = 2'000;
inline constexpr std::size_t kMostRejected = 100;

struct Delivery {
  net::Address from = {};
  std::size_t door = 0;                   // the listener it came through
  net::Ticket ticket = 0;                 // 0: a TCP stream, which is not answered
  std::vector<std::size_t> senders = {};  // the PBXes it can come from
  std::string body = {};                  // not decoded yet
  wire::Decoded decoded = {};
  std::size_t kept = 0;                    // legs of it that the disk has
  std::size_t next = 0;                    // and this turn
  std::optional<net::Reply> refused = {};  // why nothing of it is taken
};

class Backlog {
 public:
  void add(const net::Address& from, Delivery delivery);

  // Runs `keep` with one delivery after the other, the next of each sender in rotation, until nothing is
  // left, it fails, or `goes_on` is false. `keep` takes some of a delivery; true when that was the last of
  // it.
  using Keep = std::function<Result<bool>(Delivery& delivery)>;
  [[nodiscard]] Result<void> work(const Keep& keep, const std::function<bool()>& goes_on);

  // The turn is on disk: those that it has finished, to be answered.
  [[nodiscard]] std::vector<Delivery> kept();
  // The turn is lost. What came over TCP waits for another; the others are given back, to be told so.
  [[nodiscard]] std::vector<Delivery> lost();

  [[nodiscard]] bool empty() const noexcept { return senders_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept;
  // Whether more may be read of a stream of this sender, which nobody has to be told. Whoever has nothing
  // waiting may.
  [[nodiscard]] bool has_room(const net::Address& from) const noexcept;

 private:
  struct Sender {
    net::Address from;
    std::deque<Delivery> waiting;
  };
  static constexpr std::size_t kMostBytes = 16UL * 1024 * 1024;  // that wait, about
  [[nodiscard]] static std::size_t size_of(const Delivery& delivery) noexcept;

  std::list<Sender> senders_;                            // those with something; the first is the next
  std::vector<std::pair<net::Address, Delivery>> done_;  // in this turn
  std::size_t bytes_ = 0;                                // in `senders_` and `done_`, in memory
};

}  // namespace ucm::service
