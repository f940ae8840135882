#include "service/inbox.h"

#include <utility>

namespace ucm::service {

namespace {

bool nothing_in(const wire::Decoded& decoded) noexcept {
  return decoded.legs.empty() && decoded.rejected.empty();
}

}  // namespace

class Inbox::Connection final : public net::Stream {
 public:
  Connection(Inbox& inbox, std::vector<std::size_t> senders)
      : inbox_(inbox), senders_(std::move(senders)), splitter_(inbox.record_bytes_) {}

  void bytes(std::string_view more) override {
    wire::Decoded decoded;
    splitter_.feed(more, decoded);
    hand_over(std::move(decoded));
  }
  void closed() override {
    wire::Decoded decoded;
    splitter_.finish(decoded);
    hand_over(std::move(decoded));
  }
  [[nodiscard]] bool inside_document() const override { return splitter_.buffered() > 0; }

 private:
  void hand_over(wire::Decoded decoded) {
    if (!nothing_in(decoded)) inbox_.arrived_.push_back({inbox_.door_, 0, senders_, std::move(decoded)});
  }
  Inbox& inbox_;
  std::vector<std::size_t> senders_;
  wire::Splitter splitter_;
};

Inbox::Inbox(std::size_t door, const Senders& senders, std::size_t record_bytes,
             std::vector<Delivery>& arrived, Refused refused)
    : door_(door),
      senders_(senders),
      record_bytes_(record_bytes),
      arrived_(arrived),
      refused_(std::move(refused)) {}

bool Inbox::knows(const net::Address& sender) {
  return !senders_.behind(sender).empty();
}

void Inbox::deliver(net::Ticket ticket, const net::Address& sender, std::string body) {
  // What the listener let through is a whole body: its own limit was the listener's.
  arrived_.push_back({door_, ticket, senders_.behind(sender), wire::decode_all(body, body.size())});
}

std::unique_ptr<net::Stream> Inbox::open(const net::Address& sender) {
  return std::make_unique<Connection>(*this, senders_.behind(sender));
}

void Inbox::refused(net::Refusal refusal, const net::Address& sender) {
  refused_(refusal, sender);
}

}  // namespace ucm::service
