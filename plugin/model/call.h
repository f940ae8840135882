// A call: the legs of one session, folded. Folding is a pure function of the legs, in any order of arrival.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/leg.h"

namespace ucm {

// In the order of precedence of a call: the first that some leg gives is the call's, except that busy counts
// only when no leg was no_answer.
enum class Outcome { answered, voicemail, ivr, busy, no_answer, failed, other };
inline constexpr std::size_t kOutcomes = 7;

[[nodiscard]] Outcome outcome_of(const Leg& leg) noexcept;
[[nodiscard]] std::string_view word_for(Outcome outcome) noexcept;  // "no_answer"
[[nodiscard]] std::optional<Outcome> outcome_named(std::string_view word) noexcept;

// Sorts as legs do: by start, then uniqueid, then AcctId as a number. A leg without a start, or with one that
// is no time, comes last.
[[nodiscard]] std::string order_of(const Leg& leg);

// Everything folding has to know about the legs seen so far, so that a late leg needs none of the earlier
// ones.
struct Call {
  std::string session;

  // The first leg, by order_of().
  std::string first;  // its order
  std::string start;
  Direction direction = Direction::internal;
  std::string did;  // its dst, when the call is inbound; else ""
  std::string src;  // who called whom; for notices that may say so
  std::string dst;

  std::uint32_t outcomes = 0;               // bit (1 << Outcome) for each that some leg gave
  std::int64_t talk_s = 0;                  // sum of billsec over person-answered legs
  std::optional<std::int64_t> answered_at;  // local seconds of the earliest answer by a person
  std::int64_t elapsed_s = 0;  // from the first leg's start to the latest end, by the legs' durations
  std::int64_t legs = 0;

  // The first accountcode that is not empty, and the order of the leg that gave it.
  std::string account;
  std::string account_first;

  // Every one that some leg names, each once, sorted; at most kMostNames each, those seen first.
  std::vector<std::string> trunks;
  std::vector<std::string> queues;
  std::vector<std::string> ringgroups;
};

inline constexpr std::size_t kMostNames = 64;

// REQUIRES: every leg folded into `call` has the same session.
void fold(Call& call, const Leg& leg);

// The same for a leg that came after the call was counted: what it was counted under (direction, DID, an
// account that it had) stays.
void fold_late(Call& call, const Leg& leg);

// Whether two states of one call differ in anything that is counted.
[[nodiscard]] bool counts_differ(const Call& before, const Call& after) noexcept;

// REQUIRES: call.legs > 0
[[nodiscard]] Outcome outcome_of(const Call& call) noexcept;

// Seconds from the first leg's start to the earliest answer by a person, never negative; 0 when either is
// unknown.
[[nodiscard]] std::int64_t wait_s(const Call& call) noexcept;

}  // namespace ucm
