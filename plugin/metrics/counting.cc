// What a leg, a call and a late leg move.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "metrics/book.h"

namespace ucm::metrics {

namespace {

constexpr std::array<Metric, kOutcomes> kByOutcome{Metric::answered, Metric::voicemail, Metric::ivr,
                                                   Metric::busy,     Metric::no_answer, Metric::failed,
                                                   Metric::other};
constexpr std::array<Metric, 5> kByDisposition{Metric::leg_answered, Metric::leg_no_answer, Metric::leg_busy,
                                               Metric::leg_failed, Metric::leg_other};

struct Bucket {
  std::int64_t most_s;
  Metric metric;
};
constexpr std::array kTalkBuckets{Bucket{10, Metric::talk_le_10},     Bucket{30, Metric::talk_le_30},
                                  Bucket{60, Metric::talk_le_60},     Bucket{120, Metric::talk_le_120},
                                  Bucket{300, Metric::talk_le_300},   Bucket{600, Metric::talk_le_600},
                                  Bucket{1800, Metric::talk_le_1800}, Bucket{3600, Metric::talk_le_3600}};
constexpr std::array kWaitBuckets{Bucket{5, Metric::wait_le_5},    Bucket{10, Metric::wait_le_10},
                                  Bucket{20, Metric::wait_le_20},  Bucket{30, Metric::wait_le_30},
                                  Bucket{60, Metric::wait_le_60},  Bucket{120, Metric::wait_le_120},
                                  Bucket{300, Metric::wait_le_300}};

template <class Table, class Enum>
Metric chosen(const Table& table, Enum which) {
  return table.at(static_cast<std::size_t>(which));
}

template <class Buckets>
void distribute(Tally& tally, const Buckets& buckets, Metric all, std::int64_t seconds) {
  for (const Bucket& bucket : buckets) {
    if (seconds <= bucket.most_s) tally.add(bucket.metric, 1);
  }
  tally.add(all, 1);
}

// Of what reached its destination, answered or not.
bool effective(Outcome outcome) noexcept {
  return outcome != Outcome::failed && outcome != Outcome::other;
}

CallSums call_sums(const Call& call, const CountedAs& as) noexcept {
  CallSums sums;
  sums.attempts = 1;
  sums.effective = effective(as.outcome) ? 1 : 0;
  sums.redials = as.redial ? 1 : 0;
  if (as.outcome != Outcome::answered) return sums;
  sums.answered = 1;
  sums.short_calls = as.short_call ? 1 : 0;
  sums.talk_s = call.talk_s;
  sums.wait_s = as.wait_s;
  return sums;
}

// A channel's own name for an extension: no trunk ("trunk_3"), no analogue port ("o1"), and nothing so long
// that it must be a telephone number.
bool is_extension(std::string_view name) noexcept {
  constexpr std::size_t kLongest = 10;
  return !name.empty() && name.size() <= kLongest && !starts_with_ignoring_case(name, "trunk_") &&
         std::any_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         !(name.front() == 'o' && name.size() <= 3);
}

bool is_trunk(std::string_view scope) noexcept {
  return scope.starts_with("trunk-");
}

std::int64_t occupied_s(const std::string& scope, const Call& call) {
  if (!is_trunk(scope)) return call.elapsed_s;
  std::int64_t seconds = 0;
  for (const Seizure& seizure : call.seizures) {
    if (seizure.scope == scope) seconds += seizure.occupied_s();
  }
  return seconds;
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

CountedAs Book::judge(const Call& call, std::int64_t now_s) const {
  CountedAs as;
  as.outcome = outcome_of(call);
  as.talk_s = call.talk_s;
  if (as.outcome == Outcome::answered) {
    as.wait_s = wait_s(call);
    as.short_call = call.talk_s < settings_.short_call_s;
  }
  const auto start = local_seconds(call.start);
  as.began_s = now_s - call.elapsed_s;
  if (start && utc_offset_s_) as.began_s = *start - *utc_offset_s_;
  if (call.epoch_s) as.began_s = *call.epoch_s;
  as.redial = redials_.again(call.src, call.dst, as.began_s, settings_.redial_within_s) ||
              unkept_.dialled.again(call.src, call.dst, as.began_s, settings_.redial_within_s);
  return as;
}

// What of `after` was not occupied in `before`, which may be no call at all.
std::vector<Book::Occupied> Book::stretches(const std::string& scope, const Call* before, const Call& after,
                                            const CountedAs& as) {
  std::vector<Occupied> found;
  const auto add = [&](std::int64_t from_s, std::int64_t until_s, std::int64_t lines) {
    if (until_s > from_s) found.push_back({scope, from_s, until_s, lines});
  };
  if (!is_trunk(scope)) {
    add(as.began_s + (before == nullptr ? 0 : before->elapsed_s), as.began_s + after.elapsed_s, 1);
    return found;
  }
  const auto start = local_seconds((before == nullptr ? after : *before).start);
  const std::int64_t to_utc_s = start ? as.began_s - *start : 0;
  for (std::size_t i = 0; i < after.trunks.size(); ++i) {
    const Seizure& seizure = after.seizures[i];
    if (!seizure.from_s || seizure.scope != scope) continue;
    const std::int64_t from_s = *seizure.from_s + to_utc_s;
    const std::int64_t until_s = seizure.until_s + to_utc_s;
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

void Book::count_traffic(const std::string& name, const Call* before, const Call& after, const CountedAs& as,
                         std::int64_t now_s) {
  Scope& scope = scopes_.find(name)->second;
  if (!scope.traffic) return;
  if (before == nullptr) {
    scope.traffic->attempts.add(as.began_s, now_s);
    unkept_.begun.push_back({name, as.began_s, now_s});
  }
  scope.traffic->occupancy.turn_to(now_s);
  for (Occupied& one : stretches(name, before, after, as)) {
    const std::int64_t busy_s =
        scope.traffic->occupancy.add(one.from_s, one.until_s, one.lines, scope.capacity);
    if (busy_s > 0) scope.of(Group::capacity)->add(Metric::all_busy, busy_s * 1000);
    unkept_.occupied.push_back(std::move(one));
  }
}

void Book::recall(const Call& call, const CountedAs& as, const std::vector<std::string>& scopes,
                  std::int64_t now_s) {
  const std::int64_t ended_s = as.began_s + call.elapsed_s;
  for (const std::string& name : scopes) {
    const auto found = scopes_.find(name);
    if (found == scopes_.end()) continue;
    Scope& scope = found->second;
    scope.hour.add(ended_s, call_sums(call, as), now_s);
    if (!scope.traffic) continue;
    scope.traffic->attempts.add(as.began_s, now_s);
    for (const Occupied& one : stretches(name, nullptr, call, as)) {
      scope.traffic->occupancy.add(one.from_s, one.until_s, one.lines, 0);
    }
  }
  for (std::size_t i = 0; i < call.queues.size(); ++i) {
    const auto found = scopes_.find(call.stays[i].scope);
    if (found != scopes_.end()) found->second.hour.add(ended_s, sums_of(call.stays[i]), now_s);
  }
  redials_.note(call.src, call.dst, ended_s);
}

void Book::count_in(const std::string& name, const Call& call, const CountedAs& as, std::int64_t now_s) {
  Scope& scope = touch(name);
  Tally& calls = scope.tallies.front();
  const CallSums sums = call_sums(call, as);
  calls.add(chosen(kByOutcome, as.outcome), 1);
  calls.add(Metric::attempts, 1);
  calls.add(Metric::effective, sums.effective);
  calls.add(Metric::redials, sums.redials);
  calls.add(Metric::short_calls, sums.short_calls);
  calls.add(Metric::talk, call.talk_s * 1000);
  calls.add(Metric::wait, sums.wait_s * 1000);
  calls.add(Metric::occupied, occupied_s(name, call) * 1000);
  unkept_.ended.push_back({name, as.began_s + call.elapsed_s, now_s, sums});
  count_traffic(name, nullptr, call, as, now_s);
  if (as.outcome != Outcome::answered) return;
  scope.talk.pending.add(call.talk_s);
  scope.wait.pending.add(as.wait_s);
  if (Tally* histogram = scope.of(Group::histogram)) {
    distribute(*histogram, kTalkBuckets, Metric::talk_le_inf, as.talk_s);
    distribute(*histogram, kWaitBuckets, Metric::wait_le_inf, as.wait_s);
  }
}

std::vector<std::string> Book::count_leg(const Leg& leg, std::int64_t arrived_s) {
  legs_.add(chosen(kByDisposition, disposition_of(leg.disposition)), 1);
  legs_.add(Metric::leg_talk, leg.billsec * 1000);
  note_lateness(leg, arrived_s);
  std::vector<std::string> scopes;
  if (!settings_.kinds.at(static_cast<std::size_t>(ScopeKind::extension))) return scopes;

  Call alone;
  fold(alone, leg);
  CountedAs as = judge(alone, arrived_s);
  as.redial = false;  // that a phone rings twice within a call is no second call
  for (const std::string& extension : {leg.channel_ext, leg.dstchannel_ext}) {
    std::string scope = is_extension(extension) ? scope_for(ScopeKind::extension, extension) : "";
    if (scope.empty() || holds(scopes, scope)) continue;
    count_in(scope, alone, as, arrived_s);
    scopes.push_back(std::move(scope));
  }
  return scopes;
}

CallSums Book::sums_of(const QueueStay& stay) const {
  CallSums sums;
  if (!stay.counted) return sums;
  const bool in_time = stay.counted_wait_s <= settings_.service_level_s;
  switch (*stay.counted) {
    case QueueFate::answered:
      sums.queue_answered = 1;
      sums.answered_in_time = in_time ? 1 : 0;
      break;
    case QueueFate::abandoned:
      sums.queue_abandoned = 1;
      sums.abandoned_in_time = in_time ? 1 : 0;
      sums.abandoned_short = stay.counted_wait_s < settings_.short_abandon_s ? 1 : 0;
      break;
    case QueueFate::overflowed:
      break;
  }
  return sums;
}

void Book::count_stays(Call& call, const CountedAs& as, std::int64_t now_s) {
  for (std::size_t i = 0; i < call.queues.size(); ++i) {
    QueueStay& stay = call.stays[i];
    if (stay.counted) continue;
    stay.counted = fate_in(call, i);
    stay.counted_wait_s = stay.wait_s();
    stay.scope = scope_for(ScopeKind::queue, call.queues[i]);
    const std::string& name = stay.scope;
    if (name.empty()) continue;
    const CallSums sums = sums_of(stay);
    Tally& queue = *touch(name).of(Group::queueing);
    queue.add(Metric::calls_offered, 1);
    queue.add(Metric::calls_answered, sums.queue_answered);
    queue.add(Metric::calls_abandoned, sums.queue_abandoned);
    queue.add(Metric::calls_overflowed, 1 - sums.queue_answered - sums.queue_abandoned);
    queue.add(Metric::calls_answered_in_time, sums.answered_in_time);
    queue.add(Metric::calls_abandoned_in_time, sums.abandoned_in_time);
    queue.add(Metric::calls_abandoned_short, sums.abandoned_short);
    queue.add(Metric::calls_queue_wait, sums.queue_answered * stay.counted_wait_s * 1000);
    unkept_.ended.push_back({name, as.began_s + call.elapsed_s, now_s, sums});
  }
}

std::vector<std::string> Book::count_call(Call& call, const CountedAs& as, std::int64_t now_s) {
  std::vector<std::string> scopes = scopes_counted(call);
  for (const std::string& scope : scopes) count_in(scope, call, as, now_s);
  count_stays(call, as, now_s);
  unkept_.dialled.note(call.src, call.dst, as.began_s + call.elapsed_s);
  return scopes;
}

std::vector<std::string> Book::amend_call(const Call& before, Call& after, const CountedAs& as,
                                          std::vector<std::string> had, std::int64_t now_s) {
  for (std::size_t i = 0; i < after.trunks.size(); ++i) {
    const bool known = before.seizure_of(after.trunks[i]) != nullptr;
    if (!known) after.seizures[i].scope = scope_for(ScopeKind::trunk, after.trunks[i]);
  }
  for (const std::string& scope : had) {
    if (!scopes_.contains(scope)) continue;  // of settings that held no longer
    Tally& calls = touch(scope).tallies.front();
    calls.add(Metric::talk, (after.talk_s - before.talk_s) * 1000);
    calls.add(Metric::occupied, (occupied_s(scope, after) - occupied_s(scope, before)) * 1000);
    count_traffic(scope, &before, after, as, now_s);
  }
  for (std::string& scope : scopes_new_to(before, after)) {
    if (scope.empty() || holds(had, scope)) continue;
    count_in(scope, after, as, now_s);
    had.push_back(std::move(scope));
  }
  count_stays(after, as, now_s);
  self_.add(Metric::calls_amended, 1);
  return had;
}

}  // namespace ucm::metrics
