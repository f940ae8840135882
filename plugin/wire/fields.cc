#include "wire/fields.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ucm::wire {

namespace {

constexpr Field text_field(std::string_view name, std::string Leg::*where, std::string_view help) {
  return {name, where, nullptr, help};
}
constexpr Field seconds_field(std::string_view name, std::int64_t Leg::*where, std::string_view help) {
  return {name, nullptr, where, help};
}
constexpr Field not_kept(std::string_view name, std::string_view help) {
  return {name, nullptr, nullptr, help};
}

constexpr std::array kFields{
    // The columns of the CSV push.
    text_field("AcctId", &Leg::acct_id, "running number of the record; restarts each month on some firmware"),
    text_field("accountcode", &Leg::accountcode, "account the call is charged to"),
    text_field("src", &Leg::src, "who called"),
    text_field("dst", &Leg::dst, "who was called"),
    text_field("dcontext", &Leg::dcontext, "dial plan context"),
    text_field("clid", &Leg::clid, "caller id: \"Name\" <number>"),
    text_field("channel", &Leg::channel, "channel of the caller"),
    text_field("dstchannel", &Leg::dstchannel, "channel of the called side; empty when none was made"),
    text_field("lastapp", &Leg::lastapp, "last dial plan application: Dial, VoiceMail, ForkCDR ..."),
    text_field("lastdata", &Leg::lastdata, "its arguments, cut at 255 characters by the PBX"),
    text_field("start", &Leg::start, "when the leg began, PBX local time"),
    text_field("answer", &Leg::answer, "when it was answered; equal to end when it was not"),
    text_field("end", &Leg::end, "when it ended; empty for BUSY and FAILED"),
    seconds_field("duration", &Leg::duration, "seconds from start to end"),
    seconds_field("billsec", &Leg::billsec, "seconds from answer to end"),
    text_field("disposition", &Leg::disposition, "ANSWERED, NO ANSWER, BUSY or FAILED"),
    text_field("amaflags", &Leg::amaflags, "DOCUMENTATION or empty"),
    text_field("uniqueid", &Leg::uniqueid, "<epoch>.<n>; legs of one call may share it"),
    text_field("userfield", &Leg::userfield, "Inbound, Outbound, Internal or External"),
    text_field("channel_ext", &Leg::channel_ext, "extension or trunk of the caller"),
    text_field("dstchannel_ext", &Leg::dstchannel_ext, "extension or trunk of the called side"),
    text_field("service", &Leg::service, "s, p or empty; not documented"),
    text_field("caller_name", &Leg::caller_name, "name of the caller"),
    text_field("recordfiles", &Leg::recordfiles, "recordings, each followed by @"),
    text_field("dstanswer", &Leg::dstanswer, "who answered"),
    text_field("chanext", &Leg::chanext, "extension of the caller, older firmware"),
    text_field("dstchanext", &Leg::dstchanext, "extension of the called side, older firmware"),
    text_field("session", &Leg::session, "the call this leg belongs to"),
    text_field("action_owner", &Leg::action_owner, "who started this leg"),
    text_field("action_type", &Leg::action_type,
               "DIAL, VM, IVR[7000], QUEUE[6500], RINGGROUP[6400], TRANSFER ..."),
    text_field("src_trunk_name", &Leg::src_trunk_name, "trunk the call came in by"),
    text_field("dst_trunk_name", &Leg::dst_trunk_name, "trunk the call went out by"),
    // What newer firmware and the push over HTTP add.
    text_field("new_src", &Leg::new_src, "caller after rewriting"),
    text_field("reason", &Leg::reason, "why the leg ended"),
    text_field("sn", &Leg::sn, "serial number of the PBX; only in the push"),
    not_kept("cdr", "the session again, in front of flat items of the API"),
    not_kept("nat_call", "NAT on the caller's side"),
    not_kept("nat_call_peer", "NAT on the called side"),
    not_kept("video_call", "video was used"),
    not_kept("gdms_unique_code", "GDMS"),
    not_kept("gds_call", "door phone"),
    not_kept("gsc_call", "intercom"),
    not_kept("wave_src_seqid", "Wave client of the caller"),
    not_kept("wave_dst_seqid", "Wave client of the called side"),
    not_kept("device_info", "device of the caller"),
    not_kept("device_info_peer", "device of the called side"),
    not_kept("recordfiles_desc", "length, size and start of the recordings"),
    not_kept("anonymous_call", "the caller hid the number"),
    not_kept("wave_src_hide", "Wave client of the caller"),
    not_kept("wave_dst_hide", "Wave client of the called side"),
};
static_assert(kFields[kCsvColumns - 1].name == "dst_trunk_name");

struct Alias {
  std::string_view spelling;
  std::string_view name;
};
constexpr std::array kAliases{Alias{"dispositon", "disposition"}};

constexpr std::array kWrappers{std::string_view{"cdr"}, std::string_view{"cdr_root"},
                               std::string_view{"records"}, std::string_view{"response"}};
constexpr std::string_view kSummary = "main_cdr";
constexpr std::string_view kLegPrefix = "sub_cdr_";

constexpr std::uint32_t hash_of(std::string_view key) noexcept {
  std::uint32_t hash = 2166136261U;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(lower(c))) * 16777619U;
  return hash ^ (hash >> 15U);
}

constexpr std::uint8_t row_named(std::string_view name) noexcept {
  std::uint8_t row = 0;
  while (kFields[row].name != name) ++row;
  return row;
}

// Open addressing, at most a quarter full: nearly every question is one comparison.
struct Slot {
  std::string_view spelling;
  std::uint8_t row = 0;
};
constexpr std::size_t kSlots = 256;

constexpr void insert(std::array<Slot, kSlots>& slots, std::string_view spelling, std::uint8_t row) noexcept {
  std::size_t at = hash_of(spelling) % kSlots;
  while (!slots[at].spelling.empty()) at = (at + 1) % kSlots;
  slots[at] = {spelling, row};
}

constexpr std::array<Slot, kSlots> index_by_name() noexcept {
  std::array<Slot, kSlots> slots{};
  for (std::size_t row = 0; row < kFields.size(); ++row) {
    insert(slots, kFields[row].name, static_cast<std::uint8_t>(row));
  }
  for (const Alias& alias : kAliases) insert(slots, alias.spelling, row_named(alias.name));
  return slots;
}
constexpr std::array<Slot, kSlots> kIndex = index_by_name();

// Whole seconds; a fraction of zeros is none.
std::optional<std::int64_t> seconds_of(std::string_view value) noexcept {
  const std::size_t point = value.find('.');
  if (point != std::string_view::npos) {
    if (value.find_first_not_of('0', point + 1) != std::string_view::npos) return std::nullopt;
    value = value.substr(0, point);
  }
  const auto number = whole_number(value);
  if (!number || *number < 0 || *number > kLongestLeg) return std::nullopt;
  return number;
}

bool put_seconds(Leg& leg, const Field& field, std::string_view value) noexcept {
  if (value.empty()) {
    leg.*field.seconds = 0;
    return true;
  }
  const auto seconds = seconds_of(value);
  if (!seconds) return false;
  leg.*field.seconds = *seconds;
  return true;
}

// MySQL's way to say that there is no time; some firmware lets it through.
bool is_no_time(const Field& field, std::string_view value) noexcept {
  const bool is_time = field.text == &Leg::start || field.text == &Leg::answer || field.text == &Leg::end;
  return is_time && value.starts_with("0000-00-00");
}

}  // namespace

std::span<const Field> fields() noexcept {
  return kFields;
}

const Field* field_named(std::string_view key) noexcept {
  for (std::size_t at = hash_of(key) % kSlots; !kIndex[at].spelling.empty(); at = (at + 1) % kSlots) {
    if (equal_ignoring_case(kIndex[at].spelling, key)) return &kFields[kIndex[at].row];
  }
  return nullptr;
}

bool put(Leg& leg, const Field& field, std::string_view value) {
  const std::string_view bare = trimmed(value);
  if (field.seconds != nullptr) return put_seconds(leg, field, bare);
  if (field.text != nullptr) leg.*field.text = is_no_time(field, bare) ? std::string_view() : bare;
  return true;
}

bool is_summary_name(std::string_view key) noexcept {
  return equal_ignoring_case(key, kSummary);
}

bool is_leg_name(std::string_view key) noexcept {
  if (key.size() <= kLegPrefix.size() || !starts_with_ignoring_case(key, kLegPrefix)) return false;
  key.remove_prefix(kLegPrefix.size());
  return std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_wrapper_name(std::string_view key) noexcept {
  const auto is_it = [&](std::string_view name) { return equal_ignoring_case(key, name); };
  return is_summary_name(key) || is_leg_name(key) || std::any_of(kWrappers.begin(), kWrappers.end(), is_it);
}

}  // namespace ucm::wire
