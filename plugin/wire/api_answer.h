// What a PBX answers, up to the point where an action's own content begins: envelope, status code, and
// whether it is an answer of the API at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/json.h"

namespace ucm::wire {

// What a status code means to the asker. Codes and words: docs/wire.md.
enum class ApiVerdict {
  ok,             // 0, or an answer that carries no status
  cookie,         // -6, -5: log in again
  password,       // -37, -71
  wait_15_s,      // -45, -46
  wait_60_s,      // -57
  locked_out,     // -68, -70: for an hour
  not_permitted,  // -47
  invalid,        // -1, -15, -50: the parameters are not what it wants
  no_such_item,   // -16
  unsupported,    // -19
  failed,         // every other one: it could not
};
[[nodiscard]] ApiVerdict verdict_of(std::int64_t status) noexcept;
// The vendor's word for a code: "cookie error"; "unknown" for one that it does not list.
[[nodiscard]] std::string_view words_for(std::int64_t status) noexcept;

struct ApiAnswer {
  std::int64_t status = 0;  // 0 when there was none: cdrapi and queueapi leave it out when all is well
  Json response;            // `response`; the whole document when there is none
  std::string error;        // response.error_msg
  std::optional<std::int64_t> tries_left;    // remain_num, of a refused login; at either level
  std::optional<std::int64_t> locked_for_s;  // remain_time; at most a year
};

// Of a body that should be the API's JSON. Malformed, with a sentence for the operator, when it is empty,
// HTML ("a web page, not the API: ..."), or anything else.
[[nodiscard]] Result<ApiAnswer> read_api_answer(std::string_view body);

// Of a body that may be anything (XML, CSV, a recording): the status, where the body is an envelope that
// reports an error all the same. Cheap: looks at the first byte and the length before it parses.
[[nodiscard]] std::optional<std::int64_t> error_status_of(std::string_view body);

}  // namespace ucm::wire
