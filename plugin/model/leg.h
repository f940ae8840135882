// One CDR record: one leg of one call, as the UCM wrote it. Field meanings and their evidence: docs/wire.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"

namespace ucm {

// Text is UTF-8 and otherwise as sent; a field that was missing is "". Times are the PBX's local time without
// a zone, as sent ("YYYY-MM-DD HH:MM:SS" from every firmware seen).
struct Leg {
  std::string acct_id;  // counts up, restarts each month on some firmware: never an identity by itself
  std::string accountcode;
  std::string src;
  std::string dst;
  std::string dcontext;
  std::string clid;
  std::string channel;
  std::string dstchannel;
  std::string lastapp;
  std::string lastdata;
  std::string start;
  std::string answer;  // equal to `end` for NO ANSWER, "" for BUSY and FAILED
  std::string end;
  std::int64_t duration = 0;  // seconds, start to end; 0..kLongestLeg
  std::int64_t billsec = 0;   // seconds, answer to end; 0..kLongestLeg
  std::string disposition;
  std::string amaflags;
  std::string uniqueid;  // "<epoch>.<n>", text; legs of one call may share it
  std::string userfield;
  std::string channel_ext;
  std::string dstchannel_ext;
  std::string service;
  std::string caller_name;
  std::string recordfiles;
  std::string dstanswer;
  std::string chanext;
  std::string dstchanext;
  std::string session;  // "<epoch><microseconds>-<caller>", the same for all legs of a call
  std::string action_owner;
  std::string action_type;
  std::string src_trunk_name;
  std::string dst_trunk_name;
  std::string new_src;
  std::string reason;
  std::string sn;  // serial number of the PBX; in pushes only
};

// Longer than a year is no call: such a number is a fault of the sender and would spoil a sum for ever.
inline constexpr std::int64_t kLongestLeg = 366LL * 24 * 3600;

enum class Disposition { answered, no_answer, busy, failed, other };

// ANSWERED; NO ANSWER and NOANSWER; BUSY; FAILED and CONGESTION; all else is other. Case does not matter.
[[nodiscard]] Disposition disposition_of(std::string_view spelling) noexcept;

enum class AnsweredBy { nobody, person, voicemail, ivr };

// Who took a leg whose disposition is ANSWERED; nobody for every other leg. Voicemail: action_type begins
// with VM or lastapp is VoiceMail. IVR: lastapp is ForkCDR, or action_type begins with IVR or ANNOUNCE, or
// nothing was billed and lastapp is not Dial. Else a person.
[[nodiscard]] AnsweredBy answered_by(const Leg& leg) noexcept;

enum class Direction { inbound, outbound, internal, external };

// userfield Inbound, Outbound, Internal, External (any case); else from the trunk names: both external,
// source inbound, destination outbound, none internal.
[[nodiscard]] Direction direction_of(const Leg& leg) noexcept;
[[nodiscard]] std::string_view word_for(Direction direction) noexcept;                   // "inbound"
[[nodiscard]] std::optional<Direction> direction_named(std::string_view word) noexcept;  // any case

// `session`, else `uniqueid`, else AcctId with the start: what the legs of one call have in common. "" only
// for a leg that identified() refuses.
[[nodiscard]] std::string session_of(const Leg& leg);

// Whether the leg names itself well enough to be counted exactly once: it has a uniqueid, a session, an
// AcctId or a start.
[[nodiscard]] bool identified(const Leg& leg) noexcept;

// Digest of (uniqueid, start, channel, dstchannel, dst, lastapp, disposition, duration, billsec); unique
// within a PBX over 2,661 captured legs, and the same in push and pull. Where uniqueid is missing, session
// stands in its place, and where that is missing too, AcctId.
[[nodiscard]] Digest128 identity_of(const Leg& leg);

// Seconds from 1970-01-01 00:00:00 to a local time, counted as if it were UTC: only differences between times
// of one PBX mean anything. Empty for "", for "0000-00-00 00:00:00" and for what is no date of the years
// 1970-9999.
[[nodiscard]] std::optional<std::int64_t> local_seconds(std::string_view time) noexcept;

// The latest local time at which a leg that arrived then can have started: no zone is more than 14 hours
// ahead. Wherever a start is remembered it is no later: a PBX whose clock was years wrong once must not make
// every later leg look old.
inline constexpr std::int64_t kFarthestAhead_s = 14LL * 3600;
[[nodiscard]] std::string latest_start(std::int64_t arrived_s);

// X of "NAME[X]", as in QUEUE[6500]; "" when the action is another or carries no X. Case of NAME does not
// matter.
[[nodiscard]] std::string_view action_argument(std::string_view action_type, std::string_view name) noexcept;

}  // namespace ucm
