#include "ledger/open_calls.h"

#include <utility>

namespace ucm::ledger {

OpenCall* OpenCalls::find(std::size_t pbx, const std::string& session) {
  const auto found = by_session_.find({pbx, session});
  return found == by_session_.end() ? nullptr : &*found->second;
}

OpenCall& OpenCalls::open(std::size_t pbx, const std::string& session, std::int64_t leg_id) {
  OpenCall& opened = order_.emplace_back();
  opened.pbx = pbx;
  opened.call.session = session;
  opened.first_leg_id = first_leg_ids_.insert(first_leg_ids_.end(), leg_id);
  by_session_.emplace(key_of(opened), std::prev(order_.end()));
  ++sizes_[pbx];
  return opened;
}

void OpenCalls::touch(OpenCall& call, std::int64_t now_ms) {
  call.touched_ms = now_ms;
  order_.splice(order_.end(), order_, by_session_.find(key_of(call))->second);
}

OpenCall* OpenCalls::next() noexcept {
  return order_.empty() ? nullptr : &order_.front();
}

Call OpenCalls::close_next() {
  OpenCall& closed = order_.front();
  by_session_.erase(key_of(closed));  // while it has its session
  first_leg_ids_.erase(closed.first_leg_id);
  --sizes_[closed.pbx];
  Call call = std::move(closed.call);
  order_.pop_front();
  return call;
}

void OpenCalls::clear() {
  by_session_.clear();
  order_.clear();
  first_leg_ids_.clear();
  sizes_.clear();
}

std::int64_t OpenCalls::size_of(std::size_t pbx) const {
  const auto found = sizes_.find(pbx);
  return found == sizes_.end() ? 0 : found->second;
}

std::int64_t OpenCalls::first_leg_id(std::int64_t none) const noexcept {
  return first_leg_ids_.empty() ? none : first_leg_ids_.front();
}

}  // namespace ucm::ledger
