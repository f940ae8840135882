#include "metrics/redials.h"

#include <algorithm>

namespace ucm::metrics {

namespace {

std::string pair_of(std::string_view src, std::string_view dst) {
  constexpr char kBetween = '\x1f';  // below every character of a number
  std::string pair(src);
  pair += kBetween;
  pair += dst;
  return pair;
}

}  // namespace

bool Redials::again(std::string_view src, std::string_view dst, std::int64_t began_s,
                    std::int64_t within_s) const {
  if (src.empty() || dst.empty()) return false;
  const auto found = ended_s_.find(pair_of(src, dst));
  if (found == ended_s_.end()) return false;
  const std::int64_t since_s = began_s - found->second;
  return since_s >= 0 && since_s <= within_s;
}

void Redials::note(std::string_view src, std::string_view dst, std::int64_t ended_s) {
  if (!src.empty() && !dst.empty()) note_pair(pair_of(src, dst), ended_s);
}

void Redials::note_pair(const std::string& pair, std::int64_t ended_s) {
  const auto [at, added] = ended_s_.try_emplace(pair, ended_s);
  at->second = std::max(at->second, ended_s);
  if (!added) return;
  order_.push_back(pair);
  if (order_.size() <= kMost) return;
  ended_s_.erase(order_.front());
  order_.pop_front();
}

void Redials::merge(const Redials& later) {
  for (const std::string& pair : later.order_) note_pair(pair, later.ended_s_.find(pair)->second);
}

void Redials::clear() {
  ended_s_.clear();
  order_.clear();
}

}  // namespace ucm::metrics
