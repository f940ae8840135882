#include "model/call.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace ucm {

namespace {

constexpr std::array<std::string_view, kOutcomes> kOutcomeWords{"answered",  "voicemail", "ivr",  "busy",
                                                                "no_answer", "failed",    "other"};

constexpr std::uint32_t bit(Outcome outcome) noexcept {
  return 1U << static_cast<unsigned>(outcome);
}

void note(std::vector<std::string>& names, std::string_view name) {
  if (name.empty() || names.size() >= kMostNames) return;
  const auto place = std::lower_bound(names.begin(), names.end(), name);
  if (place == names.end() || *place != name) names.emplace(place, name);
}

// The answer of a person-answered leg; from its durations when the field cannot be read.
std::optional<std::int64_t> answer_of(const Leg& leg) {
  if (const auto answer = local_seconds(leg.answer)) return answer;
  const auto start = local_seconds(leg.start);
  if (!start) return std::nullopt;
  return *start + std::max<std::int64_t>(0, leg.duration - leg.billsec);
}

void take_first(Call& call, const Leg& leg, std::string order) {
  // What was elapsed counted from the later start; the earlier one adds the difference. What counted from no
  // start at all is worth nothing beside a leg that has one.
  const auto before = local_seconds(call.start);
  const auto now = local_seconds(leg.start);
  if (call.legs > 0 && now) call.elapsed_s = before ? call.elapsed_s + *before - *now : 0;
  call.first = std::move(order);
  call.start = leg.start;
  call.direction = direction_of(leg);
  call.src = leg.src;
  call.dst = leg.dst;
  call.did = call.direction == Direction::inbound ? leg.dst : std::string();
}

void stretch(Call& call, const Leg& leg) {
  const auto first = local_seconds(call.start);
  const auto own = local_seconds(leg.start);
  if (first && !own) return;
  const std::int64_t later = first ? *own - *first : 0;
  call.elapsed_s = std::max(call.elapsed_s, std::max<std::int64_t>(0, later) + leg.duration);
}

}  // namespace

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
  note(call.trunks, leg.src_trunk_name);
  note(call.trunks, leg.dst_trunk_name);
  note(call.queues, action_argument(leg.action_type, "QUEUE"));
  note(call.ringgroups, action_argument(leg.action_type, "RINGGROUP"));
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

bool counts_differ(const Call& before, const Call& after) noexcept {
  return before.talk_s != after.talk_s || outcome_of(before) != outcome_of(after) ||
         before.trunks != after.trunks || before.queues != after.queues ||
         before.ringgroups != after.ringgroups || before.account != after.account;
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
  return std::max<std::int64_t>(0, *call.answered_at - *start);
}

}  // namespace ucm
