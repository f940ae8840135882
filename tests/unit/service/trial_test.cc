#include "service/trial.h"

#include <deque>
#include <utility>

#include "base/text.h"
#include "check.h"
#include "hands.h"
#include "service/trial_round.h"

namespace {

using namespace ucm;
using namespace ucm::service;
using Fared = ActionTrial::Fared;

// Answers at once what the test says about an action, and notes what was asked.
class Pbx final : public net::Client {
 public:
  using Answer = std::function<net::ClientAnswer(const net::ClientRequest&)>;
  std::map<std::string, Answer> answers;  // by a word of the request
  std::vector<std::string> asked;
  struct Waiting {
    net::ClientAnswer answer;
    Done done;
  };
  std::deque<Waiting> waiting;
  std::size_t most = 1'000;  // answers, then silence

  std::unique_ptr<Exchange> ask(net::ClientRequest request, Done done) override {
    const std::string words = request.url + request.body;
    asked.push_back(words);
    net::ClientAnswer answer = json(R"({"response":{},"status":0})");
    for (const auto& [word, given] : answers) {
      if (words.find(word) != std::string::npos) answer = given(request);
    }
    if (request.sink && answer.status == 200) answer.body.clear();
    waiting.push_back({std::move(answer), std::move(done)});
    return std::make_unique<Ticket>();
  }
  [[nodiscard]] std::size_t on_the_wire() const noexcept override { return waiting.size(); }

  void run() {
    while (!waiting.empty() && most-- > 0) {
      const Waiting next = std::move(waiting.front());
      waiting.pop_front();
      next.done(next.answer);
    }
  }
  [[nodiscard]] std::size_t times(std::string_view word) const {
    std::size_t n = 0;
    for (const std::string& words : asked) n += words.find(word) != std::string::npos ? 1 : 0;
    return n;
  }

  static net::ClientAnswer json(std::string_view body, int status = 200) {
    net::ClientAnswer answer;
    answer.reach = net::Reach::answered;
    answer.status = status;
    answer.body = body;
    answer.certificate = net::PeerCertificate{2'000'000'000, "sha256//x", true};
    return answer;
  }
  static net::ClientAnswer away(net::Reach reach) {
    net::ClientAnswer answer;
    answer.reach = reach;
    answer.what = "why";
    return answer;
  }
  void say(const std::string& word, std::string body, int status = 200) {
    answers[word] = [body = std::move(body), status](const net::ClientRequest&) {
      return json(body, status);
    };
  }
  void silence(const std::string& word, net::Reach reach) {
    answers[word] = [reach](const net::ClientRequest&) { return away(reach); };
  }
  void let_in() {
    say("\"challenge\"", R"({"response":{"challenge":"1"},"status":0})");
    say("\"login\"", R"({"response":{"cookie":"sid1-1"},"status":0})");
    say("cdrapi\"", R"({"cdr_root":[]})");
    say("queueapi\"", R"({"queue_statistics":[]})");
    say("listQueue\"", R"({"response":{"queue":[{"extension":"6500"}],"total_page":1},"status":0})");
  }

 private:
  struct Ticket final : Exchange {};
};

PbxSettings settings_of(const char* kind = "new") {
  PbxSettings settings;
  settings.name = "hq";
  settings.api.emplace();
  settings.api->url = "https://pbx:8089/api";
  settings.api->kind = kind;
  settings.api->user = "u";
  settings.api->password = "p";
  return settings;
}

struct Desk {
  Pbx client;
  Hands hands;
  PbxSettings settings;
  TrialRound round;
  int ended = 0;

  explicit Desk(const char* kind = "new") : settings(settings_of(kind)), round(settings, client, hands) {}
  PbxTrial& run() {
    round.begin([this] { ++ended; });
    client.run();
    return round.trial();
  }
  Fared fared(std::string_view action) {
    for (const ActionTrial& each : round.trial().actions) {
      if (each.name == action) return each.fared;
    }
    return Fared::not_tried;
  }
};

void a_round_asks_each_action_once(void**) {
  Desk desk;
  desk.client.let_in();
  const PbxTrial& trial = desk.run();
  assert_int_equal(desk.ended, 1);
  assert_true(trial.let_in);
  assert_int_equal(trial.trouble, api::Trouble::none);
  assert_int_equal(trial.logins, 1);
  assert_int_equal(desk.client.times("\"login\""), 1);
  assert_int_equal(desk.client.times("\"logout\""), 1);
  for (const ActionTrial& action : trial.actions) {
    assert_int_equal(action.fared, Fared::answered);
    // Of the last day, then of the last week.
    assert_int_equal(desk.client.times('"' + action.name + '"'), action.name == "cdrapi" ? 2 : 1);
  }
  assert_int_equal(*trial.day_records, 0);
  assert_int_equal(desk.client.times("getSIPAccount"), 0);
}

struct Case {
  const char* action;
  const char* body;
  int status;
  Fared fared;
};

void what_an_answer_says_of_its_action(void**) {
  constexpr Case kCases[] = {
      {"recapi\"", R"({"status":-47})", 200, Fared::not_permitted},
      {"recapi\"", R"({"status":-16})", 200, Fared::answered},
      {"recapi\"", R"({"status":-26})", 200, Fared::answered},
      {"recapi\"", R"({"status":-19})", 200, Fared::not_offered},
      {"recapi\"", "<html>", 200, Fared::answered},
      {"recapi\"", "", 500, Fared::failing},
      {"pmsapi\"", R"({"status":-1})", 200, Fared::answered},
      {"pmsapi\"", R"({"status":-47})", 200, Fared::not_permitted},
      {"queueapi\"", R"({"status":-1})", 200, Fared::failing},
      {"queueapi\"", "<html>", 200, Fared::failing},
      {"cdrapi\"", R"({"status":-47})", 200, Fared::not_permitted},
      {"cdrapi\"", "", 200, Fared::failing},
      {"listAccount\"", R"({"status":-47})", 200, Fared::not_permitted},
      {"listAccount\"", R"({"status":-19})", 200, Fared::not_offered},
      {"listAccount\"", R"({"status":-9})", 200, Fared::failing},
      {"listQueue\"", R"({"response":{},"status":0})", 200, Fared::failing},
  };
  for (const Case& c : kCases) {
    Desk desk;
    desk.client.let_in();
    desk.client.say(c.action, c.body, c.status);
    desk.run();
    const Fared fared =
        desk.fared(std::string_view(c.action).substr(0, std::string_view(c.action).size() - 1));
    if (fared != c.fared) print_error("%s %s: %s\n", c.action, c.body, std::string(word_for(fared)).c_str());
    assert_int_equal(fared, c.fared);
    assert_int_equal(desk.fared("listUnBridgedChannels"), Fared::answered);
    assert_int_equal(desk.ended, 1);
  }
}

void a_refused_password_ends_it(void**) {
  Desk desk;
  desk.client.let_in();
  desk.client.say("\"login\"", R"({"response":{"remain_num":3},"status":-37})");
  const PbxTrial& trial = desk.run();
  assert_false(trial.let_in);
  assert_int_equal(trial.trouble, api::Trouble::auth);
  assert_int_equal(*trial.tries_left, 3);
  assert_int_equal(desk.client.asked.size(), 2);
  assert_int_equal(desk.ended, 1);
}

void the_second_action_without_an_answer_ends_it(void**) {
  Desk desk;
  desk.client.let_in();
  desk.client.silence("recapi\"", net::Reach::timeout);
  desk.client.silence("pmsapi\"", net::Reach::timeout);
  const PbxTrial& trial = desk.run();
  assert_int_equal(trial.trouble, api::Trouble::timeout);
  assert_int_equal(desk.fared("recapi"), Fared::failing);
  assert_int_equal(desk.fared("queueapi"), Fared::answered);
  assert_int_equal(desk.fared("pmsapi"), Fared::failing);
  assert_int_equal(desk.fared("listAccount"), Fared::not_tried);
  assert_int_equal(desk.client.times("\"logout\""), 1);
}

void out_of_time_ends_it_where_it_stands(void**) {
  Desk desk;
  desk.client.let_in();
  desk.client.most = 5;
  desk.run();
  assert_int_equal(desk.ended, 0);
  desk.round.out_of_time();
  desk.client.most = 1;  // the farewell
  desk.client.waiting.pop_front();
  desk.client.run();
  assert_int_equal(desk.ended, 1);
  assert_int_equal(desk.round.trial().trouble, api::Trouble::timeout);
  desk.round.out_of_time();
  assert_int_equal(desk.ended, 1);
}

void a_legacy_pbx_that_refuses_the_password_is_asked_no_more(void**) {
  Desk desk("legacy");
  desk.client.say("cdrapi?", R"({"cdr_root":[]})");
  desk.client.say("recapi?", "", 401);
  const PbxTrial& trial = desk.run();
  assert_int_equal(trial.actions.size(), 4);
  assert_true(trial.let_in);
  assert_int_equal(trial.trouble, api::Trouble::auth);
  assert_int_equal(desk.client.times("queueapi"), 0);
}

void what_a_legacy_pbx_does_not_have_is_not_found(void**) {
  Desk desk("legacy");
  for (const char* path : {"recapi", "queueapi", "pmsapi"}) desk.client.say(path, "", 404);
  desk.client.say("cdrapi", "");
  desk.run();
  assert_int_equal(desk.fared("cdrapi"), Fared::answered);
  assert_int_equal(desk.fared("recapi"), Fared::answered);
  assert_int_equal(desk.fared("queueapi"), Fared::not_offered);
  assert_int_equal(desk.fared("pmsapi"), Fared::not_offered);
}

void the_clock_is_read_by_the_zone_that_fits(void**) {
  Desk desk;
  desk.client.let_in();
  desk.hands.wall = 1'770'000'000;  // 02:40:00 UTC
  desk.client.say(
      "getSystemStatus\"",
      R"({"response":{"system-time":"02-02-2026 04:40:07 UTC+02:00","up-time":"00:10:00"},"status":0})");
  const PbxTrial& trial = desk.run();
  assert_int_equal(*trial.clock_ahead_s, 7);
  assert_int_equal(*trial.system->uptime_s, 600);
  // The times of later questions are those of that clock.
  assert_int_equal(desk.client.times("2026-02-01T04:40:00+02:00"), 1);
  assert_int_equal(desk.client.times(R"("startTime":"2026-02-02")"), 1);
}

void what_the_agent_was_refused_rests(void**) {
  const PbxSettings settings = settings_of();
  const auto view = [](const char* trouble, std::int64_t rests_s, const char* url) {
    AgentView agent;
    agent.report.emplace();
    PbxReport pbx;
    pbx.name = "hq";
    pbx.api.emplace();
    pbx.api->trouble = trouble;
    pbx.api->rests_s = rests_s;
    pbx.api->url = url;
    agent.report->pbxes.push_back(pbx);
    return agent;
  };
  assert_false(rest_of(view("auth", 90, "https://pbx:8089/api"), settings).empty());
  assert_true(rest_of(view("auth", 0, "https://pbx:8089/api"), settings).empty());
  assert_true(rest_of(view("timeout", 90, "https://pbx:8089/api"), settings).empty());
  assert_true(rest_of(view("auth", 90, "https://other:8089/api"), settings).empty());
  assert_true(rest_of(AgentView{}, settings).empty());
}

}  // namespace

int trial_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_round_asks_each_action_once),
      cmocka_unit_test(what_an_answer_says_of_its_action),
      cmocka_unit_test(a_refused_password_ends_it),
      cmocka_unit_test(the_second_action_without_an_answer_ends_it),
      cmocka_unit_test(out_of_time_ends_it_where_it_stands),
      cmocka_unit_test(a_legacy_pbx_that_refuses_the_password_is_asked_no_more),
      cmocka_unit_test(what_a_legacy_pbx_does_not_have_is_not_found),
      cmocka_unit_test(the_clock_is_read_by_the_zone_that_fits),
      cmocka_unit_test(what_the_agent_was_refused_rests),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
