#include "service/backlog.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ucm::service {

// A leg is thirty short texts, and few of them are long.
std::size_t Backlog::size_of(const Delivery& delivery) noexcept {
  std::size_t size = delivery.body.size() + delivery.decoded.legs.size() * sizeof(Leg);
  for (const Leg& leg : delivery.decoded.legs) {
    size += leg.lastdata.size() + leg.session.size() + leg.clid.size() + leg.userfield.size();
  }
  for (const wire::Rejected& rejected : delivery.decoded.rejected) {
    size += sizeof rejected + rejected.bytes.size();
  }
  return size;
}

bool Backlog::has_room(const net::Address& from) const noexcept {
  if (bytes_ < kMostBytes) return true;
  return std::none_of(senders_.begin(), senders_.end(), [&](const Sender& one) { return one.from == from; });
}

void Backlog::add(const net::Address& from, Delivery delivery) {
  bytes_ += size_of(delivery);
  const auto known =
      std::find_if(senders_.begin(), senders_.end(), [&](const Sender& one) { return one.from == from; });
  delivery.from = from;
  Sender& sender = known == senders_.end() ? senders_.emplace_back(Sender{from, {}}) : *known;
  sender.waiting.push_back(std::move(delivery));
}

Result<void> Backlog::work(const Keep& keep, const std::function<bool()>& goes_on) {
  while (!senders_.empty() && goes_on()) {
    Delivery& first = senders_.front().waiting.front();
    const std::size_t before = size_of(first);
    const Result<bool> finished = keep(first);
    bytes_ = bytes_ + size_of(first) - before;
    if (!finished) return finished.error();
    Sender& sender = senders_.front();
    if (finished.value()) {
      done_.emplace_back(sender.from, std::move(first));
      sender.waiting.pop_front();
    }
    if (sender.waiting.empty()) {
      senders_.pop_front();
    } else {
      senders_.splice(senders_.end(), senders_, senders_.begin());
    }
  }
  return {};
}

std::vector<Delivery> Backlog::kept() {
  std::vector<Delivery> finished;
  finished.reserve(done_.size());
  for (auto& [from, delivery] : done_) {
    bytes_ -= size_of(delivery);
    finished.push_back(std::move(delivery));
  }
  done_.clear();
  for (Sender& sender : senders_) {
    for (Delivery& delivery : sender.waiting) delivery.kept = delivery.next;
  }
  return finished;
}

std::vector<Delivery> Backlog::lost() {
  std::vector<Delivery> given_back;
  std::list<Sender> waiting = std::exchange(senders_, {});
  auto done = std::exchange(done_, {});
  bytes_ = 0;
  const auto undo = [&](const net::Address& from, Delivery delivery) {
    delivery.next = delivery.kept;
    if (delivery.ticket == 0) return add(from, std::move(delivery));
    given_back.push_back(std::move(delivery));
  };
  for (auto& [from, delivery] : done) undo(from, std::move(delivery));
  for (Sender& sender : waiting) {
    for (Delivery& delivery : sender.waiting) undo(sender.from, std::move(delivery));
  }
  return given_back;
}

std::size_t Backlog::size() const noexcept {
  std::size_t all = done_.size();
  for (const Sender& sender : senders_) all += sender.waiting.size();
  return all;
}

}  // namespace ucm::service
