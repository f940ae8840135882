#include "wire/api_answer.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "wire/api_body.h"
#include "wire/api_value.h"
#include "wire/utf8.h"

namespace ucm::wire {

namespace {

struct Code {
  std::int64_t status;
  ApiVerdict verdict;
  std::string_view words;
};

constexpr std::array kCodes{
    Code{0, ApiVerdict::ok, "ok"},
    Code{-1, ApiVerdict::invalid, "invalid parameters"},
    Code{-5, ApiVerdict::cookie, "need authentication"},
    Code{-6, ApiVerdict::cookie, "cookie error"},
    Code{-7, ApiVerdict::failed, "connection closed"},
    Code{-8, ApiVerdict::failed, "system timeout"},
    Code{-9, ApiVerdict::failed, "abnormal system error"},
    Code{-15, ApiVerdict::invalid, "invalid value"},
    Code{-16, ApiVerdict::no_such_item, "no such item"},
    Code{-19, ApiVerdict::unsupported, "unsupported"},
    Code{-24, ApiVerdict::failed, "failed to operate data"},
    Code{-25, ApiVerdict::failed, "failed to update data"},
    Code{-26, ApiVerdict::failed, "failed to get data"},
    Code{-37, ApiVerdict::password, "wrong account or password"},
    Code{-43, ApiVerdict::failed, "data was modified or deleted"},
    Code{-44, ApiVerdict::failed, "item exists already"},
    Code{-45, ApiVerdict::wait_15_s, "operating too frequently, retry after 15 seconds"},
    Code{-46, ApiVerdict::wait_15_s, "operating too frequently, retry after 15 seconds"},
    Code{-47, ApiVerdict::not_permitted, "no permission"},
    Code{-50, ApiVerdict::invalid, "sensitive characters"},
    Code{-51, ApiVerdict::failed, "another task is running"},
    Code{-57, ApiVerdict::wait_60_s, "operating too frequently, retry after 60 seconds"},
    Code{-68, ApiVerdict::locked_out, "login restriction"},
    Code{-69, ApiVerdict::failed, "a conference is in progress"},
    Code{-70, ApiVerdict::locked_out, "login forbidden"},
    Code{-71, ApiVerdict::password, "unknown user"},
    Code{-90, ApiVerdict::failed, "the conference is busy"},
    Code{-98, ApiVerdict::failed, "digital calls are present"},
    Code{-251, ApiVerdict::failed, "another task is running"},
};

const Code* code_of(std::int64_t status) noexcept {
  const auto* found =
      std::find_if(kCodes.begin(), kCodes.end(), [&](const Code& code) { return code.status == status; });
  return found == kCodes.end() ? nullptr : found;
}

// Longer than any envelope that only reports an error.
constexpr std::size_t kLongestErrorAnswer = 8192;

// A PBX's own sentence goes to the log.
constexpr std::size_t kLongestError = 200;

std::string error_in(const Json& document, const Json& response) {
  std::string error = text_in(response, "error_msg");
  if (error.empty()) error = text_in(document, "error_msg");
  if (error.empty() && response.is(Json::Kind::string)) error = trimmed(response.characters());
  return error.size() <= kLongestError ? error : repaired_utf8(error.substr(0, kLongestError));
}

// Tries and seconds: neither is negative, and nothing is locked for longer than a year.
std::optional<std::int64_t> at_either_level(const Json& document, const Json& response,
                                            std::string_view key) {
  constexpr std::int64_t kMost = 366LL * 24 * 3600;
  const auto inner = number_in(response, key);
  const auto number = inner ? inner : number_in(document, key);
  if (!number || *number < 0) return std::nullopt;
  return std::min(*number, kMost);
}

}  // namespace

ApiVerdict verdict_of(std::int64_t status) noexcept {
  const Code* code = code_of(status);
  return code == nullptr ? ApiVerdict::failed : code->verdict;
}

std::string_view words_for(std::int64_t status) noexcept {
  const Code* code = code_of(status);
  return code == nullptr ? "unknown" : code->words;
}

Result<ApiAnswer> read_api_answer(std::string_view body) {
  if (auto why = why_no_answer(body)) return *std::move(why);
  const auto parsed = Json::parse(without_margins(body));
  if (!parsed) return Error{Fault::malformed, text("not the API's JSON: {}", parsed.error().what)};
  const Json& document = parsed.value();
  if (!document.is(Json::Kind::object)) {
    return Error{Fault::malformed, "not the API's JSON: the answer is no object"};
  }
  ApiAnswer answer;
  const std::string status = text_in(document, "status");
  const auto number = number_in(document, "status");
  if (!status.empty() && !number) return Error{Fault::malformed, "the answer's status is no number"};
  answer.status = number.value_or(0);
  const Json response = document.get("response");
  answer.response = response.is(Json::Kind::null) ? document : response;
  answer.error = error_in(document, response);
  answer.tries_left = at_either_level(document, response, "remain_num");
  answer.locked_for_s = at_either_level(document, response, "remain_time");
  return answer;
}

std::optional<std::int64_t> error_status_of(std::string_view body) {
  body = without_margins(body);
  if (body.size() > kLongestErrorAnswer || !body.starts_with('{')) return std::nullopt;
  const auto document = Json::parse(body);
  if (!document) return std::nullopt;
  const auto status = number_in(document.value(), "status");
  return status && *status != 0 ? status : std::nullopt;
}

}  // namespace ucm::wire
