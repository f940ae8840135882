#include "service/inbox.h"

#include <utility>

#include "base/text.h"

namespace ucm::service {

namespace {

bool nothing_in(const wire::Decoded& decoded) noexcept {
  return decoded.legs.empty() && decoded.rejected.empty();
}

// Lines of rubbish are one record for the quarantine, not one each.
void join_rejected(wire::Decoded& decoded) {
  std::vector<wire::Rejected>& rejected = decoded.rejected;
  if (rejected.size() <= kMostRejected) return;
  wire::Rejected& last = rejected[kMostRejected - 1];
  for (std::size_t i = kMostRejected; i < rejected.size(); ++i)
    last.bytes.append(1, '\n').append(rejected[i].bytes);
  last.detail = text("{} pieces in a row that are no records", rejected.size() - kMostRejected + 1);
  rejected.resize(kMostRejected);
}

}  // namespace

class Inbox::Connection final : public net::Stream {
 public:
  Connection(Inbox& inbox, const net::Address& from)
      : inbox_(inbox), from_(from), senders_(inbox.senders_.behind(from)), splitter_(inbox.record_bytes_) {}

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
    if (nothing_in(decoded)) return;
    join_rejected(decoded);
    inbox_.backlog_.add(
        from_, {.door = inbox_.door_, .senders = senders_, .body = {}, .decoded = std::move(decoded)});
  }
  Inbox& inbox_;
  net::Address from_;
  std::vector<std::size_t> senders_;
  wire::Splitter splitter_;
};

Inbox::Inbox(std::size_t door, const Senders& senders, std::size_t record_bytes, Backlog& backlog,
             Refused refused)
    : door_(door),
      senders_(senders),
      record_bytes_(record_bytes),
      backlog_(backlog),
      refused_(std::move(refused)) {}

bool Inbox::knows(const net::Address& sender) {
  return !senders_.behind(sender).empty();
}

void Inbox::deliver(net::Ticket ticket, const net::Address& sender, std::string body) {
  backlog_.add(
      sender, {.door = door_, .ticket = ticket, .senders = senders_.behind(sender), .body = std::move(body)});
}

std::unique_ptr<net::Stream> Inbox::open(const net::Address& sender) {
  return std::make_unique<Connection>(*this, sender);
}

void Inbox::refused(net::Refusal refusal, const net::Address& sender) {
  refused_(refusal, sender);
}

}  // namespace ucm::service
