#include "wire/mask_patterns.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "wire/mask_rules.h"

namespace ucm::wire {

namespace {

std::size_t digits_at_front(std::string_view rest) noexcept {
  return static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_digit) - rest.begin());
}

// In `form`, `9` stands for a digit; every other byte for itself.
bool has_form(std::string_view rest, std::string_view form) noexcept {
  if (rest.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '9' ? !is_digit(rest[i]) : rest[i] != form[i]) return false;
  }
  return true;
}

bool ends_number(std::string_view rest) noexcept {
  return rest.empty() || !is_digit(rest.front());
}

bool holds_only(std::string_view value, std::string_view allowed) noexcept {
  return value.find_first_not_of(allowed) == std::string_view::npos;
}

std::size_t longest_run_of_digits(std::string_view value) noexcept {
  std::size_t longest = 0;
  for (std::size_t i = 0; i < value.size(); ++i)
    longest = std::max(longest, digits_at_front(value.substr(i)));
  return longest;
}

// Whether it is a month, and a day where two more digits follow.
bool is_date(std::string_view rest) noexcept {
  const auto pair = [&](std::size_t at) { return (rest[at] - '0') * 10 + rest[at + 1] - '0'; };
  return (pair(0) == 20 || pair(0) == 0) && pair(5) <= 12 && pair(8) <= 31;
}

bool is_clock(std::string_view value) noexcept {
  constexpr std::size_t kLongest = 16;
  return value.size() <= kLongest && value.find(':') != std::string_view::npos &&
         holds_only(value, "0123456789: ") && longest_run_of_digits(value) <= 3;
}

}  // namespace

std::size_t date_at_front(std::string_view rest) noexcept {
  if (!has_form(rest, "9999-99-99") || !is_date(rest)) return 0;
  constexpr std::array<std::string_view, 4> kForms{"9999-99-99 99:99:99", "9999-99-99T99:99:99",
                                                   "9999-99-99 99:99", "9999-99-99T99:99"};
  for (const std::string_view form : kForms) {
    if (has_form(rest, form) && ends_number(rest.substr(form.size()))) return form.size();
  }
  constexpr std::size_t kDate = 10;
  return ends_number(rest.substr(kDate)) ? kDate : 0;
}

std::size_t session_time_at_front(std::string_view rest) noexcept {
  const std::size_t digits = digits_at_front(rest);
  const bool is_time = digits >= 13 && digits <= 16 && rest.front() == '1';
  return is_time && rest.substr(digits).starts_with('-') ? digits : 0;
}

bool is_flag(std::string_view value) noexcept {
  constexpr std::array<std::string_view, 5> kFlags{"yes", "no", "true", "false", "null"};
  return std::any_of(kFlags.begin(), kFlags.end(),
                     [&](std::string_view flag) { return equal_ignoring_case(flag, value); });
}

bool is_moment(std::string_view value) noexcept {
  constexpr std::size_t kLongest = 40;
  if (!value.empty() && date_at_front(value) == value.size()) return true;
  return value.size() <= kLongest && value.find(':') != std::string_view::npos &&
         holds_only(value, "0123456789-:./ +TZUCGMAP") && longest_run_of_digits(value) <= 4;
}

bool is_span(std::string_view value) noexcept {
  constexpr std::size_t kMost = 6;
  if (is_clock(value)) return true;
  if (value.starts_with('-') || value.starts_with('+')) value.remove_prefix(1);
  const std::size_t whole = digits_at_front(value);
  if (whole == 0 || whole > kMost) return false;
  value.remove_prefix(whole);
  if (value.starts_with('.')) value.remove_prefix(1);
  return value.size() <= kMost && digits_at_front(value) == value.size();
}

bool is_count(std::string_view value) noexcept {
  constexpr std::size_t kMost = 7;
  return !value.empty() && value.size() <= kMost && digits_at_front(value) == value.size();
}

bool is_version(std::string_view value) noexcept {
  constexpr std::size_t kLongest = 24;
  constexpr std::string_view kModel = "UCM";
  if (value.size() > kLongest) return false;
  const bool is_number = value.find('.') != std::string_view::npos && holds_only(value, "0123456789.");
  const bool is_model = value.starts_with(kModel) && std::all_of(value.begin(), value.end(), [](char c) {
                          return is_digit(c) || is_letter(c) || c == ' ' || c == '.';
                        });
  return longest_run_of_digits(value) <= 4 && (is_number || is_model);
}

bool is_code(std::string_view value) noexcept {
  constexpr std::size_t kMost = 3;
  if (value == "0") return true;
  return value.starts_with('-') && value.size() <= kMost + 1 && value.size() > 1 &&
         digits_at_front(value.substr(1)) == value.size() - 1;
}

bool is_trunk(std::string_view value) noexcept {
  constexpr std::size_t kLongest = 4;
  return value.starts_with('o') && value.size() > 1 && value.size() <= kLongest &&
         digits_at_front(value.substr(1)) == value.size() - 1;
}

bool is_unique_id(std::string_view value) noexcept {
  constexpr std::string_view kTime = "1999999999.";
  constexpr std::size_t kMost = 7;
  if (!has_form(value, "9999999999.") || value.front() != '1') return false;
  value.remove_prefix(kTime.size());
  return !value.empty() && value.size() <= kMost && digits_at_front(value) == value.size();
}

}  // namespace ucm::wire
