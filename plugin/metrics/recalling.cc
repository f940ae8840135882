// What a call adds to the statistics of the last hour, when it is counted and when a later run recalls it.
#include "metrics/book.h"

namespace ucm::metrics {

namespace {

// Of what reached its destination, answered or not.
bool effective(Outcome outcome) noexcept {
  return outcome != Outcome::failed && outcome != Outcome::other;
}

}  // namespace

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

void Book::recall(const Call& call, const CountedAs& as, const std::vector<std::string>& scopes,
                  std::int64_t now_s) {
  const std::int64_t ended_s = as.began_s + call.elapsed_s;
  if (!has_hour(call, now_s)) return redials_.note(call_pair(salt_, call.src, call.dst), ended_s);
  const Belonging to = counted_in(call);
  for (const std::string& name : scopes) {
    const auto found = scopes_.find(name);
    if (found == scopes_.end()) continue;
    Scope& scope = found->second;
    scope.hour.add(ended_s, call_sums(call, as), now_s);
    if (!scope.traffic) continue;
    scope.traffic->attempts.add(as.began_s, now_s);
    for (const Occupied& one : stretches(scope, to, nullptr, call, as)) {
      scope.traffic->occupancy.add(one.from_s, one.until_s, one.lines, 0);
    }
  }
  for (std::size_t i = 0; i < call.queues.size(); ++i) {
    if (to.queues[i] != nullptr) to.queues[i]->hour.add(ended_s, sums_of(call.stays[i]), now_s);
  }
  redials_.note(call_pair(salt_, call.src, call.dst), ended_s);
}

void Book::recall_leg(const Leg& leg, const std::vector<std::string>& scopes, std::int64_t arrived_s,
                      std::int64_t now_s) {
  Call alone;
  fold(alone, leg);
  if (!has_hour(alone, now_s)) return;
  const CountedAs as = judge_alone(alone, arrived_s);
  for (const std::string& name : scopes) {
    if (Scope* scope = scope_named(name))
      scope->hour.add(as.began_s + alone.elapsed_s, call_sums(alone, as), now_s);
  }
}

}  // namespace ucm::metrics
