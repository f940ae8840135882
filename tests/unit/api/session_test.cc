#include "api/session.h"

#include <deque>
#include <utility>
#include <vector>

#include "base/text.h"
#include "check.h"

namespace {

using ucm::text;
using ucm::api::Access;
using ucm::api::ApiKind;
using ucm::api::Expected;
using ucm::api::Question;
using ucm::api::Reply;
using ucm::api::Session;
using ucm::api::Trouble;
using ucm::net::ClientAnswer;
using ucm::net::ClientRequest;
using ucm::net::Reach;
using ucm::wire::ApiVerdict;

constexpr std::string_view kChallenge = R"({"response":{"challenge":"0000001652831717"},"status":0})";
constexpr std::string_view kCookie = R"({"response":{"cookie":"sid1-1"},"status":0})";
constexpr std::string_view kExpired = R"({"response":{},"status":-6})";
constexpr std::string_view kFine = R"({"response":{"up-time":"00:42:53"},"status":0})";

// Answers what the test has laid ready, when the test lets it.
class Script final : public ucm::net::Client {
 public:
  struct Asked {
    ClientRequest request;
    Done done;
    bool cancelled = false;
  };
  std::deque<Asked> asked;
  std::vector<std::string> bodies;  // of every request
  std::size_t at_once = 0;

  std::unique_ptr<Exchange> ask(ClientRequest request, Done done) override {
    bodies.push_back(request.body.empty() ? request.url : request.body);
    asked.push_back({std::move(request), std::move(done)});
    at_once = std::max(at_once, asked.size());
    return std::make_unique<Ticket>(*this, bodies.size());
  }
  [[nodiscard]] std::size_t on_the_wire() const noexcept override { return asked.size(); }

  void answer(ClientAnswer answer) {
    assert_false(asked.empty());
    const Asked next = std::move(asked.front());
    asked.pop_front();
    if (next.request.sink && answer.status == 200) {
      next.request.sink(answer.body);
      answer.body.clear();
    }
    answer.elapsed_ms = 5;
    next.done(std::move(answer));
  }
  void answer(std::string_view body, int status = 200) {
    ClientAnswer given;
    given.reach = Reach::answered;
    given.status = status;
    given.body = body;
    answer(std::move(given));
  }
  void broken(Reach reach) {
    ClientAnswer given;
    given.reach = reach;
    given.what = "why";
    answer(std::move(given));
  }

 private:
  struct Ticket final : Exchange {
    Ticket(Script& owner, std::size_t number) : script(owner), which(number) {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() override {
      // Of one that is still waiting: it is taken back.
      if (!script.asked.empty() && script.bodies.size() == which) script.asked.clear();
    }
    Script& script;
    std::size_t which;
  };
};

struct Desk {
  Script client;
  Session session;
  std::vector<Reply> replies;

  explicit Desk(ApiKind kind = ApiKind::current)
      : session(client, Access{.kind = kind,
                               .url = kind == ApiKind::current ? "https://pbx:8089/api" : "https://pbx:8443",
                               .user = "cdrapi",
                               .password = "cdrapi123",
                               .timeout_ms = 1'000,
                               .trust = {}}) {}

  void ask(std::string action = "getSystemStatus", ucm::wire::Parameters parameters = {},
           Expected expected = Expected::json) {
    session.ask({.action = std::move(action), .parameters = std::move(parameters), .expected = expected},
                [this](Reply reply) { replies.push_back(std::move(reply)); });
  }
  void log_in() {
    client.answer(kChallenge);
    client.answer(kCookie);
  }
};

void a_question_logs_in_first(void**) {
  Desk desk;
  desk.ask();
  assert_true(desk.session.busy());
  desk.log_in();
  desk.client.answer(kFine);
  assert_false(desk.session.busy());
  assert_int_equal(desk.replies.size(), 1);
  assert_true(desk.replies[0].well());
  assert_text(*desk.replies[0].answer.response.get("up-time").scalar(), "00:42:53");
  assert_text(desk.client.bodies[0], R"({"request":{"action":"challenge","user":"cdrapi","version":"1.0"}})");
  assert_text(desk.client.bodies[1],
              R"({"request":{"action":"login","user":"cdrapi","token":"0faa24433e3c7a9bcfa8000f735305d5"}})");
  assert_text(desk.client.bodies[2], R"({"request":{"action":"getSystemStatus","cookie":"sid1-1"}})");
  assert_int_equal(desk.client.at_once, 1);
}

void the_cookie_is_used_until_it_expires(void**) {
  Desk desk;
  desk.ask();
  desk.log_in();
  desk.client.answer(kFine);
  for (int i = 0; i < 20; ++i) {
    desk.ask();
    desk.client.answer(kFine);
  }
  assert_int_equal(desk.session.counts().logins, 1);
  assert_int_equal(desk.session.counts().requests, 23);
  desk.ask("listAccount");
  desk.client.answer(kExpired);
  assert_true(desk.session.busy());
  desk.log_in();
  desk.client.answer(kFine);
  assert_true(desk.replies.back().well());
  assert_int_equal(desk.session.counts().logins, 2);
  assert_true(desk.client.bodies.back().find("listAccount") != std::string::npos);
}

void a_new_cookie_that_is_no_good_is_not_fetched_again(void**) {
  Desk desk;
  desk.ask();
  desk.log_in();
  desk.client.answer(kExpired);
  assert_int_equal(desk.replies.size(), 1);
  assert_true(desk.replies[0].refused.trouble == Trouble::protocol);
  assert_false(desk.replies[0].of_action);
  assert_false(desk.session.logged_in());
}

// Also where CSV, XML or a recording was asked for.
void an_expired_cookie_is_found_in_any_kind_of_answer(void**) {
  Desk desk;
  desk.ask();
  desk.log_in();
  desk.client.answer(kFine);
  desk.ask("cdrapi", {{"format", "csv"}}, Expected::anything);
  desk.client.answer(R"({"status":-6})");
  desk.log_in();
  desk.client.answer("AcctId,src\n");
  assert_text(desk.replies.back().body, "AcctId,src\n");

  std::string sunk;
  desk.session.ask({.action = "recapi",
                    .parameters = {},
                    .expected = Expected::anything,
                    .sink =
                        [&](std::string_view bytes) {
                          sunk += bytes;
                          return true;
                        }},
                   [&](Reply reply) { desk.replies.push_back(std::move(reply)); });
  desk.client.answer(R"({"status":-6})");
  desk.log_in();
  desk.client.answer("RIFF....WAVE");
  assert_text(sunk, "RIFF....WAVE");
  assert_true(desk.replies.back().well());
}

void a_refused_password_is_not_repeated(void**) {
  Desk desk;
  desk.ask();
  desk.client.answer(kChallenge);
  desk.client.answer(R"({"response":{"remain_num":3,"remain_time":0},"status":-37})");
  assert_int_equal(desk.client.bodies.size(), 2);
  const Reply& reply = desk.replies.at(0);
  assert_true(reply.refused.trouble == Trouble::auth && reply.refused.verdict == ApiVerdict::password);
  assert_int_equal(reply.refused.tries_left.value_or(-1), 3);
  assert_true(reply.what.find("cdrapi123") == std::string::npos);
  assert_true(reply.what.find("PasswordFile") != std::string::npos);
}

void an_action_that_is_not_permitted_spoils_nothing_else(void**) {
  Desk desk;
  desk.ask("listDigitalTrunk");
  desk.log_in();
  desk.client.answer(R"({"response":{},"status":-47})");
  assert_true(desk.replies[0].of_action);
  assert_true(desk.replies[0].refused.trouble == Trouble::permission);
  assert_true(desk.replies[0].what.find("listDigitalTrunk") != std::string::npos);
  desk.ask();
  desk.client.answer(kFine);
  assert_true(desk.replies[1].well());
  assert_int_equal(desk.session.counts().logins, 1);
}

void a_challenge_that_is_not_permitted_is_of_the_pbx(void**) {
  Desk desk;
  desk.ask();
  desk.client.answer(R"({"response":{},"status":-47})");
  assert_false(desk.replies[0].of_action);
  assert_true(desk.replies[0].refused.trouble == Trouble::permission);
}

void every_way_to_fail_has_its_name(void**) {
  const std::pair<Reach, Trouble> reaches[] = {
      {Reach::resolve, Trouble::connect}, {Reach::connect, Trouble::connect},
      {Reach::tls, Trouble::tls},         {Reach::timeout, Trouble::timeout},
      {Reach::cut, Trouble::protocol},    {Reach::too_large, Trouble::protocol}};
  for (const auto& [reach, trouble] : reaches) {
    Desk desk;
    desk.ask();
    desk.client.broken(reach);
    assert_true(desk.replies.at(0).refused.trouble == trouble);
    assert_text(desk.replies[0].what, "why");
  }
  struct Case {
    std::string_view body;
    int status;
    Trouble trouble;
  };
  const Case cases[] = {{"403 Forbidden", 200, Trouble::permission},
                        {"403 Forbidden", 403, Trouble::permission},
                        {"<html>hello</html>", 200, Trouble::protocol},
                        {"", 200, Trouble::protocol},
                        {"oops", 500, Trouble::protocol},
                        {R"({"status":-45})", 200, Trouble::protocol},
                        {R"({"status":-70})", 200, Trouble::auth}};
  for (const Case& one : cases) {
    Desk desk;
    desk.ask();
    desk.client.answer(one.body, one.status);
    assert_true(desk.replies.at(0).refused.trouble == one.trouble);
    assert_false(desk.replies[0].of_action);
    assert_false(desk.replies[0].what.empty());
  }
}

void the_legacy_api_is_asked_by_path_and_query(void**) {
  Desk desk(ApiKind::legacy);
  desk.ask("cdrapi", {{"format", "json"}, {"startTime", "2026-01-01T00:00:00+02:00"}}, Expected::anything);
  assert_text(desk.client.bodies[0],
              "https://pbx:8443/cdrapi?format=json&startTime=2026-01-01T00%3A00%3A00%2B02%3A00");
  assert_text(desk.client.asked[0].request.user, "cdrapi");
  desk.client.answer(R"({"cdr":[]})");
  assert_true(desk.replies[0].well());
  desk.ask("recapi", {}, Expected::anything);
  desk.client.answer("", 404);
  assert_true(desk.replies[1].of_action);
  desk.ask("cdrapi", {}, Expected::anything);
  desk.client.answer("", 401);
  assert_true(desk.replies[2].refused.verdict == ApiVerdict::password);
}

void logging_out_says_goodbye_with_the_cookie(void**) {
  Desk desk;
  desk.ask();
  desk.log_in();
  desk.client.answer(kFine);
  bool out = false;
  desk.session.log_out([&](const Reply&) { out = true; });
  assert_text(desk.client.bodies.back(), R"({"request":{"action":"logout","cookie":"sid1-1"}})");
  assert_false(out);
  desk.client.broken(Reach::timeout);
  assert_true(out);
  out = false;
  desk.session.log_out([&](const Reply&) { out = true; });  // there is nothing to log out of
  assert_true(out);
}

void a_reply_may_ask_anew_or_end_the_session(void**) {
  Script client;
  auto session = std::make_unique<Session>(
      client, Access{.url = "https://pbx/api", .user = "u", .password = "p", .trust = {}});
  int replies = 0;
  session->ask({.action = "ping", .parameters = {}}, [&](const Reply&) {
    ++replies;
    session->ask({.action = "ping", .parameters = {}}, [&](const Reply&) {
      ++replies;
      session.reset();
    });
  });
  client.answer(kChallenge);
  client.answer(kCookie);
  client.answer(kFine);
  client.answer(kFine);
  assert_int_equal(replies, 2);
  assert_null(session.get());
}

}  // namespace

int session_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_question_logs_in_first),
      cmocka_unit_test(the_cookie_is_used_until_it_expires),
      cmocka_unit_test(a_new_cookie_that_is_no_good_is_not_fetched_again),
      cmocka_unit_test(an_expired_cookie_is_found_in_any_kind_of_answer),
      cmocka_unit_test(a_refused_password_is_not_repeated),
      cmocka_unit_test(an_action_that_is_not_permitted_spoils_nothing_else),
      cmocka_unit_test(a_challenge_that_is_not_permitted_is_of_the_pbx),
      cmocka_unit_test(every_way_to_fail_has_its_name),
      cmocka_unit_test(the_legacy_api_is_asked_by_path_and_query),
      cmocka_unit_test(logging_out_says_goodbye_with_the_cookie),
      cmocka_unit_test(a_reply_may_ask_anew_or_end_the_session),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
