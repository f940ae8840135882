#include "service/business_hours.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/spans.h"
#include "base/text.h"

namespace ucm::service {

namespace {

constexpr std::array<std::string_view, 7> kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

Error not_understood(std::string_view word, std::string_view why) {
  return {Fault::config, text("\"{}\": {}; it is like \"Mon-Fri 08:00-18:00\"", word, why)};
}

std::vector<std::string_view> parted(std::string_view whole, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = whole.find(at);
    parts.push_back(whole.substr(0, end));
    if (end == std::string_view::npos) return parts;
    whole.remove_prefix(end + 1);
  }
}

std::optional<std::size_t> day_of(std::string_view name) {
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    if (equal_ignoring_case(name, kDays.at(day))) return day;
  }
  return std::nullopt;
}

// "Mon-Fri", "Sat,Sun", "Sat-Mon".
std::optional<std::vector<std::size_t>> days_of(std::string_view list) {
  std::vector<std::size_t> days;
  for (const std::string_view part : parted(list, ',')) {
    const auto ends = parted(part, '-');
    const auto first = day_of(ends.front());
    const auto last = day_of(ends.back());
    if (!first || !last || ends.size() > 2) return std::nullopt;
    for (std::size_t day = *first;; day = (day + 1) % kDays.size()) {
      days.push_back(day);
      if (day == *last) break;
    }
  }
  return days;
}

// "08:00" or "8:00", up to "24:00"; as minutes.
std::optional<std::size_t> minute_of(std::string_view time) {
  const std::size_t colon = time.find(':');
  if ((colon != 1 && colon != 2) || time.size() != colon + 3) return std::nullopt;
  const auto hour = whole_number(time.substr(0, colon));
  const auto minute = whole_number(time.substr(colon + 1));
  if (!hour || !minute || *hour < 0 || *hour > 24 || *minute < 0 || *minute > 59) return std::nullopt;
  if (*hour == 24 && *minute != 0) return std::nullopt;
  return static_cast<std::size_t>(*hour * 60 + *minute);
}

std::optional<std::pair<std::size_t, std::size_t>> span_of(std::string_view times) {
  const auto ends = parted(times, '-');
  if (ends.size() != 2) return std::nullopt;
  const auto from = minute_of(ends[0]);
  const auto until = minute_of(ends[1]);
  if (!from || !until || *from == *until || *from == std::size_t{24} * 60) return std::nullopt;
  return std::pair(*from, *until);
}

}  // namespace

Result<void> BusinessHours::add(std::string_view word) {
  std::vector<std::string_view> parts = parted(trimmed(word), ' ');
  std::erase(parts, "");
  if (parts.size() < 2) return not_understood(word, "days and times are wanted");
  const auto days = days_of(parts.front());
  if (!days) return not_understood(word, text("\"{}\" names no days", parts.front()));
  auto open = open_;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto span = span_of(parts[i]);
    if (!span) return not_understood(word, text("\"{}\" is no span of a day", parts[i]));
    const std::size_t length = (span->second + kDayMinutes - span->first - 1) % kDayMinutes + 1;
    for (const std::size_t day : *days) {
      for (std::size_t minute = 0; minute < length; ++minute)
        open.set((day * kDayMinutes + span->first + minute) % kWeekMinutes);
    }
  }
  open_ = open;
  return {};
}

bool BusinessHours::open_at(std::int64_t local_s) const {
  constexpr std::int64_t kThursday = 3L * static_cast<std::int64_t>(kDayMinutes);  // 1970-01-01 was one
  constexpr auto kMinutes = static_cast<std::int64_t>(kWeekMinutes);
  const std::int64_t minutes = (local_s - (local_s % kMinute + kMinute) % kMinute) / kMinute + kThursday;
  return open_.test(static_cast<std::size_t>((minutes % kMinutes + kMinutes) % kMinutes));
}

std::int64_t BusinessHours::open_between(std::int64_t from_local_s, std::int64_t to_local_s,
                                         std::int64_t most) const {
  const std::int64_t week_s = static_cast<std::int64_t>(kWeekMinutes) * kMinute;
  const std::int64_t weeks = std::max<std::int64_t>(0, (to_local_s - from_local_s) / week_s);
  std::int64_t open_s = weeks * static_cast<std::int64_t>(open_.count()) * kMinute;
  for (std::int64_t at = from_local_s + weeks * week_s; at < to_local_s && open_s < most;) {
    const std::int64_t next = std::min(to_local_s, at - at % kMinute + kMinute);
    if (open_at(at)) open_s += next - at;
    at = next;
  }
  return std::min(open_s, most);
}

}  // namespace ucm::service
