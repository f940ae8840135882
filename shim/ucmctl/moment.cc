#include "shim/ucmctl/moment.h"

#include <array>
#include <ctime>
#include <string>

#include "base/text.h"

namespace ucm::ctl {

namespace {

struct SpanUnit {
  char letter;
  std::int64_t seconds;
};
constexpr std::array kSpanUnits{SpanUnit{'m', 60}, SpanUnit{'h', 3600}, SpanUnit{'d', 86'400}};
constexpr std::int64_t kMostUnits = 1'000'000;
constexpr std::string_view kPattern = "0000-00-00 00:00:00";

bool fits(std::string_view said) {
  for (std::size_t i = 0; i < said.size(); ++i) {
    const bool digit = said[i] >= '0' && said[i] <= '9';
    const bool separator = kPattern[i] != '0';
    const bool same = said[i] == kPattern[i] || (i == 10 && said[i] == 'T');
    if (separator ? !same : !digit) return false;
  }
  return said.size() == 10 || said.size() == 16 || said.size() == 19;
}

}  // namespace

std::optional<std::int64_t> moment(std::string_view said, std::int64_t now_s) {
  if (said.empty() || said.size() > kPattern.size()) return std::nullopt;
  for (const SpanUnit& unit : kSpanUnits) {
    if (said.back() != unit.letter) continue;
    const auto many = whole_number(said.substr(0, said.size() - 1));
    if (!many || *many < 0 || *many > kMostUnits) return std::nullopt;
    return now_s - *many * unit.seconds;
  }
  if (!fits(said)) return std::nullopt;
  const auto part = [said](std::size_t at, std::size_t digits) {
    return at < said.size() ? static_cast<int>(whole_number(said.substr(at, digits)).value_or(0)) : 0;
  };
  std::tm parts{};
  parts.tm_year = part(0, 4) - 1900;
  parts.tm_mon = part(5, 2) - 1;
  parts.tm_mday = part(8, 2);
  parts.tm_hour = part(11, 2);
  parts.tm_min = part(14, 2);
  parts.tm_sec = part(17, 2);
  parts.tm_isdst = -1;
  const std::tm wanted = parts;
  const std::time_t at = std::mktime(&parts);
  // The 30th of February is the 2nd of March to mktime; an hour that summer time skips is moved, and meant.
  if (parts.tm_mday != wanted.tm_mday || parts.tm_mon != wanted.tm_mon || wanted.tm_hour > 23 ||
      wanted.tm_min > 59 || wanted.tm_sec > 59) {
    return std::nullopt;
  }
  return at;
}

}  // namespace ucm::ctl
