#include "service/options.h"

#include <array>

#include "base/text.h"

namespace ucm::service {

namespace {

struct Unit {
  Kind kind;
  std::string_view words;
};

constexpr Unit kUnits[] = {
    {Kind::text, "text"},
    {Kind::name, "letters, digits, '_', '.' and '-', at most 63, not beginning with '.'"},
    {Kind::path, "absolute path"},
    {Kind::secret, "text, never shown"},
    {Kind::secret_file, "absolute path"},
    {Kind::networks, "addresses, networks like 192.168.2.0/24, or any"},
    {Kind::truth, "true or false"},
    {Kind::count, "whole number"},
    {Kind::bytes, "bytes"},
    {Kind::milliseconds, "milliseconds"},
    {Kind::seconds, "seconds"},
    {Kind::days, "days"},
    {Kind::pin, "sha256//BASE64"},
    {Kind::formula,
     "answered_and_abandoned, answered, offered, without_abandoned_in_time or without_short_abandons"},
    {Kind::trunk_capacity, "name of a trunk and whole number"},
    {Kind::points, "points of a percentage"},
    {Kind::prefixes, "beginnings of numbers: digits, '+', '*' and '#'"},
    {Kind::digits, "digits"},
    {Kind::tls, "1.0, 1.1, 1.2 or 1.3"},
    {Kind::hours, "days and times, like \"Mon-Fri 08:00-18:00\" \"Sat 09:00-13:00\""},
};

bool upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}

bool lower_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// A word begins where a capital follows a small letter, and at the last capital of a run that a small letter
// follows; a plural's "s" stays with its run: ClientCAFile, DIDs.
bool word_begins(std::string_view name, std::size_t i) noexcept {
  if (i == 0 || !upper(name[i])) return false;
  if (lower_or_digit(name[i - 1])) return true;
  const bool small_after = i + 1 < name.size() && lower_or_digit(name[i + 1]);
  const bool plural = i + 2 == name.size() && name[i + 1] == 's';
  return small_after && !plural;
}

std::string snake(std::string_view name) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (word_begins(name, i)) result += '_';
    result += upper(name[i]) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return result;
}

}  // namespace

std::string spelled(std::string_view camel_case, Dialect dialect) {
  return dialect == Dialect::toml ? snake(camel_case) : std::string(camel_case);
}

bool means(std::string_view key, std::string_view camel_case, Dialect dialect) {
  return dialect == Dialect::toml ? key == snake(camel_case) : equal_ignoring_case(key, camel_case);
}

const Option* find_option(std::string_view key, Block block, Dialect dialect) {
  for (const Option& option : options()) {
    if ((option.blocks & block) != 0 && means(key, option.name, dialect)) return &option;
  }
  return nullptr;
}

std::vector<std::string> names_in(Block block, Dialect dialect) {
  std::vector<std::string> names;
  for (const Option& option : options()) {
    if ((option.blocks & block) != 0) names.push_back(spelled(option.name, dialect));
  }
  if (block == kPlugin) {
    names.push_back(spelled("Listen", dialect));
    names.push_back(spelled("PBX", dialect));
  }
  if (block == kPbx) names.push_back(spelled("API", dialect));
  return names;
}

std::string values_of(const Option& option) {
  for (const Unit& unit : kUnits) {
    if (unit.kind != option.kind) continue;
    if (option.range.most == 0) return std::string(unit.words);
    return text("{}, {} to {}", unit.words, option.range.least, option.range.most);
  }
  return {};
}

}  // namespace ucm::service
