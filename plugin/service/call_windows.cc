#include "service/call_windows.h"

#include <algorithm>
#include <functional>

#include "base/spans.h"

namespace ucm::service {

namespace {}  // namespace

// The caller who has been quiet longest makes room.
void CallWindows::make_room() {
  if (begins_.size() < kMostKeys) return;
  const auto quietest = std::ranges::min_element(begins_, std::ranges::less(),
                                                 [](const auto& entry) { return entry.second.back().at_s; });
  begins_.erase(quietest);
}

CallWindows::Fullest CallWindows::add(std::string_view key, std::int64_t began_s, std::int64_t now_s) {
  auto entry = begins_.find(key);
  if (entry == begins_.end()) {
    make_room();
    entry = begins_.emplace(std::string(key), Begins()).first;
  }
  Begins& begins = entry->second;
  const std::int64_t oldest_s = std::min(began_s, now_s - kDay - span_s_);
  begins.erase(begins.begin(), std::ranges::lower_bound(begins, oldest_s, std::ranges::less(), &Begin::at_s));
  if (begins.size() >= kMostCalls) begins.erase(begins.begin());
  begins.insert(std::ranges::upper_bound(begins, began_s, std::ranges::less(), &Begin::at_s), {began_s});

  Fullest fullest;
  std::size_t end = 0;
  for (std::size_t first = 0; first < begins.size() && begins[first].at_s <= began_s; ++first) {
    if (begins[first].at_s + span_s_ < began_s) continue;
    while (end < begins.size() && begins[end].at_s <= begins[first].at_s + span_s_) ++end;
    const auto calls = static_cast<std::int64_t>(end - first);
    if (calls <= fullest.calls) continue;
    const auto part = begins.begin() + static_cast<Begins::difference_type>(first);
    fullest = {calls, begins[end - 1].at_s,
               std::any_of(part, part + calls, [](const Begin& begin) { return begin.told; })};
  }
  return fullest;
}

std::int64_t CallWindows::below_from_s(std::string_view key, std::int64_t threshold) const {
  const Begins& begins = begins_.find(key)->second;
  return begins[begins.size() - static_cast<std::size_t>(threshold)].at_s + span_s_ + 1;
}

void CallWindows::mark_told(std::string_view key, std::int64_t last_s) {
  const auto entry = begins_.find(key);
  if (entry == begins_.end()) return;
  for (Begin& begin : entry->second)
    begin.told = begin.told || (begin.at_s <= last_s && begin.at_s + span_s_ >= last_s);
}

}  // namespace ucm::service
