// What is asked of a PBX, as bytes: the new API's JSON (POST /api) and the legacy API's query (GET).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ucm::wire {

using Parameters = std::vector<std::pair<std::string, std::string>>;

// {"request":{"action":"...","cookie":"...", ...}} in one line. An empty cookie is left out.
[[nodiscard]] std::string api_request(std::string_view action, std::string_view cookie,
                                      const Parameters& parameters);

// What proves the password: lower-case hexadecimal MD5 of challenge and password, one behind the other.
[[nodiscard]] std::string login_token(std::string_view challenge, std::string_view password);

// "format=json&startTime=2026-01-01T00%3A00%3A00%2B02%3A00": percent-encoded where RFC 3986 wants it, '@' is
// kept (it is a wildcard and a separator there). The legacy API answers nothing at all when a value is empty:
// such parameters are left out.
[[nodiscard]] std::string legacy_query(const Parameters& parameters);

// "2026-01-01T00:00:00+02:00": the moment `epoch_s` on a clock `offset_s` east of UTC; whole minutes of
// offset.
[[nodiscard]] std::string api_time(std::int64_t epoch_s, std::int64_t offset_s);
// "2026-01-01" of the same clock.
[[nodiscard]] std::string api_date(std::int64_t epoch_s, std::int64_t offset_s);

}  // namespace ucm::wire
