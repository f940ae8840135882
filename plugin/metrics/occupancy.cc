#include "metrics/occupancy.h"

#include <algorithm>

#include "base/spans.h"

namespace ucm::metrics {

namespace {

// Runs `visit(from, until, lines)` for each stretch of [from, until) with the same number of lines, the
// latest first: after the last change none is occupied, and what is asked for is mostly recent.
template <class Visit>
void each_stretch(const std::map<std::int64_t, std::int64_t>& changes, std::int64_t from_s,
                  std::int64_t until_s, Visit visit) {
  std::int64_t lines = 0;
  for (auto at = changes.rbegin(); at != changes.rend() && from_s < until_s; ++at) {
    const auto [moment_s, change] = *at;
    if (moment_s < until_s) {
      const std::int64_t since_s = std::max(moment_s, from_s);
      visit(since_s, until_s, lines);
      until_s = since_s;
    }
    lines -= change;
  }
  if (from_s < until_s) visit(from_s, until_s, lines);
}

}  // namespace

void Occupancy::change(std::int64_t from_s, std::int64_t until_s, std::int64_t lines) {
  from_s = std::max(from_s, edge_s_);
  if (until_s <= from_s) return;
  if (from_s > edge_s_ && (changes_[from_s] += lines) == 0) changes_.erase(from_s);
  if ((changes_[until_s] -= lines) == 0) changes_.erase(until_s);
}

std::int64_t Occupancy::add(std::int64_t from_s, std::int64_t until_s, std::int64_t lines,
                            std::int64_t capacity) {
  std::int64_t newly_busy_s = 0;
  if (capacity > 0) {
    each_stretch(changes_, std::max(from_s, edge_s_), until_s,
                 [&](std::int64_t since_s, std::int64_t to_s, std::int64_t before) {
                   if (before < capacity && before + lines >= capacity) newly_busy_s += to_s - since_s;
                 });
  }
  change(from_s, until_s, lines);
  return newly_busy_s;
}

void Occupancy::remove(std::int64_t from_s, std::int64_t until_s, std::int64_t lines) {
  change(from_s, until_s, -lines);
}

Occupancy::Load Occupancy::within(std::int64_t from_s, std::int64_t until_s) const {
  Load load;
  each_stretch(changes_, std::max(from_s, edge_s_), until_s,
               [&](std::int64_t since_s, std::int64_t to_s, std::int64_t lines) {
                 load.peak = std::max(load.peak, lines);
                 load.occupied_s += lines * (to_s - since_s);
               });
  return load;
}

void Occupancy::turn_to(std::int64_t now_s) {
  const std::int64_t edge_s = now_s - horizon_s_;
  if (now_s + kHour < latest_s_) {
    changes_.clear();
    edge_s_ = edge_s;
  }
  latest_s_ = now_s;
  if (edge_s <= edge_s_) return;
  edge_s_ = edge_s;
  changes_.erase(changes_.begin(), changes_.upper_bound(edge_s_));
}

}  // namespace ucm::metrics
