// The conversation with one PBX: one question at a time, one login for each life of a cookie. It never
// repeats what was refused; when to ask again is the caller's to decide (Patience).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/access.h"
#include "api/patience.h"
#include "base/clock.h"
#include "net/client.h"
#include "wire/api_answer.h"
#include "wire/api_request.h"

namespace ucm::api {

// What an action's good answer looks like.
enum class Expected {
  json,      // an envelope, or bare JSON
  anything,  // XML, CSV, a recording; an envelope that reports an error is found all the same
};

struct Question {
  std::string action;  // of the new API; of the legacy one the path: "cdrapi"
  wire::Parameters parameters = {};
  Expected expected = Expected::json;
  std::function<bool(std::string_view)> sink = {};  // as in net::ClientRequest
  // Of the answer. What is needed once, and half of it, the allocator of this thread may keep for ever.
  std::size_t most_bytes = 8UL * 1024 * 1024;
};

struct Reply {
  Refused refused{Trouble::none, wire::ApiVerdict::ok, {}, {}};
  std::string what;        // unless it is well: one sentence for the operator, with what to do
  bool of_action = false;  // the PBX is well and this action alone was refused
  bool let_in = false;     // it was the action that went wrong, not the way to it
  bool too_large = false;  // more than most_bytes
  wire::ApiAnswer answer;  // of Expected::json
  std::string body;        // as it came
  int http_status = 0;
  std::int64_t elapsed_ms = 0;  // of the last exchange

  [[nodiscard]] bool well() const noexcept { return refused.trouble == Trouble::none; }
};

struct SessionCounts {
  std::int64_t requests = 0;  // exchanges begun
  std::int64_t logins = 0;    // that the PBX accepted
};

class Session {
 public:
  using Done = std::function<void(Reply)>;

  // REQUIRES: `client` outlives it.
  Session(net::Client& client, Access access);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // REQUIRES: !busy(). `done` runs once, later, on the loop's thread, and may ask anew or destroy the
  // session. Logs in first where there is no cookie; logs in again, once, when the cookie has expired.
  void ask(Question question, Done done);
  [[nodiscard]] bool busy() const noexcept { return exchange_ != nullptr; }
  // Drops what is on the wire and logs out; `done` as above, at once when there is nothing to log out of.
  void log_out(Done done);

  [[nodiscard]] const Access& access() const noexcept { return access_; }
  [[nodiscard]] bool logged_in() const noexcept { return !cookie_.empty(); }
  [[nodiscard]] const SessionCounts& counts() const noexcept { return counts_; }
  // Of the last exchange that showed one.
  [[nodiscard]] const std::optional<net::PeerCertificate>& certificate() const noexcept {
    return certificate_;
  }

 private:
  void begin();
  void challenge();
  void login(const std::string& token);
  void act();
  void act_legacy();
  void post(std::string body, std::function<bool(std::string_view)> sink,
            std::function<void(net::ClientAnswer)> next);
  void send(net::ClientRequest request, std::function<void(net::ClientAnswer)> next);
  void judge_action(net::ClientAnswer answer);
  void finish(Reply reply);
  [[nodiscard]] std::function<bool(std::string_view)> sink();

  net::Client& client_;
  Access access_;
  std::string cookie_;
  bool cookie_is_new_ = false;  // given for this question: when it is no good either, that is a fault
  Question question_;
  std::string error_;  // what came in place of the bytes that a sink wants
  Done done_;
  std::unique_ptr<net::Client::Exchange> exchange_;
  std::optional<net::PeerCertificate> certificate_;
  SessionCounts counts_;
};

}  // namespace ucm::api
