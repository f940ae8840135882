// One round of questions after the other: what a list that is not whole does to what was known.
#include "service/state_round.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "alerting.h"

namespace {

using namespace ucm;
using namespace ucm::service;

// A PBX with one queue and a caller who waits there for an hour.
struct Asked : Alerting {
  Asked() {
    settings.queues = true;
    settings.alerts.queue_wait_s = 100;
    start();
    answers["listUnBridgedChannels"] =
        text(R"({{"channel":[{{"channel":"PJSIP/trunk_1-1","state":"Up","service":"queue",)"
             R"("feature_calleenum":"6500","alloc_timestamp":{}}}],"total_page":1,"page":1}})",
             clock.wall - 3600);
    answers["listQueue"] = R"({"queue":[{"extension":"6500","queue_name":"sales"}],"total_page":1,"page":1})";
    round_.emplace(
        settings, StateRound::Ports{book, *alerts, log}, zone,
        [this](std::string_view action) { return action != resting; }, moment_of(clock));
  }

  void ask_all() {
    asked.clear();
    // 2026-02-02 02:40:00 UTC is the clock's first moment; some minutes go by.
    answers["getSystemStatus"] = text(R"({{"system-time":"2026-02-02 {:02}:{:02}:00"}})",
                                      4 + (40 + minutes()) / 60, (40 + minutes()) % 60);
    while (const auto question = round_->next(moment_of(clock))) {
      ++asked[question->action];
      api::Reply reply;
      const auto said = answers.find(question->action);
      if (said == answers.end()) {
        reply.refused = {api::Trouble::permission, verdict, {}, {}};
      } else {
        reply.answer.response = std::move(wire::Json::parse(said->second)).value();
      }
      round_->answered(reply, moment_of(clock));
    }
  }

  [[nodiscard]] std::int64_t minutes() const { return (clock.wall - 1'770'000'000) / 60; }

  metrics::Book book{metrics::BookSettings{.host = "hq"}};
  Log log{[](Severity, const std::string&) {}};
  std::map<std::string, std::string, std::less<>> answers;
  std::map<std::string, int, std::less<>> asked;
  std::string resting;
  wire::ApiVerdict verdict = wire::ApiVerdict::not_permitted;
  std::optional<StateRound> round_;
};

void a_queue_list_that_fails_is_no_empty_one(void**) {
  Asked hq;
  hq.ask_all();
  hq.told_one({"WARNING queue-6500 queue_wait"});
  const std::string list = hq.answers["listQueue"];
  for (const auto verdict : {wire::ApiVerdict::failed, wire::ApiVerdict::not_permitted}) {
    hq.clock.pass(600);
    hq.verdict = verdict;
    hq.answers.erase("listQueue");
    hq.ask_all();
    assert_int_equal(hq.asked["listQueue"], 1);
    hq.told_none();
  }
  hq.clock.pass(600);
  hq.resting = "listQueue";
  hq.ask_all();
  assert_int_equal(hq.asked["listQueue"], 0);
  hq.told_none();
  hq.resting.clear();
  hq.answers["listQueue"] = R"({"queue":[],"total_page":1,"page":1})";
  hq.clock.pass(60);
  hq.ask_all();
  hq.told_one({"OKAY queue-6500 queue_wait"});
}

}  // namespace

int state_round_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_queue_list_that_fails_is_no_empty_one),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
