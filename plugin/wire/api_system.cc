// What a PBX says of itself: how long it has been up, what its clock shows, what it is.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "model/leg.h"
#include "wire/api_state.h"
#include "wire/api_value.h"

namespace ucm::wire {

namespace {

// Takes what stands in front of the next blank.
std::string_view take_word(std::string_view& rest) noexcept {
  rest = trimmed(rest);
  const std::size_t end = std::min(rest.size(), rest.find(' '));
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

// Numbers with one separator between them; empty when there are more or fewer, or anything else.
template <std::size_t kNumbers>
std::optional<std::array<std::int64_t, kNumbers>> numbers_in(std::string_view text,
                                                             std::string_view separators) {
  std::array<std::int64_t, kNumbers> numbers{};
  for (std::size_t i = 0; i < kNumbers; ++i) {
    const std::size_t end = std::min(text.size(), text.find_first_of(separators));
    const auto number = whole_number(text.substr(0, end));
    const bool is_last = i + 1 == kNumbers;
    if (!number || *number < 0 || is_last != (end == text.size())) return std::nullopt;
    numbers.at(i) = *number;
    text.remove_prefix(is_last ? end : end + 1);
  }
  return numbers;
}

// "2026-01-31" of any of the three orders. Where day and month could be either, the day stands first.
// `month_first`: where both could be the month. The same date otherwise.
std::string date_in(std::string_view word, bool month_first = false) {
  const auto numbers = numbers_in<3>(word, "-/.");
  if (!numbers) return {};
  auto [a, b, c] = *numbers;
  constexpr std::int64_t kEarliestYear = 1970;
  if (a >= kEarliestYear) return text("{:04}-{:02}-{:02}", a, b, c);
  constexpr std::int64_t kMonths = 12;
  if (b > kMonths || (month_first && a <= kMonths)) std::swap(a, b);
  return text("{:04}-{:02}-{:02}", c, b, a);
}

// Half of the day by words: "02:37:26 PM".
std::string time_in(std::string_view word, std::string_view& rest) {
  auto numbers = numbers_in<3>(word, ":");
  if (!numbers) return {};
  auto [hour, minute, second] = *numbers;
  std::string_view behind = rest;
  const std::string_view half = take_word(behind);
  const bool is_afternoon = equal_ignoring_case(half, "PM");
  if (is_afternoon || equal_ignoring_case(half, "AM")) {
    hour = hour % 12 + (is_afternoon ? 12 : 0);
    rest = behind;
  }
  return text("{:02}:{:02}:{:02}", hour, minute, second);
}

// "UTC+02:00", "UTC", "GMT-6", "+0530"
std::optional<std::int64_t> zone_in(std::string_view text) {
  const bool is_named = starts_with_ignoring_case(text, "UTC") || starts_with_ignoring_case(text, "GMT");
  if (is_named) text = trimmed(text.substr(3));
  if (text.empty()) return is_named ? std::optional<std::int64_t>(0) : std::nullopt;
  const bool is_west = text.front() == '-';
  if (!is_west && text.front() != '+') return std::nullopt;
  text.remove_prefix(1);
  std::optional<std::array<std::int64_t, 2>> parts = numbers_in<2>(text, ":");
  if (!parts) {
    const bool has_minutes = text.size() == 4;
    const auto hours = whole_number(text.substr(0, has_minutes ? 2 : text.size()));
    const auto minutes = has_minutes ? whole_number(text.substr(2)) : std::optional<std::int64_t>(0);
    if (!hours || !minutes) return std::nullopt;
    parts = {*hours, *minutes};
  }
  const auto [hours, minutes] = *parts;
  constexpr std::int64_t kFurthest = 14;
  if (hours < 0 || hours > kFurthest || minutes < 0 || minutes > 59) return std::nullopt;
  const std::int64_t offset = hours * 3600 + minutes * 60;
  return is_west ? -offset : offset;
}

std::string with_single_blanks(std::string_view text) {
  std::string words;
  for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) {
    if (!words.empty()) words.push_back(' ');
    words.append(word);
  }
  return words;
}

}  // namespace

SystemStatus read_system_status(const Json& response) {
  SystemStatus status;
  status.uptime_s = read_uptime(text_in(response, "up-time"));
  status.time = read_system_time(text_in(response, "system-time"));
  status.serial = text_in(response, "serial-number");
  return status;
}

Versions read_versions(const Json& response) {
  return {with_single_blanks(text_in(response, "product-model")), text_in(response, "prog-version")};
}

std::optional<std::int64_t> read_uptime(std::string_view text) {
  constexpr std::int64_t kMostDays = 100'000;
  std::string_view word = take_word(text);
  std::int64_t days = 0;
  if (word.find(':') == std::string_view::npos) {
    if (word.ends_with(',')) word.remove_suffix(1);
    const auto number = whole_number(word);
    if (!number || *number < 0 || *number > kMostDays) return std::nullopt;
    days = *number;
    word = take_word(text);
    if (starts_with_ignoring_case(word, "day")) word = take_word(text);
  }
  const auto clock = numbers_in<3>(word, ":");
  if (!clock || !trimmed(text).empty()) return std::nullopt;
  const auto [hours, minutes, seconds] = *clock;
  if (hours > kMostDays || minutes > 59 || seconds > 59) return std::nullopt;
  return days * 86'400 + hours * 3600 + minutes * 60 + seconds;
}

std::optional<PbxTime> read_system_time(std::string_view text) {
  std::string spaced(text);
  constexpr std::size_t kLongest = 64;
  if (spaced.size() > kLongest) return std::nullopt;
  if (const std::size_t t = spaced.find('T'); t == 10) spaced[t] = ' ';
  std::string_view rest = spaced;
  const std::string_view word = take_word(rest);
  const std::string date = date_in(word);
  const std::string time = time_in(take_word(rest), rest);
  const auto local = local_seconds(date + ' ' + time);
  if (!local) return std::nullopt;
  const auto other = local_seconds(date_in(word, true) + ' ' + time);
  return PbxTime{*local, zone_in(trimmed(rest)), other == local ? std::nullopt : other};
}

}  // namespace ucm::wire
