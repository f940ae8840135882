#include "model/leg.h"

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/text.h"

namespace ucm {

namespace {

constexpr std::array<std::pair<std::string_view, Disposition>, 6> kDispositions{{
    {"ANSWERED", Disposition::answered},
    {"NO ANSWER", Disposition::no_answer},
    {"NOANSWER", Disposition::no_answer},
    {"BUSY", Disposition::busy},
    {"FAILED", Disposition::failed},
    {"CONGESTION", Disposition::failed},
}};

constexpr std::array<std::string_view, 4> kDirections{"inbound", "outbound", "internal", "external"};

// Reads `digits` digits at `at`; -1 when something else stands there.
int digits_at(std::string_view s, std::size_t at, std::size_t digits) noexcept {
  int number = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (i >= s.size() || s[i] < '0' || s[i] > '9') return -1;
    number = number * 10 + (s[i] - '0');
  }
  return number;
}

}  // namespace

Disposition disposition_of(std::string_view spelling) noexcept {
  for (const auto& [name, disposition] : kDispositions) {
    if (equal_ignoring_case(trimmed(spelling), name)) return disposition;
  }
  return Disposition::other;
}

AnsweredBy answered_by(const Leg& leg) noexcept {
  if (disposition_of(leg.disposition) != Disposition::answered) return AnsweredBy::nobody;
  const auto action_begins = [&](std::string_view head) {
    return starts_with_ignoring_case(leg.action_type, head);
  };
  const auto last_is = [&](std::string_view app) { return equal_ignoring_case(leg.lastapp, app); };
  if (action_begins("VM") || last_is("VoiceMail")) return AnsweredBy::voicemail;
  if (last_is("ForkCDR") || action_begins("IVR") || action_begins("ANNOUNCE") ||
      (leg.billsec == 0 && !last_is("Dial"))) {
    return AnsweredBy::ivr;
  }
  return AnsweredBy::person;
}

std::string_view word_for(Direction direction) noexcept {
  return kDirections.at(static_cast<std::size_t>(direction));
}

std::optional<Direction> direction_named(std::string_view word) noexcept {
  for (std::size_t i = 0; i < kDirections.size(); ++i) {
    if (equal_ignoring_case(word, kDirections.at(i))) return static_cast<Direction>(i);
  }
  return std::nullopt;
}

Direction direction_of(const Leg& leg) noexcept {
  if (const auto said = direction_named(trimmed(leg.userfield))) return *said;
  const bool from_trunk = !leg.src_trunk_name.empty();
  const bool to_trunk = !leg.dst_trunk_name.empty();
  if (from_trunk && to_trunk) return Direction::external;
  if (from_trunk) return Direction::inbound;
  if (to_trunk) return Direction::outbound;
  return Direction::internal;
}

std::string session_of(const Leg& leg) {
  if (!leg.session.empty()) return leg.session;
  if (!leg.uniqueid.empty()) return leg.uniqueid;
  if (!leg.acct_id.empty()) return text("{} {}", leg.acct_id, leg.start);
  return hex(identity_of(leg));
}

bool identified(const Leg& leg) noexcept {
  return !leg.uniqueid.empty() || !leg.session.empty() || !leg.acct_id.empty() || !leg.start.empty();
}

Digest128 identity_of(const Leg& leg) {
  const std::string duration = text("{}", leg.duration);
  const std::string billsec = text("{}", leg.billsec);
  const std::string& name = !leg.uniqueid.empty()  ? leg.uniqueid
                            : !leg.session.empty() ? leg.session
                                                   : leg.acct_id;
  const std::array<std::string_view, 9> parts{
      name, leg.start, leg.channel, leg.dstchannel, leg.dst, leg.lastapp, leg.disposition, duration, billsec};
  return digest128(parts);
}

std::optional<std::int64_t> local_seconds(std::string_view time) noexcept {
  if (time.size() < 19 || time[4] != '-' || time[7] != '-' || (time[10] != ' ' && time[10] != 'T') ||
      time[13] != ':' || time[16] != ':') {
    return std::nullopt;
  }
  using namespace std::chrono;
  const int y = digits_at(time, 0, 4);
  const int mon = digits_at(time, 5, 2);
  const int d = digits_at(time, 8, 2);
  const int h = digits_at(time, 11, 2);
  const int min = digits_at(time, 14, 2);
  const int s = digits_at(time, 17, 2);
  if (y < 1970 || mon < 1 || d < 1 || h < 0 || h > 23 || min < 0 || min > 59 || s < 0 || s > 60) {
    return std::nullopt;
  }
  const year_month_day date{year{y}, month{static_cast<unsigned>(mon)}, day{static_cast<unsigned>(d)}};
  if (!date.ok()) return std::nullopt;
  const std::int64_t days = sys_days{date}.time_since_epoch().count();
  return days * 86'400 + h * 3'600L + min * 60L + s;
}

std::string latest_start(std::int64_t arrived_s) {
  using namespace std::chrono;
  const sys_seconds latest{seconds(arrived_s + kFarthestAhead_s)};
  const sys_days day = floor<days>(latest);
  const year_month_day date{day};
  const hh_mm_ss time{latest - day};
  return text("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
              static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
              time.minutes().count(), time.seconds().count());
}

std::string_view action_argument(std::string_view action_type, std::string_view name) noexcept {
  if (!starts_with_ignoring_case(action_type, name)) return {};
  action_type.remove_prefix(name.size());
  if (action_type.size() < 2 || action_type.front() != '[') return {};
  const std::size_t close = action_type.find(']');
  if (close == std::string_view::npos) return {};
  return action_type.substr(1, close - 1);
}

}  // namespace ucm
