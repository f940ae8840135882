#include "wire/api_body.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "wire/format.h"

namespace ucm::wire {

namespace {

// How much of a page is read for what it says; titles stand within.
constexpr std::size_t kHead = 2048;

constexpr std::ptrdiff_t kMostTags = 400'000;  // of a thousand calls with three records each: 240,000

bool is_web_page(std::string_view body) noexcept {
  constexpr std::array<std::string_view, 4> kBegins{"<html", "<!doctype html", "<head", "<body"};
  return std::any_of(kBegins.begin(), kBegins.end(),
                     [&](std::string_view tag) { return starts_with_ignoring_case(body, tag); });
}

}  // namespace

std::string_view without_margins(std::string_view body) noexcept {
  while (!body.empty() && is_between_documents(body.front())) body.remove_prefix(1);
  return trimmed(body);
}

std::optional<Error> why_no_answer(std::string_view body) {
  body = without_margins(body);
  if (body.empty()) return Error{Fault::malformed, "an empty answer"};
  if (body.front() == '<' && std::count(body.begin(), body.end(), '<') > kMostTags) {
    return Error{Fault::malformed, text("an answer of more than {} XML tags", kMostTags)};
  }
  const bool is_page = is_web_page(body);
  const bool is_bare =
      body.front() >= '0' && body.front() <= '9' && body.find('\n') == std::string_view::npos;
  const std::string_view head = body.substr(0, kHead);
  if ((is_page && contains_ignoring_case(head, "forbidden")) ||
      (is_bare && starts_with_ignoring_case(body, "403 "))) {
    return Error{
        Fault::malformed,
        "403 Forbidden: the API is switched off, or this address is not permitted; see HTTPS API Settings "
        "in the PBX's web interface"};
  }
  if (is_page) {
    return Error{Fault::malformed,
                 "a web page, not the API: the URL is another one, or the HTTPS API is switched off"};
  }
  return std::nullopt;
}

}  // namespace ucm::wire
