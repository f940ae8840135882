// What a leg, a call and a late leg move.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/spans.h"
#include "base/text.h"
#include "metrics/book.h"
#include "model/testimony.h"

namespace ucm::metrics {

namespace {

constexpr std::int64_t kLate_s = 15L * 60;

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

// A channel's own name for an extension: no trunk ("trunk_3"), no analogue port ("o1"), and nothing so long
// that it must be a telephone number.
bool is_extension(std::string_view name) noexcept {
  constexpr std::size_t kLongest = 10;
  return !name.empty() && name.size() <= kLongest && !starts_with_ignoring_case(name, "trunk_") &&
         std::any_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         !(name.front() == 'o' && name.size() <= 3);
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

// By the offset of that time of year, or of this one where no other is known.
std::optional<std::int64_t> Book::utc_of(std::string_view local) const {
  const auto seconds = local_seconds(local);
  const auto near_s = seconds ? offset_at(*seconds) : std::nullopt;
  if (!near_s) return std::nullopt;
  return *seconds - offset_at(*seconds - *near_s).value_or(*near_s);
}

// A call of which the first leg was never seen has a later one for its start, which may seem to testify to
// another zone: what is known of the zone tells.
std::optional<std::int64_t> Book::moment_of(std::string_view start,
                                            std::optional<std::int64_t> epoch_s) const {
  constexpr std::int64_t kSlack_s = 120;  // as a testimony has it
  const auto by_zone_s = utc_of(start);
  if (!epoch_s || !by_zone_s) return epoch_s ? epoch_s : by_zone_s;
  const std::int64_t apart_s = std::abs(*epoch_s - *by_zone_s);
  return apart_s <= kSlack_s || std::abs(apart_s - kHour) <= kSlack_s ? epoch_s : by_zone_s;
}

// A start that is further ahead than any zone says nothing of when the call was: it is in no hour of ours.
bool Book::has_hour(const Call& call, std::int64_t now_s) const {
  const auto moment_s = moment_of(call.start, call.epoch_s);
  return !moment_s || *moment_s <= now_s + kFarthestAhead_s;
}

CountedAs Book::judge(const Call& call, std::int64_t now_s) const {
  CountedAs as;
  as.outcome = outcome_of(call);
  as.talk_s = call.talk_s;
  if (as.outcome == Outcome::answered) {
    as.wait_s = wait_s(call);
    as.short_call = call.talk_s < settings_.short_call_s;
  }
  // What ends later than now ends now: a clock is wrong.
  const std::int64_t latest_s = now_s - call.elapsed_s;
  as.began_s = std::min(moment_of(call.start, call.epoch_s).value_or(latest_s), latest_s);
  const CallPair pair = call_pair(salt_, call.src, call.dst);
  as.redial = redials_.again(pair, as.began_s, settings_.redial_within_s) ||
              unkept_.dialled.again(pair, as.began_s, settings_.redial_within_s);
  return as;
}

void Book::count_in(Scope& scope, const Belonging& to, const Call& call, const CountedAs& as,
                    std::int64_t now_s) {
  touch(scope);
  Tally& calls = scope.tallies.front();
  const CallSums sums = call_sums(call, as);
  calls.add(chosen(kByOutcome, as.outcome), 1);
  calls.add(Metric::attempts, 1);
  calls.add(Metric::effective, sums.effective);
  calls.add(Metric::redials, sums.redials);
  calls.add(Metric::short_calls, sums.short_calls);
  calls.add(Metric::talk, call.talk_s * 1000);
  calls.add(Metric::wait, sums.wait_s * 1000);
  calls.add(Metric::occupied, occupied_s(scope, to, call) * 1000);
  if (has_hour(call, now_s)) {
    unkept_.ended.push_back({&scope, as.began_s + call.elapsed_s, now_s, sums});
    count_traffic(scope, to, nullptr, call, as, now_s);
  }
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
  const CountedAs as = judge_alone(alone, arrived_s);
  for (const std::string& extension : {leg.channel_ext, leg.dstchannel_ext}) {
    Scope* scope = is_extension(extension) ? scope_at(ScopeKind::extension, extension) : nullptr;
    if (scope == nullptr || holds(scopes, scope->name)) continue;
    count_in(*scope, {}, alone, as, arrived_s);
    scopes.push_back(scope->name);
  }
  return scopes;
}

// That a phone rings twice within a call is no second call.
CountedAs Book::judge_alone(const Call& alone, std::int64_t arrived_s) const {
  CountedAs as = judge(alone, arrived_s);
  as.redial = false;
  return as;
}

void Book::note_lateness(const Leg& leg, std::int64_t arrived_s) {
  const auto start = local_seconds(leg.start);
  auto testimony = testimony_of(leg);
  const auto known_s = testimony ? offset_at(testimony->epoch_s) : std::nullopt;
  if (known_s && !testimony->agrees_with(*known_s)) testimony.reset();
  const auto began_s = testimony && start ? *start - testimony->offset_s : utc_of(leg.start);
  if (!began_s) return;
  const std::int64_t late_s = std::max<std::int64_t>(0, arrived_s - (*began_s + leg.duration));
  lateness_.pending.add(late_s);
  if (late_s > kLate_s) self_.add(Metric::legs_late, 1);
}

void Book::count_stays(Call& call, const CountedAs& as, std::int64_t now_s) {
  for (std::size_t i = 0; i < call.queues.size(); ++i) {
    QueueStay& stay = call.stays[i];
    if (stay.counted) continue;
    stay.counted = fate_in(call, i);
    stay.counted_wait_s = stay.wait_s();
    Scope* scope = scope_at(ScopeKind::queue, call.queues[i]);
    if (scope == nullptr) continue;
    stay.scope = scope->name;
    touch(*scope);
    const CallSums sums = sums_of(stay);
    Tally& queue = *scope->of(Group::queueing);
    queue.add(Metric::calls_offered, 1);
    queue.add(Metric::calls_answered, sums.queue_answered);
    queue.add(Metric::calls_abandoned, sums.queue_abandoned);
    queue.add(Metric::calls_overflowed, 1 - sums.queue_answered - sums.queue_abandoned);
    queue.add(Metric::calls_answered_in_time, sums.answered_in_time);
    queue.add(Metric::calls_abandoned_in_time, sums.abandoned_in_time);
    queue.add(Metric::calls_abandoned_short, sums.abandoned_short);
    queue.add(Metric::calls_queue_wait, sums.queue_answered * stay.counted_wait_s * 1000);
    if (has_hour(call, now_s)) unkept_.ended.push_back({scope, as.began_s + call.elapsed_s, now_s, sums});
  }
}

std::vector<std::string> Book::scopes_counted(Call& call) {
  std::vector<std::string> names;
  for (const Scope* scope : belonging(call).scopes) names.push_back(scope->name);
  return names;
}

std::vector<std::string> Book::count_call(Call& call, const CountedAs& as, std::int64_t now_s) {
  const Belonging to = belonging(call);
  std::vector<std::string> names;
  names.reserve(to.scopes.size());
  for (Scope* scope : to.scopes) {
    count_in(*scope, to, call, as, now_s);
    names.push_back(scope->name);
  }
  count_stays(call, as, now_s);
  unkept_.dialled.note(call_pair(salt_, call.src, call.dst), as.began_s + call.elapsed_s);
  return names;
}

std::vector<std::string> Book::amend_call(const Call& before, Call& after, const CountedAs& as,
                                          std::vector<std::string> had, std::int64_t now_s) {
  const Belonging was = counted_in(before);
  for (std::size_t i = 0; i < after.trunks.size(); ++i) {
    if (before.seizure_of(after.trunks[i]) != nullptr) continue;
    const Scope* scope = scope_at(ScopeKind::trunk, after.trunks[i]);
    after.seizures[i].scope = scope == nullptr ? std::string() : scope->name;
  }
  const Belonging to = counted_in(after);
  for (const std::string& name : had) {
    const auto found = scopes_.find(name);
    if (found == scopes_.end()) continue;  // of settings that hold no longer
    Scope& scope = found->second;
    touch(scope);
    Tally& calls = scope.tallies.front();
    calls.add(Metric::talk, (after.talk_s - before.talk_s) * 1000);
    calls.add(Metric::occupied, (occupied_s(scope, to, after) - occupied_s(scope, was, before)) * 1000);
    if (!has_hour(before, now_s)) continue;
    count_traffic(scope, to, &before, after, as, now_s);
    if (as.outcome != Outcome::answered) continue;
    // Where the call stands already, when no leg was late before: all of it leaves the hour together.
    CallSums longer;
    longer.talk_s = after.talk_s - before.talk_s;
    unkept_.ended.push_back({&scope, as.began_s + before.elapsed_s, now_s, longer});
  }
  unkept_.dialled.note(call_pair(salt_, after.src, after.dst), as.began_s + after.elapsed_s);
  for (Scope* scope : new_scopes_for(before, after)) {
    if (holds(had, scope->name)) continue;
    count_in(*scope, to, after, as, now_s);
    had.push_back(scope->name);
  }
  count_stays(after, as, now_s);
  self_.add(Metric::calls_amended, 1);
  return had;
}

}  // namespace ucm::metrics
