#include "net/client_transfer.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "net/client_words.h"

namespace ucm::net {

namespace {

constexpr std::size_t kLargestHead = 256UL * 1024;  // of all answers of an exchange
constexpr std::size_t kLongestScheme = 32;
constexpr std::size_t kLongestType = 128;

constexpr bool is_good(long status) {
  return status >= 200 && status < 300;
}

// "Digest realm=..." -> "Digest"
std::string scheme_of(std::string_view challenge) {
  challenge = trimmed(challenge);
  return printable(challenge.substr(0, challenge.find_first_of(" \t,")), kLongestScheme);
}

}  // namespace

std::string printable(std::string_view text, std::size_t most) {
  std::string clean(text.substr(0, most));
  std::replace_if(
      clean.begin(), clean.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return clean;
}

bool Transfer::take_head(std::string_view line) {
  constexpr std::string_view challenge = "WWW-Authenticate:";
  stage = Stage::answering;
  if (seen) seen->served = true;
  head_bytes_ += line.size();
  too_large_ = head_bytes_ > kLargestHead;
  if (line.substr(0, 5) == "HTTP/") {
    challenge_.clear();
    head_ended_ = end_marked_ = false;
  } else if (trimmed(line).empty()) {
    head_ended_ = true;
  } else if (starts_with_ignoring_case(line, "Content-Length:") ||
             starts_with_ignoring_case(line, "Transfer-Encoding:")) {
    end_marked_ = true;
  } else if (challenge_.empty() && starts_with_ignoring_case(line, challenge)) {
    challenge_ = scheme_of(line.substr(challenge.size()));
  }
  return !abandoned && !too_large_;
}

bool Transfer::take_body(long status_now, std::string_view bytes) {
  if (abandoned) return false;
  body_bytes_ += bytes.size();
  too_large_ = body_bytes_ > request.most_bytes;
  if (too_large_) return false;
  if (request.sink && is_good(status_now)) {
    enough_ = !request.sink(bytes);
    return !enough_;
  }
  const std::size_t needed = body_.size() + bytes.size();
  if (needed > body_.capacity()) {
    body_.reserve(std::max(needed, std::min(2 * body_.capacity(), request.most_bytes)));
  }
  body_.append(bytes);
  return true;
}

// The library takes the end of a connection for the end of the answer, whether the server meant it or not.
bool Transfer::is_cut() const {
  if (!head_ended_) return true;
  const bool has_body = is_good(status) && status != 204;
  return has_body && !enough_ && !end_marked_ && !(seen && seen->closed);
}

ClientAnswer Transfer::answer() {
  ClientAnswer answer;
  answer.elapsed_ms = ended_ms - started_ms;
  if (seen) answer.certificate = seen->certificate;
  if (ending == Ending::stopped && too_large_) ending = Ending::too_large;
  if (ending == Ending::stopped && enough_) ending = Ending::whole;
  if (ending == Ending::whole && is_cut()) ending = Ending::cut;
  Reason reason = reason_of(*this);
  answer.reach = reason.reach;
  answer.what = std::move(reason.what);
  if (answer.reach == Reach::answered || answer.reach == Reach::too_large) answer.status = status;
  if (answer.reach != Reach::answered) return answer;
  answer.content_type = printable(content_type, kLongestType);
  if (status == 401) answer.challenge = std::move(challenge_);
  answer.body = std::move(body_);
  return answer;
}

}  // namespace ucm::net
