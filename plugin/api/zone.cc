#include "api/zone.h"

#include <date/tz.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <map>

#include "base/text.h"

namespace ucm::api {

namespace {

constexpr std::int64_t kFarthest = 14L * 3600;
constexpr std::int64_t kLeastVotes = 3;

constexpr std::string_view kWanted =
    R"(takes "auto", an offset like "+02:00" or a name like "America/Chicago")";

std::optional<std::int64_t> fixed_offset(std::string_view text) {
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = whole_number(text.substr(1, 2));
  const auto minutes = whole_number(text.substr(4, 2));
  if (!hours || !minutes || *hours < 0 || *minutes < 0 || *minutes > 59) return std::nullopt;
  const std::int64_t offset = *hours * 3600 + *minutes * 60;
  if (offset > kFarthest) return std::nullopt;
  return text[0] == '-' ? -offset : offset;
}

const date::time_zone* zone_named(const std::string& name) noexcept {
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {
    return nullptr;  // no such name, or no zones on this machine
  }
}

}  // namespace

void ZoneVote::add(const Testimony& testimony) {
  const auto at =
      std::upper_bound(voters_.begin(), voters_.end(), testimony,
                       [](const Testimony& a, const Testimony& b) { return a.epoch_s < b.epoch_s; });
  if (at != voters_.begin() && std::prev(at)->epoch_s == testimony.epoch_s &&
      std::prev(at)->offset_s == testimony.offset_s) {
    return;  // another leg of the call, or the same record again
  }
  voters_.insert(at, testimony);
  if (voters_.size() > kVoters) voters_.pop_front();
}

std::optional<ZoneVote::Verdict> ZoneVote::verdict() const {
  std::map<std::int64_t, std::int64_t> votes;
  for (const Testimony& voter : voters_) ++votes[voter.offset_s];
  const auto most = std::max_element(votes.begin(), votes.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  const auto all = static_cast<std::int64_t>(voters_.size());
  if (most == votes.end() || most->second < kLeastVotes || 2 * most->second <= all) return std::nullopt;
  return Verdict{most->first, most->second, all};
}

Result<ZoneSetting> ZoneSetting::read(std::string_view wanted) {
  ZoneSetting setting;
  if (equal_ignoring_case(wanted, "auto")) return setting;
  setting.automatic_ = false;
  setting.name_ = wanted;
  setting.fixed_s_ = fixed_offset(wanted);
  if (setting.fixed_s_) return setting;
  if (equal_ignoring_case(wanted, "UTC") || zone_named(setting.name_) != nullptr) return setting;
  return Error{
      Fault::config,
      text("\"{}\" is no time zone that this machine knows: TimeZone {}. Names need the package tzdata",
           wanted, kWanted)};
}

std::int64_t ZoneSetting::offset_at(std::int64_t epoch_s) const {
  if (fixed_s_) return *fixed_s_;
  const date::time_zone* zone = zone_named(name_);
  if (zone == nullptr) return 0;
  return zone->get_info(date::sys_seconds(std::chrono::seconds(epoch_s))).offset.count();
}

std::string offset_text(std::int64_t offset_s) {
  const std::int64_t minutes = std::abs(offset_s) / 60;
  return text("{}{:02}:{:02}", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace ucm::api
