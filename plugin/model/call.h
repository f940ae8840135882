// A call: the legs of one session, folded. Folding is a pure function of the legs, in any order of arrival.
#pragma once

#include <algorithm>
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

// Two moments of one call lie no further apart than a day. Where they seem to, a clock was set between them
// (a PBX begins with 1970): the time between is not known, and one such call must not spoil a sum for ever.
inline constexpr std::int64_t kFarthestApart = 24L * 3600;

// Seconds from one moment of a call to another; 0 when it lies before it or when nothing is known.
[[nodiscard]] constexpr std::int64_t seconds_between(std::int64_t from_s, std::int64_t until_s) noexcept {
  return until_s < from_s || until_s - from_s > kFarthestApart ? 0 : until_s - from_s;
}

// When lines of a trunk were seized for a call, in local seconds.
struct Seizure {
  std::optional<std::int64_t> from_s;  // start of the first leg over it; empty while none has a start
  std::int64_t until_s = 0;            // latest end; without a start the longest duration
  std::int64_t lines = 1;              // 2 when a leg has the trunk on both sides
  std::string scope = {};              // in which it was counted; "" = none, or not yet

  [[nodiscard]] std::int64_t occupied_s() const noexcept { return (until_s - from_s.value_or(0)) * lines; }
  bool operator==(const Seizure&) const = default;
};

enum class QueueFate {
  answered,    // by an agent of this queue
  overflowed,  // by none; a leg elsewhere began after the last one in the queue
  abandoned,   // neither: the call ended in the queue
};
inline constexpr std::size_t kQueueFates = 3;
[[nodiscard]] std::string_view word_for(QueueFate fate) noexcept;
[[nodiscard]] std::optional<QueueFate> queue_fate_named(std::string_view word) noexcept;

// A call's stay in a queue, in local seconds.
struct QueueStay {
  std::optional<std::int64_t> entered_s;   // earliest start of its legs in the queue
  std::int64_t last_s = 0;                 // latest start of them
  std::int64_t left_s = 0;                 // latest end of them
  std::optional<std::int64_t> answered_s;  // earliest answer by an agent of the queue
  // As it was counted, once and for all; empty until it was.
  std::optional<QueueFate> counted;
  std::int64_t counted_wait_s = 0;
  std::string scope = {};  // in which it was counted; "" = none

  // Until the agent answered, or until it was over.
  [[nodiscard]] std::int64_t wait_s() const noexcept {
    return entered_s ? seconds_between(*entered_s, answered_s.value_or(left_s)) : 0;
  }
};

// Everything folding has to know about the legs seen so far, so that a late leg needs none of the earlier
// ones.
struct Call {
  std::string session;

  // The first leg, by order_of().
  std::string first;  // its order
  std::string start;
  Direction direction = Direction::internal;
  std::string did;  // its dst, when the call is inbound; else ""
  std::string src;  // who called whom; shown only to those who may see it
  std::string dst;
  std::string caller;                   // its channel_ext: the extension or "trunk_3" that called
  std::optional<std::int64_t> epoch_s;  // UTC of its start, where its session testifies to it

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
  std::vector<Seizure> seizures;          // of `trunks`, in their order
  std::vector<QueueStay> stays;           // of `queues`, in their order
  std::optional<std::int64_t> outside_s;  // latest start of a leg in no queue

  // Numbers that legs which went out over a trunk were for; of the legs folded here alone, never kept.
  std::vector<std::string> dialled_out = {};

  // Null where no leg names the trunk.
  [[nodiscard]] const Seizure* seizure_of(std::string_view trunk) const noexcept;
};

inline constexpr std::size_t kMostNames = 64;

// REQUIRES: every leg folded into `call` has the same session.
void fold(Call& call, const Leg& leg);

// The same for a leg that came after the call was counted: what it was counted under (direction, DID, an
// account that it had) stays.
void fold_late(Call& call, const Leg& leg);

// REQUIRES: queue < call.queues.size()
[[nodiscard]] QueueFate fate_in(const Call& call, std::size_t queue) noexcept;

// Whether two states of one call differ in anything that is counted.
[[nodiscard]] bool counts_differ(const Call& before, const Call& after) noexcept;

// REQUIRES: call.legs > 0
[[nodiscard]] Outcome outcome_of(const Call& call) noexcept;

// Seconds from the first leg's start to the earliest answer by a person, as seconds_between() has them; 0
// when either is unknown.
[[nodiscard]] std::int64_t wait_s(const Call& call) noexcept;

}  // namespace ucm
