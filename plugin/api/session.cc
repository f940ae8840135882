#include "api/session.h"

#include <utility>

#include "api/verdict.h"
#include "base/text.h"

namespace ucm::api {

namespace {

constexpr std::int64_t kLogOutMs = 800;
constexpr std::size_t kMostError = 64UL * 1024;

}  // namespace

Session::Session(net::Client& client, Access access) : client_(client), access_(std::move(access)) {}

void Session::ask(Question question, Done done) {
  question_ = std::move(question);
  done_ = std::move(done);
  cookie_is_new_ = false;
  begin();
}

void Session::begin() {
  if (access_.kind == ApiKind::legacy) {
    act_legacy();
  } else if (cookie_.empty()) {
    challenge();
  } else {
    act();
  }
}

void Session::challenge() {
  post(wire::api_request("challenge", "", {{"user", access_.user}, {"version", "1.0"}}), nullptr,
       [this](net::ClientAnswer answer) {
         Reply reply = judge_exchange(std::move(answer), access_);
         if (reply.well()) judge_login(reply, access_);
         if (!reply.well()) return finish(std::move(reply));
         const std::string given = reply.answer.response.get("challenge").scalar().value_or("");
         if (given.empty()) {
           reply.refused.trouble = Trouble::protocol;
           reply.what = "the PBX's answer to challenge holds none: is URL that of the new API?";
           return finish(std::move(reply));
         }
         login(wire::login_token(given, access_.password));
       });
}

void Session::login(const std::string& token) {
  post(wire::api_request("login", "", {{"user", access_.user}, {"token", token}}), nullptr,
       [this](net::ClientAnswer answer) {
         Reply reply = judge_exchange(std::move(answer), access_);
         if (reply.well()) judge_login(reply, access_);
         if (!reply.well()) return finish(std::move(reply));
         cookie_ = reply.answer.response.get("cookie").scalar().value_or("");
         if (cookie_.empty()) {
           reply.refused.trouble = Trouble::protocol;
           reply.what = "the PBX's answer to login holds no cookie";
           return finish(std::move(reply));
         }
         cookie_is_new_ = true;
         ++counts_.logins;
         act();
       });
}

// An error comes as JSON with HTTP status 200, whatever was asked for; no recording begins so.
std::function<bool(std::string_view)> Session::sink() {
  if (!question_.sink) return nullptr;
  error_.clear();
  return [this, first = true](std::string_view bytes) mutable {
    const bool begins = std::exchange(first, false);
    if (error_.empty() && !(begins && bytes.starts_with('{'))) return question_.sink(bytes);
    error_.append(bytes.substr(0, kMostError - error_.size()));
    return true;
  };
}

void Session::act() {
  post(wire::api_request(question_.action, cookie_, question_.parameters), sink(),
       [this](net::ClientAnswer answer) { judge_action(std::move(answer)); });
}

void Session::act_legacy() {
  const std::string query = wire::legacy_query(question_.parameters);
  net::ClientRequest request;
  request.url = text("{}/{}{}{}", access_.url, question_.action, query.empty() ? "" : "?", query);
  request.user = access_.user;
  request.password = access_.password;
  request.sink = sink();
  send(std::move(request), [this](net::ClientAnswer answer) { judge_action(std::move(answer)); });
}

void Session::judge_action(net::ClientAnswer answer) {
  Reply reply = judge_exchange(std::move(answer), access_);
  if (!error_.empty()) reply.body = std::exchange(error_, "");
  // The legacy API has no envelope around what was asked for.
  const bool envelope = access_.kind == ApiKind::current;
  if (reply.well() && envelope) judge_envelope(reply, question_, access_);
  reply.let_in =
      envelope || (reply.http_status >= 200 && reply.http_status != 401 && reply.http_status != 403);
  // Firmware was seen that calls a forgotten cookie a wrong password.
  const bool cookie = envelope && (reply.refused.verdict == wire::ApiVerdict::cookie ||
                                   reply.refused.verdict == wire::ApiVerdict::password);
  if (cookie) {
    cookie_.clear();
    if (!cookie_is_new_) {
      challenge();
      return;
    }
    reply.refused = {Trouble::protocol, wire::ApiVerdict::cookie, {}, {}};
    reply.what = "the PBX does not take the cookie that it has just given";
  }
  finish(std::move(reply));
}

void Session::post(std::string body, std::function<bool(std::string_view)> sink,
                   std::function<void(net::ClientAnswer)> next) {
  net::ClientRequest request;
  request.url = access_.url;
  request.post = true;
  request.body = std::move(body);
  request.sink = std::move(sink);
  send(std::move(request), std::move(next));
}

void Session::send(net::ClientRequest request, std::function<void(net::ClientAnswer)> next) {
  request.timeout_ms = access_.timeout_ms;
  request.most_bytes = question_.most_bytes;
  request.trust = access_.trust;
  ++counts_.requests;
  exchange_ = client_.ask(std::move(request), [this, next = std::move(next)](net::ClientAnswer answer) {
    // Held until the next one begins or the question is over: the client is still in its call.
    const std::unique_ptr<net::Client::Exchange> over = std::move(exchange_);
    if (answer.certificate) certificate_ = answer.certificate;
    next(std::move(answer));
  });
}

void Session::finish(Reply reply) {
  const Done done = std::exchange(done_, nullptr);
  if (done) done(std::move(reply));
}

void Session::log_out(Done done) {
  exchange_.reset();
  done_ = std::move(done);
  if (cookie_.empty() || access_.kind == ApiKind::legacy) return finish({});
  const std::string cookie = std::exchange(cookie_, "");
  access_.timeout_ms = kLogOutMs;
  post(wire::api_request("logout", cookie, {}), nullptr,
       [this](net::ClientAnswer answer) { finish(judge_exchange(std::move(answer), access_)); });
}

}  // namespace ucm::api
