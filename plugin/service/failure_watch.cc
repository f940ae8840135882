#include "service/failure_watch.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/spans.h"

namespace ucm::service {

namespace {

constexpr std::int64_t kWindow = 15;          // minutes
constexpr std::int64_t kDayMinutes = 1'440;   // likewise
constexpr std::int64_t kLull_s = 30;          // no late record for so long: they have come
constexpr std::int64_t kLongestWait_s = 600;  // but no longer than that

}  // namespace

double FailureWatch::Share::percent() const noexcept {
  return calls == 0 ? 0 : 100.0 * static_cast<double>(failed) / static_cast<double>(calls);
}

FailureWatch::Trunk* FailureWatch::trunk_of(const std::string& name) {
  const auto known = trunks_.find(name);
  if (known != trunks_.end()) return &known->second;
  return trunks_.size() < kMostTrunks ? &trunks_[name] : nullptr;
}

void FailureWatch::add(Trunk& trunk, bool failed, std::int64_t minute) {
  auto place = std::ranges::lower_bound(trunk.minutes, minute, std::ranges::less(), &Minute::minute);
  if (place == trunk.minutes.end() || place->minute != minute)
    place = trunk.minutes.insert(place, {minute, 0, 0});
  ++place->calls;
  place->failed += failed ? 1 : 0;
}

void FailureWatch::recall(const std::string& trunk, bool failed, std::int64_t ended_s) {
  Trunk* known = trunk_of(trunk);
  if (known == nullptr) return;
  add(*known, failed, ended_s / kMinute);
  known->recalled.insert(ended_s / kMinute);
}

void FailureWatch::ended(const std::string& trunk, bool failed, std::int64_t ended_s, std::int64_t now_s) {
  Trunk* known = trunk_of(trunk);
  const std::int64_t minute = std::min(ended_s, now_s) / kMinute;  // later than now: a clock is wrong
  if (known == nullptr || minute < now_s / kMinute - 2 * kDayMinutes) return;
  add(*known, failed, minute);
  known->fresh.insert(minute);
  if (minute > now_s / kMinute - kWindow) return;
  known->late_last_s = now_s;
  if (!known->late_since_s) known->late_since_s = now_s;
}

FailureWatch::Share FailureWatch::share(const Trunk& trunk, std::int64_t after, std::int64_t until) const {
  Share share;
  auto at = std::ranges::upper_bound(trunk.minutes, after, std::ranges::less(), &Minute::minute);
  for (; at != trunk.minutes.end() && at->minute <= until; ++at) {
    share.calls += at->calls;
    share.failed += at->failed;
  }
  return share;
}

// Too few calls in the day before say nothing: after a quiet weekend a trunk that fails is news.
FailureWatch::Judged FailureWatch::judge(const Trunk& trunk, std::int64_t minute) const {
  Judged judged;
  judged.now = share(trunk, minute - kWindow, minute);
  judged.before = share(trunk, minute - kWindow - kDayMinutes, minute - kWindow);
  if (judged.before.calls < ports_.settings.alerts.failure_calls) judged.before = {};
  judged.jump = judged.now.percent() - judged.before.percent();
  return judged;
}

bool FailureWatch::is_told(const Trunk& trunk, std::int64_t minute) {
  const auto near = trunk.told.upper_bound(minute - kWindow);
  return near != trunk.told.end() && *near < minute + kWindow;
}

void FailureWatch::raise(const std::string& name, Trunk& trunk, const Judged& judged, std::int64_t minute,
                         std::int64_t now_s) {
  if (minute <= now_s / kMinute - kWindow) trunk.held_until_s = now_s + ports_.settings.alerts.hold_s;
  ports_.on.begin(
      {Alert::failure_rate, name, text("trunk {}", name), ports_.scope(metrics::ScopeKind::trunk, name),
       text("Trunk {}: {} of {} calls failed within 15 min ({:.0f} %; {:.0f} % in the day before{}). Look "
            "at the trunk on the PBX, then ask the provider",
            name, judged.now.failed, judged.now.calls, judged.now.percent(), judged.before.percent(),
            lateness(minute * kMinute, now_s)),
       "count", std::llround(judged.before.percent())},
      now_s);
}

// Each quarter of an hour that one of these minutes is in, and that ends with a call: what would have been
// judged had the records come in time. Those that are bad enough.
FailureWatch::Bad FailureWatch::bad_around(const Trunk& trunk, const std::set<std::int64_t>& minutes,
                                           std::int64_t now_s) const {
  std::set<std::int64_t> ends;
  const std::int64_t oldest = (now_s - kOldest_s) / kMinute;
  for (const std::int64_t minute : minutes) {
    auto at = std::ranges::lower_bound(trunk.minutes, std::max(minute, oldest), std::ranges::less(),
                                       &Minute::minute);
    for (; at != trunk.minutes.end() && at->minute < minute + kWindow; ++at) ends.insert(at->minute);
  }
  const AlertSettings& wanted = ports_.settings.alerts;
  Bad bad;
  for (const std::int64_t end : ends) {
    const Share now = share(trunk, end - kWindow, end);  // a day is summed up only where it matters
    if (now.calls < wanted.failure_calls || now.percent() < static_cast<double>(wanted.failure_jump))
      continue;
    const Judged judged = judge(trunk, end);
    if (judged.jump >= static_cast<double>(wanted.failure_jump)) bad.emplace_back(end, judged);
  }
  return bad;
}

void FailureWatch::judge_recalled(Trunk& trunk, std::int64_t now_s) {
  for (const auto& [end, judged] : bad_around(trunk, std::exchange(trunk.recalled, {}), now_s))
    trunk.told.insert(end);
}

// What goes on now comes before what is over; of that, the moment in which it would have been told.
void FailureWatch::judge_fresh(const std::string& name, Trunk& trunk, std::int64_t now_s) {
  const Bad bad = bad_around(trunk, std::exchange(trunk.fresh, {}), now_s);
  const std::int64_t over = now_s / kMinute - kWindow;
  if (!bad.empty() && bad.back().first > over) raise(name, trunk, bad.back().second, bad.back().first, now_s);
  for (const auto& [end, judged] : bad) {
    if (end <= over && !is_told(trunk, end)) raise(name, trunk, judged, end, now_s);
    trunk.told.insert(end);
  }
}

void FailureWatch::forget(Trunk& trunk, std::int64_t now_s) {
  const std::int64_t oldest = now_s / kMinute - 2 * kDayMinutes - kWindow;
  const auto first = std::ranges::lower_bound(trunk.minutes, oldest, std::ranges::less(), &Minute::minute);
  trunk.minutes.erase(trunk.minutes.begin(), first);
  trunk.told.erase(trunk.told.begin(), trunk.told.lower_bound(oldest));
}

// Against what was usual when it began: the day before now has the outage itself in it, sooner or later.
void FailureWatch::end_what_is_over(std::int64_t now_s) {
  const double half = static_cast<double>(ports_.settings.alerts.failure_jump) / 2;
  std::vector<std::pair<std::string, Share>> over;
  for (const auto& [name, thing] : ports_.on.things(Alert::failure_rate)) {
    const auto trunk = trunks_.find(name);
    if (trunk == trunks_.end()) {
      over.emplace_back(name, Share());
      continue;
    }
    const Judged judged = judge(trunk->second, now_s / kMinute);
    const double usual = static_cast<double>(thing.usual.value_or(0));
    if (now_s >= trunk->second.held_until_s && (judged.now.percent() - usual < half || judged.now.calls == 0))
      over.emplace_back(name, judged.now);
  }
  for (const auto& [name, share] : over) {
    ports_.on.end(Alert::failure_rate, name,
                  text("{} of {} calls failed within the last 15 min", share.failed, share.calls));
  }
}

void FailureWatch::look(std::int64_t now_s) {
  for (auto& [name, trunk] : trunks_) {
    const bool waits = trunk.late_since_s && now_s < trunk.late_last_s + kLull_s &&
                       now_s < *trunk.late_since_s + kLongestWait_s;
    if (!trunk.recalled.empty()) judge_recalled(trunk, now_s);
    if (trunk.fresh.empty() || waits) continue;
    trunk.late_since_s.reset();
    judge_fresh(name, trunk, now_s);
    forget(trunk, now_s);
  }
  end_what_is_over(now_s);
}

}  // namespace ucm::service
