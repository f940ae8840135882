// What has arrived in this turn, decoded, and who waits for an answer to it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/listener.h"
#include "service/senders.h"
#include "wire/splitter.h"

namespace ucm::service {

struct Delivery {
  std::size_t door = 0;              // the listener it came through
  net::Ticket ticket = 0;            // 0: a TCP stream, which is not answered
  std::vector<std::size_t> senders;  // the PBXes it can come from
  wire::Decoded decoded;
};

// Hands the pushes of one listener over to the turn. Bytes are decoded as they arrive; nothing is kept or
// counted here.
class Inbox final : public net::Intake {
 public:
  using Refused = std::function<void(net::Refusal, const net::Address&)>;
  // REQUIRES: `senders` and `arrived` outlive it.
  Inbox(std::size_t door, const Senders& senders, std::size_t record_bytes, std::vector<Delivery>& arrived,
        Refused refused);

  [[nodiscard]] bool knows(const net::Address& sender) override;
  void deliver(net::Ticket ticket, const net::Address& sender, std::string body) override;
  [[nodiscard]] std::unique_ptr<net::Stream> open(const net::Address& sender) override;
  void refused(net::Refusal refusal, const net::Address& sender) override;

 private:
  class Connection;
  std::size_t door_;
  const Senders& senders_;
  std::size_t record_bytes_;
  std::vector<Delivery>& arrived_;
  Refused refused_;
};

}  // namespace ucm::service
