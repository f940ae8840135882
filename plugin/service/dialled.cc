#include "service/dialled.h"

#include <algorithm>

namespace ucm::service {

namespace {

constexpr std::size_t kShortestAbroad = 6;  // digits behind the prefix; less is a service or a mistake
constexpr std::size_t kLongestInside = 6;   // digits of an extension
constexpr std::size_t kMostShown = 40;      // of a name that is shown whole

std::string dialable(std::string_view number) {
  std::string kept;
  for (const char c : number) {
    if ((c >= '0' && c <= '9') || c == '+' || c == '*' || c == '#') kept += c;
  }
  return kept;
}

// The longest of the international prefixes that it begins with.
std::size_t prefix_length(std::string_view number, const AlertSettings& settings) {
  std::size_t longest = 0;
  for (const std::string& prefix : settings.international) {
    if (number.starts_with(prefix)) longest = std::max(longest, prefix.size());
  }
  return longest;
}

// With its country code. A national number drops the one 0 that says so; "" where the country is not known.
std::string whole_of(std::string_view number, const AlertSettings& settings) {
  const std::size_t prefix = prefix_length(number, settings);
  std::string_view rest = number.substr(prefix);
  if (prefix > 0) return "+" + std::string(rest);
  if (settings.home_country.empty() || !rest.starts_with('0')) return {};
  rest.remove_prefix(1);
  return "+" + settings.home_country + std::string(rest);
}

// Bytes of whole characters only: the name may be of any script.
std::string first_of(std::string_view name, std::size_t bytes) {
  while (bytes < name.size() && (static_cast<unsigned char>(name[bytes]) & 0xC0U) == 0x80U) ++bytes;
  return std::string(name.substr(0, bytes));
}

std::string whole_or_masked(std::string_view number, bool whole, const PbxSettings& settings) {
  if (!whole) return masked(number, settings.alerts);
  return number.size() > kMostShown ? first_of(number, kMostShown) + "…" : std::string(number);
}

}  // namespace

Dialled dialled(std::string_view number, const AlertSettings& settings) {
  Dialled made;
  made.number = dialable(number);
  if (!settings.outside_line.empty() && made.number.starts_with(settings.outside_line))
    made.number.erase(0, settings.outside_line.size());
  const std::size_t prefix = prefix_length(made.number, settings);
  made.whole = whole_of(made.number, settings);
  if (made.whole.empty()) return made;
  const std::string_view digits = std::string_view(made.whole).substr(1);
  made.country = country_of(digits);
  const bool home = !settings.home_country.empty() && digits.starts_with(settings.home_country);
  made.abroad = prefix > 0 && digits.size() >= kShortestAbroad && !home;
  return made;
}

std::string_view premium_of(const Dialled& number, const AlertSettings& settings) {
  for (const std::string& prefix : settings.premium) {
    if (number.number.starts_with(prefix)) return prefix;
    const std::string whole = whole_of(prefix, settings);
    if (!whole.empty() && number.whole.starts_with(whole)) return prefix;
  }
  return {};
}

std::string masked(std::string_view number, const AlertSettings& settings) {
  constexpr std::size_t kOfNational = 3;
  constexpr std::size_t kBehindCode = 2;
  const std::string plain = dialable(number);
  if (number.empty()) return "?";
  if (plain.size() <= kLongestInside || plain.size() < number.size() / 2) return first_of(number, 1) + "…";
  const std::size_t prefix = prefix_length(plain, settings);
  if (prefix == 0) return plain.substr(0, kOfNational) + "…";
  const std::string_view digits = std::string_view(plain).substr(prefix);
  const Country* country = country_of(digits);
  const std::size_t code = country == nullptr ? 1 : country->code.size();
  return "+" + std::string(digits.substr(0, code + kBehindCode)) + "…";
}

std::string shown_number(std::string_view number, const PbxSettings& settings) {
  return whole_or_masked(number, settings.numbers, settings);
}

std::string shown_caller(std::string_view caller, const PbxSettings& settings) {
  const bool inside = caller.size() <= kLongestInside;
  const bool named = settings.extensions && !settings.hash_names && inside;
  return whole_or_masked(caller, settings.numbers || named, settings);
}

std::string shown_account(std::string_view account, const PbxSettings& settings) {
  const bool named = settings.account_codes && !settings.hash_names;
  return whole_or_masked(account, settings.numbers || named, settings);
}

}  // namespace ucm::service
