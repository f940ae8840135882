// When a call occupied what, and what that moves.
#include "metrics/book.h"

namespace ucm::metrics {

std::int64_t Book::occupied_s(const Scope& scope, const Belonging& to, const Call& call) {
  if (!scope.is_trunk) return call.elapsed_s;
  std::int64_t seconds = 0;
  for (std::size_t i = 0; i < call.trunks.size(); ++i) {
    if (to.trunks[i] == &scope) seconds += call.seizures[i].occupied_s();
  }
  return seconds;
}

// What of `after` was not occupied in `before`, which may be no call at all.
std::vector<Book::Occupied> Book::stretches(Scope& scope, const Belonging& to, const Call* before,
                                            const Call& after, const CountedAs& as) {
  std::vector<Occupied> found;
  const auto add = [&](std::int64_t from_s, std::int64_t until_s, std::int64_t lines) {
    if (until_s > from_s) found.push_back({&scope, from_s, until_s, lines});
  };
  if (!scope.is_trunk) {
    add(as.began_s + (before == nullptr ? 0 : before->elapsed_s), as.began_s + after.elapsed_s, 1);
    return found;
  }
  const auto start = local_seconds((before == nullptr ? after : *before).start);
  const std::int64_t to_utc_s = start ? as.began_s - *start : 0;
  for (std::size_t i = 0; i < after.trunks.size(); ++i) {
    const Seizure& seizure = after.seizures[i];
    if (to.trunks[i] != &scope) continue;
    const std::int64_t from_s = seizure.from_s ? *seizure.from_s + to_utc_s : as.began_s;
    const std::int64_t until_s = seizure.until_s + (seizure.from_s ? to_utc_s : as.began_s);
    const Seizure* known = before == nullptr ? nullptr : before->seizure_of(after.trunks[i]);
    if (known == nullptr || !known->from_s) {
      add(from_s, until_s, seizure.lines);
    } else {
      add(from_s, *known->from_s + to_utc_s, seizure.lines);
      add(known->until_s + to_utc_s, until_s, seizure.lines);
    }
  }
  return found;
}

void Book::count_traffic(Scope& scope, const Belonging& to, const Call* before, const Call& after,
                         const CountedAs& as, std::int64_t now_s) {
  if (!scope.traffic) return;
  if (before == nullptr) {
    scope.traffic->attempts.add(as.began_s, now_s);
    unkept_.begun.push_back({&scope, as.began_s, now_s});
  }
  scope.traffic->occupancy.turn_to(now_s);
  for (const Occupied& one : stretches(scope, to, before, after, as)) {
    const std::int64_t busy_s =
        scope.traffic->occupancy.add(one.from_s, one.until_s, one.lines, scope.capacity);
    if (busy_s > 0) scope.of(Group::capacity)->add(Metric::all_busy, busy_s * 1000);
    unkept_.occupied.push_back(one);
  }
}

}  // namespace ucm::metrics
