#include "service/alert_calls.h"

#include <algorithm>
#include <utility>

#include "base/spans.h"
#include "service/dialled.h"

namespace ucm::service {

namespace {

constexpr std::int64_t kOldSingly = 5;    // long calls of long ago that are told each
constexpr std::int64_t kOldPause_s = 30;  // none for so long: they have come
constexpr std::size_t kMostTakenOut = 5'000;

bool begins_out(const Call& call) noexcept {
  return call.direction == Direction::outbound || call.direction == Direction::external;
}

}  // namespace

std::vector<std::string> numbers_out(const Call& call) {
  std::vector<std::string> numbers = call.dialled_out;
  if (call.direction == Direction::outbound) {
    if (std::ranges::find(numbers, call.dst) == numbers.end()) numbers.push_back(call.dst);
  } else if (call.direction != Direction::internal) {
    std::erase(numbers, call.dst);
  }
  return numbers;
}

bool goes_out(const Call& call) {
  return begins_out(call) || !numbers_out(call).empty();
}

const std::string& caller_of(const Call& call) noexcept {
  return call.caller.empty() || call.caller.starts_with("trunk_") ? call.src : call.caller;
}

AlertCalls::AlertCalls(const AlertPorts& ports)
    : ports_(ports),
      failures_(ports),
      out_of_hours_(kHour),
      bursts_(ports.settings.alerts.burst_s),
      short_calls_(kHour) {}

// Weeks of records that are fetched at once are no reason to push what is so now out of the queue.
void AlertCalls::tell_old(const AlertsOn::Report& report, std::int64_t elapsed_s, std::int64_t now_s) {
  old_.last_s = now_s;
  if (++old_.calls <= kOldSingly) return ports_.on.tell(report);
  old_.longest_s = std::max(old_.longest_s, elapsed_s);
}

void AlertCalls::sum_up_old(std::int64_t now_s) {
  if (old_.calls == 0 || now_s < old_.last_s + kOldPause_s) return;
  const Old old = std::exchange(old_, {});
  if (old.calls <= kOldSingly) return;
  ports_.on.tell({Alert::long_call, "", "", "all",
                  text("{} more calls were longer than {} s and ended more than a day ago, the longest of "
                       "{} min; their records have come now",
                       old.calls - kOldSingly, ports_.settings.long_call_s, old.longest_s / 60),
                  "duration"});
}

// Told as old as it may be; what is old is not on.
void AlertCalls::note_length(const Call& call, const metrics::CountedAs& as, std::int64_t before_s,
                             std::int64_t now_s) {
  const PbxSettings& pbx = ports_.settings;
  if (pbx.long_call_s == 0 || before_s > pbx.long_call_s || call.elapsed_s <= pbx.long_call_s) return;
  AlertsOn::Report report{
      Alert::long_call,
      private_key(call.session),
      text("the call started {} PBX time", call.start),
      "all",
      text("A call of {} min {} s ended ({}, {}, started {} PBX time){}; LongCall is {} s",
           call.elapsed_s / 60, call.elapsed_s % 60, word_for(call.direction), word_for(outcome_of(call)),
           call.start, pbx.numbers ? text(", from {} to {}", call.src, call.dst) : "", pbx.long_call_s),
      "duration"};
  if (as.began_s + call.elapsed_s < now_s - kOldest_s) return tell_old(report, call.elapsed_s, now_s);
  ports_.on.happened(std::move(report), pbx.alerts.hold_s, now_s);
}

void AlertCalls::take(const Call& call, const metrics::CountedAs& as, std::int64_t now_s, bool fresh) {
  const AlertSettings& wanted = ports_.settings.alerts;
  const std::int64_t ended_s = as.began_s + call.elapsed_s;
  if (wanted.failure_jump > 0) {
    for (const std::string& trunk : call.trunks) {
      const bool failed = as.outcome == Outcome::failed;
      fresh ? failures_.ended(trunk, failed, ended_s, now_s) : failures_.recall(trunk, failed, ended_s);
    }
  }
  if (goes_out(call) && (begins_out(call) || first_out(call))) take_out(call, as, now_s, fresh);
}

void AlertCalls::transferred(const Call& call, const metrics::CountedAs& as, std::int64_t now_s) {
  if (!begins_out(call) && goes_out(call) && first_out(call)) take_out(call, as, now_s, true);
}

bool AlertCalls::first_out(const Call& call) {
  const std::string key = private_key(call.session);
  if (!taken_out_.insert(key).second) return false;
  taken_order_.push_back(key);
  if (taken_order_.size() > kMostTakenOut) {
    taken_out_.erase(taken_order_.front());
    taken_order_.pop_front();
  }
  return true;
}

void AlertCalls::take_out(const Call& call, const metrics::CountedAs& as, std::int64_t now_s, bool fresh) {
  if (as.began_s + call.elapsed_s < now_s - kOldest_s) return;
  const Seen seen{std::min(as.began_s, now_s), now_s, fresh};  // later than now: a clock is wrong
  take_out_of_hours(call, seen);
  take_burst(call, seen);
  if (as.short_call) take_short(call, seen);
}

// On until the first of the calls that make it leaves the window, and for AlertHold at the least.
void AlertCalls::count(CallWindows& windows, std::int64_t threshold, const Seen& seen,
                       AlertsOn::Report report) {
  const CallWindows::Fullest fullest = windows.add(report.key, seen.began_s, seen.now_s);
  if (fullest.calls < threshold) return;
  windows.mark_told(report.key, fullest.last_s);
  // Part of what was told of is no news once it is over; what goes on is, when the alert was off meanwhile.
  const bool over = fullest.last_s + windows.span_s() < seen.now_s;
  if (!seen.fresh || (over && fullest.told && !ports_.on.is_on(report.alert, report.key))) return;
  report.text = text("{} {}{}", fullest.calls, report.text, lateness(fullest.last_s, seen.now_s));
  const std::int64_t until_s = windows.below_from_s(report.key, threshold);
  ports_.on.happened(std::move(report), std::max(ports_.settings.alerts.hold_s, until_s - seen.now_s),
                     seen.now_s);
}

// A record says by the PBX's own clock when it began: no zone has to be known.
void AlertCalls::take_out_of_hours(const Call& call, const Seen& seen) {
  const AlertSettings& wanted = ports_.settings.alerts;
  if (wanted.out_of_hours_calls == 0 || !wanted.hours.known()) return;
  const auto local_s = local_seconds(call.start);
  if (!local_s || wanted.hours.open_at(*local_s)) return;
  count(out_of_hours_, wanted.out_of_hours_calls, seen,
        {Alert::fraud_out_of_hours, "", "calls outside of business hours", "all",
         text("calls went out within 60 min outside of business hours. If they are none of yours, close the "
              "outbound routes on the PBX; `ucmctl calls --numbers` shows them")});
}

void AlertCalls::take_burst(const Call& call, const Seen& seen) {
  const PbxSettings& pbx = ports_.settings;
  if (pbx.alerts.burst_calls == 0) return;
  const auto report = [&](std::string key, std::string who) {
    std::string words = text(
        "calls by {} went out within {} min. If they are none of yours, block the extension on the "
        "PBX and change its password; `ucmctl calls --numbers` shows them",
        who, (pbx.alerts.burst_s + 59) / 60);
    return AlertsOn::Report{Alert::fraud_burst, std::move(key), std::move(who), "all", std::move(words)};
  };
  const std::string& caller = caller_of(call);
  if (!caller.empty())
    count(bursts_, pbx.alerts.burst_calls, seen,
          report(private_key("caller " + caller), "caller " + shown_caller(caller, pbx)));
  if (!call.account.empty()) {
    count(bursts_, pbx.alerts.burst_calls, seen,
          report(private_key("account " + call.account), "account " + shown_account(call.account, pbx)));
  }
}

void AlertCalls::take_short(const Call& call, const Seen& seen) {
  const PbxSettings& pbx = ports_.settings;
  const std::string& caller = caller_of(call);
  if (pbx.alerts.short_calls == 0 || caller.empty()) return;
  std::string who = "caller " + shown_caller(caller, pbx);
  std::string words = text(
      "answered calls of less than {} s by {} went out within 60 min: a machine that tries numbers does "
      "this. Block the extension on the PBX if it is none of yours; `ucmctl calls --numbers` shows them",
      pbx.short_call_s, who);
  count(short_calls_, pbx.alerts.short_calls, seen,
        {Alert::fraud_short_calls, private_key(caller), std::move(who), "all", std::move(words)});
}

void AlertCalls::look(std::int64_t now_s) {
  sum_up_old(now_s);
  if (ports_.settings.alerts.failure_jump > 0) failures_.look(now_s);
}

}  // namespace ucm::service
