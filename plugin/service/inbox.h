// What a listener hands over, made to deliveries for the backlog.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/listener.h"
#include "service/backlog.h"
#include "service/senders.h"
#include "wire/splitter.h"

namespace ucm::service {

// Hands the pushes of one listener over to the turn. Bytes of a stream are decoded as they arrive; nothing is
// kept or counted here.
class Inbox final : public net::Intake {
 public:
  using Refused = std::function<void(net::Refusal, const net::Address&)>;
  // REQUIRES: `senders` and `backlog` outlive it.
  Inbox(std::size_t door, const Senders& senders, std::size_t record_bytes, Backlog& backlog,
        Refused refused);

  [[nodiscard]] bool knows(const net::Address& sender) override;
  void deliver(net::Ticket ticket, const net::Address& sender, std::string body) override;
  [[nodiscard]] std::unique_ptr<net::Stream> open(const net::Address& sender) override;
  [[nodiscard]] bool has_room(const net::Address& sender) override { return backlog_.has_room(sender); }
  void refused(net::Refusal refusal, const net::Address& sender) override;

 private:
  class Connection;
  std::size_t door_;
  const Senders& senders_;
  std::size_t record_bytes_;
  Backlog& backlog_;
  Refused refused_;
};

}  // namespace ucm::service
