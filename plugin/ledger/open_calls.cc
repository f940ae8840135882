#include "ledger/open_calls.h"

#include "base/text.h"

namespace ucm::ledger {

std::string OpenCalls::key(std::size_t pbx, const std::string& session) {
  return text("{} {}", pbx, session);
}

OpenCall* OpenCalls::find(std::size_t pbx, const std::string& session) {
  const auto found = by_session_.find(key(pbx, session));
  return found == by_session_.end() ? nullptr : &*found->second;
}

OpenCall& OpenCalls::open(std::size_t pbx, const std::string& session, std::int64_t leg_id) {
  OpenCall& opened = order_.emplace_back();
  opened.pbx = pbx;
  opened.call.session = session;
  opened.first_leg_id = leg_id;
  by_session_.emplace(key(pbx, session), std::prev(order_.end()));
  first_leg_ids_.insert(leg_id);
  ++sizes_[pbx];
  return opened;
}

void OpenCalls::touch(OpenCall& call, std::int64_t now_ms) {
  call.touched_ms = now_ms;
  const auto stands = by_session_.find(key(call.pbx, call.call.session))->second;
  order_.splice(order_.end(), order_, stands);
}

OpenCall* OpenCalls::next() noexcept {
  return order_.empty() ? nullptr : &order_.front();
}

void OpenCalls::close_next() {
  const OpenCall& closed = order_.front();
  by_session_.erase(key(closed.pbx, closed.call.session));
  first_leg_ids_.erase(closed.first_leg_id);
  --sizes_[closed.pbx];
  order_.pop_front();
}

void OpenCalls::clear() {
  order_.clear();
  by_session_.clear();
  first_leg_ids_.clear();
  sizes_.clear();
}

std::int64_t OpenCalls::size_of(std::size_t pbx) const {
  const auto found = sizes_.find(pbx);
  return found == sizes_.end() ? 0 : found->second;
}

std::int64_t OpenCalls::first_leg_id(std::int64_t none) const noexcept {
  return first_leg_ids_.empty() ? none : *first_leg_ids_.begin();
}

}  // namespace ucm::ledger
