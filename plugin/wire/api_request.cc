#include "wire/api_request.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "base/digest.h"
#include "base/spans.h"
#include "base/text.h"
#include "wire/json.h"

namespace ucm::wire {

namespace {

// What the vendor's own examples leave as it is, beside the unreserved characters of RFC 3986.
bool stays(char c) noexcept {
  const bool is_alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return is_alphanumeric || std::string_view("-._~@,/").find(c) != std::string_view::npos;
}

std::string percent_encoded(std::string_view value) {
  std::string encoded;
  encoded.reserve(value.size());
  for (const char c : value) {
    if (stays(c)) {
      encoded.push_back(c);
    } else {
      encoded += text("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return encoded;
}

struct Wall {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  std::int64_t second_of_day = 0;
};

// What a clock shows; years 1970 to 9999, nothing else can be asked for.
Wall wall_of(std::int64_t epoch_s, std::int64_t offset_s) {
  constexpr std::int64_t kLast = 253'402'300'799;  // 9999-12-31 23:59:59
  using namespace std::chrono;
  const std::int64_t local =
      std::clamp<std::int64_t>(std::clamp<std::int64_t>(epoch_s, 0, kLast) + offset_s, 0, kLast);
  const year_month_day date{sys_days{days{local / kDay}}};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()), local % kDay};
}

// No clock on earth is further from UTC than 14 hours.
std::int64_t whole_minutes(std::int64_t offset_s) {
  constexpr std::int64_t kFurthest = 18LL * 3600;
  return std::clamp<std::int64_t>(offset_s, -kFurthest, kFurthest) / 60 * 60;
}

}  // namespace

std::string api_request(std::string_view action, std::string_view cookie, const Parameters& parameters) {
  Json request = Json::object();
  request.set("action", Json::string(action));
  if (!cookie.empty()) request.set("cookie", Json::string(cookie));
  for (const auto& [name, value] : parameters) request.set(name, Json::string(value));
  Json whole = Json::object();
  whole.set("request", request);
  return whole.line();
}

std::string login_token(std::string_view challenge, std::string_view password) {
  return md5_hex(std::string(challenge).append(password));
}

std::string legacy_query(const Parameters& parameters) {
  std::string query;
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    if (!query.empty()) query.push_back('&');
    query += percent_encoded(name) + '=' + percent_encoded(value);
  }
  return query;
}

std::string api_time(std::int64_t epoch_s, std::int64_t offset_s) {
  const std::int64_t offset = whole_minutes(offset_s);
  const Wall wall = wall_of(epoch_s, offset);
  const std::int64_t s = wall.second_of_day;
  const std::int64_t minutes = std::abs(offset) / 60;
  return text("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{:02}:{:02}", wall.year, wall.month, wall.day, s / 3600,
              s / 60 % 60, s % 60, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string api_date(std::int64_t epoch_s, std::int64_t offset_s) {
  const Wall wall = wall_of(epoch_s, whole_minutes(offset_s));
  return text("{:04}-{:02}-{:02}", wall.year, wall.month, wall.day);
}

}  // namespace ucm::wire
