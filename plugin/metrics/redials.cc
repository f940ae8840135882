#include "metrics/redials.h"

#include <algorithm>
#include <functional>
#include <string>

namespace ucm::metrics {

CallPair call_pair(std::string_view salt, std::string_view src, std::string_view dst) {
  if (src.empty() || dst.empty()) return std::nullopt;
  constexpr char kBetween = '\0';
  std::string all;
  all.reserve(salt.size() + src.size() + dst.size() + 2);
  all.append(salt).push_back(kBetween);
  all.append(src).push_back(kBetween);
  all.append(dst);
  return std::hash<std::string>{}(all);
}

bool Redials::again(const CallPair& pair, std::int64_t began_s, std::int64_t within_s) const {
  if (!pair) return false;
  const auto found = pairs_.find(*pair);
  if (found == pairs_.end()) return false;
  const std::int64_t since_s = began_s - found->second.ended_s;
  return since_s >= 0 && since_s <= within_s;
}

void Redials::note(const CallPair& pair, std::int64_t ended_s) {
  if (!pair) return;
  const auto [at, added] = pairs_.try_emplace(*pair, Noted{ended_s, order_.end()});
  if (added) {
    at->second.place = order_.insert(order_.end(), *pair);
  } else {
    at->second.ended_s = std::max(at->second.ended_s, ended_s);
    order_.splice(order_.end(), order_, at->second.place);
  }
  if (pairs_.size() <= kMost) return;
  pairs_.erase(order_.front());
  order_.pop_front();
}

void Redials::merge(const Redials& later) {
  for (const std::size_t pair : later.order_) note(pair, later.pairs_.at(pair).ended_s);
}

void Redials::clear() {
  pairs_.clear();
  order_.clear();
}

}  // namespace ucm::metrics
