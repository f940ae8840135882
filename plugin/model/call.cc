#include "model/call.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include "base/spans.h"
#include "base/text.h"
#include "model/testimony.h"

namespace ucm {

namespace {

constexpr std::array<std::string_view, kOutcomes> kOutcomeWords{"answered",  "voicemail", "ivr",  "busy",
                                                                "no_answer", "failed",    "other"};

constexpr std::array<std::string_view, kQueueFates> kFateWords{"answered", "overflowed", "abandoned"};

constexpr std::uint32_t bit(Outcome outcome) noexcept {
  return 1U << static_cast<unsigned>(outcome);
}

// Where the name stands among those seen, put there if it is new; empty for "" and where there is no room.
std::optional<std::size_t> note(std::vector<std::string>& names, std::string_view name) {
  if (name.empty()) return std::nullopt;
  const auto place = std::lower_bound(names.begin(), names.end(), name);
  const auto at = static_cast<std::size_t>(place - names.begin());
  if (place != names.end() && *place == name) return at;
  if (names.size() >= kMostNames) return std::nullopt;
  names.emplace(place, name);
  return at;
}

// The same, with what is known of each name beside it.
template <class Detail>
Detail* note(std::vector<std::string>& names, std::vector<Detail>& details, std::string_view name) {
  const auto at = note(names, name);
  if (!at) return nullptr;
  if (details.size() < names.size()) {
    details.insert(details.begin() + static_cast<std::ptrdiff_t>(*at), Detail{});
  }
  return &details[*at];
}

// The answer of a person-answered leg; from its durations when the field cannot be read, or when the clocks
// changed between start and answer.
std::optional<std::int64_t> answer_of(const Leg& leg) {
  constexpr std::int64_t kRounding = 10;
  const auto answer = local_seconds(leg.answer);
  const auto start = local_seconds(leg.start);
  if (!start) return answer;
  const std::int64_t by_durations = *start + std::max<std::int64_t>(0, leg.duration - leg.billsec);
  if (!answer) return by_durations;
  const std::int64_t apart = std::abs(*answer - by_durations);
  return std::abs(apart - kHour) <= kRounding ? by_durations : *answer;
}

void seize(Call& call, const Leg& leg) {
  const auto start = local_seconds(leg.start);
  const auto over = [&](std::string_view trunk, std::int64_t lines) {
    Seizure* seizure = note(call.trunks, call.seizures, trunk);
    if (seizure == nullptr) return;
    seizure->lines = std::max(seizure->lines, lines);
    if (!start) {
      if (!seizure->from_s) seizure->until_s = std::max(seizure->until_s, leg.duration);
      return;
    }
    if (!seizure->from_s) {
      seizure->from_s = *start;
      seizure->until_s = *start + leg.duration;
      return;
    }
    const std::int64_t from = std::min(*seizure->from_s, *start);
    const std::int64_t own = seconds_between(from, *seizure->from_s) + seizure->until_s - *seizure->from_s;
    seizure->until_s = from + std::max(own, seconds_between(from, *start) + leg.duration);
    seizure->from_s = from;
  };
  if (leg.src_trunk_name == leg.dst_trunk_name) return over(leg.src_trunk_name, 2);
  over(leg.src_trunk_name, 1);
  over(leg.dst_trunk_name, 1);
}

void queue_up(Call& call, const Leg& leg, bool answered) {
  const auto start = local_seconds(leg.start);
  const std::string_view queue = action_argument(leg.action_type, "QUEUE");
  if (queue.empty()) {
    if (start) call.outside_s = std::max(call.outside_s.value_or(*start), *start);
    return;
  }
  QueueStay* stay = note(call.queues, call.stays, queue);
  if (stay == nullptr) return;
  if (!start) {
    if (answered && !stay->answered_s) stay->answered_s = local_seconds(leg.answer).value_or(0);
    return;
  }
  stay->last_s = stay->entered_s ? std::max(stay->last_s, *start) : *start;
  stay->entered_s = std::min(stay->entered_s.value_or(*start), *start);
  stay->left_s = std::max(stay->left_s, *start + leg.duration);
  const auto answer = answered ? answer_of(leg) : std::nullopt;
  if (answer) stay->answered_s = std::min(stay->answered_s.value_or(*answer), *answer);
}

void take_first(Call& call, const Leg& leg, std::string order) {
  // What was elapsed counted from the later start; the earlier one adds the difference. What counted from no
  // start at all is worth nothing beside a leg that has one.
  const auto before = local_seconds(call.start);
  const auto now = local_seconds(leg.start);
  if (call.legs > 0 && now) call.elapsed_s = before ? call.elapsed_s + seconds_between(*now, *before) : 0;
  call.first = std::move(order);
  call.start = leg.start;
  call.direction = direction_of(leg);
  call.src = leg.src;
  call.dst = leg.dst;
  call.caller = leg.channel_ext;
  const auto testimony = testimony_of(leg);
  call.epoch_s = testimony ? std::optional(testimony->epoch_s) : std::nullopt;
  call.did = call.direction == Direction::inbound ? leg.dst : std::string();
}

void stretch(Call& call, const Leg& leg) {
  const auto first = local_seconds(call.start);
  const auto own = local_seconds(leg.start);
  if (first && !own) return;
  const std::int64_t later = first ? seconds_between(*first, *own) : 0;
  call.elapsed_s = std::max(call.elapsed_s, later + leg.duration);
}

}  // namespace

std::string_view word_for(QueueFate fate) noexcept {
  return kFateWords.at(static_cast<std::size_t>(fate));
}

std::optional<QueueFate> queue_fate_named(std::string_view word) noexcept {
  for (std::size_t i = 0; i < kFateWords.size(); ++i) {
    if (kFateWords.at(i) == word) return static_cast<QueueFate>(i);
  }
  return std::nullopt;
}

std::string_view word_for(Outcome outcome) noexcept {
  return kOutcomeWords.at(static_cast<std::size_t>(outcome));
}

std::optional<Outcome> outcome_named(std::string_view word) noexcept {
  for (std::size_t i = 0; i < kOutcomeWords.size(); ++i) {
    if (kOutcomeWords.at(i) == word) return static_cast<Outcome>(i);
  }
  return std::nullopt;
}

Outcome outcome_of(const Leg& leg) noexcept {
  switch (answered_by(leg)) {
    case AnsweredBy::person:
      return Outcome::answered;
    case AnsweredBy::voicemail:
      return Outcome::voicemail;
    case AnsweredBy::ivr:
      return Outcome::ivr;
    case AnsweredBy::nobody:
      break;
  }
  switch (disposition_of(leg.disposition)) {
    case Disposition::no_answer:
      return Outcome::no_answer;
    case Disposition::busy:
      return Outcome::busy;
    case Disposition::failed:
      return Outcome::failed;
    case Disposition::answered:
    case Disposition::other:
      break;
  }
  return Outcome::other;
}

std::string order_of(const Leg& leg) {
  // The separator is below every character of a field; AcctId is a number on every firmware seen.
  constexpr char kBetween = '\x1f';
  const std::int64_t acct_id = std::max<std::int64_t>(0, whole_number(leg.acct_id).value_or(0));
  return text("{}{}{}{}{}{:020}", local_seconds(leg.start) ? '0' : '1', leg.start, kBetween, leg.uniqueid,
              kBetween, acct_id);
}

void fold(Call& call, const Leg& leg) {
  const std::string order = order_of(leg);
  if (call.legs == 0 || order < call.first) take_first(call, leg, order);
  stretch(call, leg);

  const Outcome outcome = outcome_of(leg);
  call.outcomes |= bit(outcome);
  if (outcome == Outcome::answered) {
    call.talk_s += leg.billsec;
    const auto answer = answer_of(leg);
    if (answer && (!call.answered_at || *answer < *call.answered_at)) call.answered_at = answer;
  }

  if (!leg.accountcode.empty() && (call.account.empty() || order < call.account_first)) {
    call.account = leg.accountcode;
    call.account_first = order;
  }
  seize(call, leg);
  queue_up(call, leg, outcome == Outcome::answered);
  note(call.ringgroups, action_argument(leg.action_type, "RINGGROUP"));
  const Direction direction = direction_of(leg);
  if ((direction == Direction::outbound || direction == Direction::external) && !leg.dst_trunk_name.empty())
    note(call.dialled_out, leg.dst);
  ++call.legs;
}

void fold_late(Call& call, const Leg& leg) {
  const Direction direction = call.direction;
  std::string did = std::move(call.did);
  std::string account = std::move(call.account);
  call.account.clear();
  fold(call, leg);
  call.direction = direction;
  call.did = std::move(did);
  if (!account.empty()) call.account = std::move(account);
}

const Seizure* Call::seizure_of(std::string_view trunk) const noexcept {
  const auto at = std::lower_bound(trunks.begin(), trunks.end(), trunk);
  if (at == trunks.end() || *at != trunk) return nullptr;
  return &seizures[static_cast<std::size_t>(at - trunks.begin())];
}

QueueFate fate_in(const Call& call, std::size_t queue) noexcept {
  const QueueStay& stay = call.stays[queue];
  if (stay.answered_s) return QueueFate::answered;
  if (!stay.entered_s) return QueueFate::abandoned;
  std::int64_t elsewhere_s = call.outside_s.value_or(stay.last_s);
  for (const QueueStay& other : call.stays) {
    if (other.entered_s && &other != &stay) elsewhere_s = std::max(elsewhere_s, other.last_s);
  }
  return elsewhere_s > stay.last_s ? QueueFate::overflowed : QueueFate::abandoned;
}

bool counts_differ(const Call& before, const Call& after) noexcept {
  return before.talk_s != after.talk_s || outcome_of(before) != outcome_of(after) ||
         before.trunks != after.trunks || before.queues != after.queues ||
         before.ringgroups != after.ringgroups || before.account != after.account ||
         before.elapsed_s != after.elapsed_s || before.seizures != after.seizures;
}

Outcome outcome_of(const Call& call) noexcept {
  constexpr std::array kPrecedence{Outcome::answered,  Outcome::voicemail, Outcome::ivr,  Outcome::busy,
                                   Outcome::no_answer, Outcome::failed,    Outcome::other};
  for (const Outcome outcome : kPrecedence) {
    if ((call.outcomes & bit(outcome)) == 0) continue;
    if (outcome == Outcome::busy && (call.outcomes & bit(Outcome::no_answer)) != 0) continue;
    return outcome;
  }
  return Outcome::other;
}

std::int64_t wait_s(const Call& call) noexcept {
  const auto start = local_seconds(call.start);
  if (!start || !call.answered_at) return 0;
  return seconds_between(*start, *call.answered_at);
}

}  // namespace ucm
