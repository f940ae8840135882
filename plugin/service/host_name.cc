#include "service/host_name.h"

#include <algorithm>

namespace ucm::service {

namespace {

constexpr std::size_t kLongestName = 63;

bool safe(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-';
}

}  // namespace

bool is_safe_host(std::string_view name) noexcept {
  return !name.empty() && name.size() <= kLongestName && name.front() != '.' &&
         std::ranges::all_of(name, safe);
}

std::string safe_host(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (result.size() == kLongestName) break;
    if (result.empty() && (!safe(c) || c == '.')) continue;
    if (safe(c)) {
      result += c;
    } else if (result.back() != '-') {
      result += '-';
    }
  }
  while (!result.empty() && result.back() == '-') result.pop_back();
  return result.empty() ? "pbx" : result;
}

}  // namespace ucm::service
