// From a push on a socket to the values on the board.
#include "service/core.h"

#include <cmath>

#include "check.h"
#include "running.h"

namespace {

using namespace ucm;
using namespace ucm::service;
using metrics::Metric;

void a_push_becomes_a_value(void**) {
  Running core;
  core.start();
  assert_int_equal(post(core.http(), record("s", R"(,"src_trunk_name":"isp")")), 200);
  core.comes_to(1, "hq", "all", Metric::answered);
  core.comes_to(60'000, "hq", "trunk-isp", Metric::talk);
  core.comes_to(5'000, "hq", "inbound", Metric::wait);
  core.comes_to(1, "hq", "self", Metric::legs_accepted);
  assert_int_equal(post(core.http(), record("s", R"(,"src_trunk_name":"isp")")), 200);
  core.comes_to(1, "hq", "self", Metric::legs_duplicate);
  core.comes_to(1, "hq", "all", Metric::answered);
  core.comes_to(2, "", "self", Metric::agent_connections);
}

void a_tcp_stream_becomes_values(void**) {
  Running core;
  core.start();
  Client client(core.tcp());
  const std::string records = record("a") + "\n" + record("b") + record("c");
  client.send(records.substr(0, 100));
  client.send(records.substr(100));
  client.close();
  core.comes_to(3, "hq", "all", Metric::answered);
}

void everything_is_shown_from_the_first_moment(void**) {
  Running core;
  core.start();
  // The board is filled before anybody can have pushed.
  const auto first = core.service->board().take().snapshot;
  assert_non_null(first.get());
  assert_true(Running::find(first.get(), "hq", "external", Metric::failed) == 0.0);
  assert_true(std::isnan(*Running::find(first.get(), "hq", "all", Metric::talk_average)));
  assert_true(Running::find(first.get(), "hq", "self", Metric::legs_too_old) == 0.0);
  assert_true(Running::find(first.get(), "", "self", Metric::agent_senders_refused) == 0.0);
  assert_true(Running::find(first.get(), "", "self", Metric::agent_ledger) == 1.0);
}

void an_interval_is_of_the_time_since_the_last_take(void**) {
  Running core;
  core.start();
  assert_int_equal(post(core.http(), record("a")), 200);
  core.comes_to(60, "hq", "all", Metric::talk_average);
  assert_int_equal(post(core.http(), record("b")), 200);
  core.comes_to(2, "hq", "all", Metric::answered);
  assert_true(core.value("hq", "all", Metric::wait_max) == 5.0);  // nobody has taken it yet
  static_cast<void>(core.service->board().take());
  assert_true(until([&] { return std::isnan(*core.value("hq", "all", Metric::talk_average)); }));
}

void what_is_pushed_is_answered_for_what_it_is(void**) {
  Running core;
  core.start();
  struct Row {
    std::string body;
    int status;
  };
  const Row rows[] = {
      {record("s"), 200},
      {"{}", 200},
      {"[]", 200},
      {"", 200},
      {"hello", 202},
      {"{\"uniqueid\": ", 202},
      {R"({"billsec":"60","disposition":"ANSWERED"})", 202},
      {R"({"uniqueid":"1","billsec":"-1"})", 202},
      {text("[{},{{\"uniqueid\":\"1\",\"billsec\":\"-1\"}}]", record("t")), 202},
      {std::string(300UL * 1024, ' '), 413},
  };
  for (const Row& row : rows) assert_int_equal(post(core.http(), row.body), row.status);
  core.comes_to(2, "hq", "all", Metric::answered);  // the good one beside the bad one too
  core.comes_to(5, "hq", "self", Metric::records_quarantined);
  core.comes_to(1, "", "self", Metric::agent_too_large);
  assert_int_equal(post(core.http(), record("u"), "127.0.0.2"), 403);
  core.comes_to(1, "", "self", Metric::agent_senders_refused);
  assert_true(core.said("127.0.0.2"));
}

void the_serial_tells_the_pbx(void**) {
  Running core;
  core.settings.pbxes = {Running::pbx("hq", "127.0.0.1"), Running::pbx("branch", "127.0.0.1")};
  core.settings.pbxes[0].serial = "20AA";
  core.settings.pbxes[1].serial = "20BB";
  core.settings.pbxes[1].host = "branch.example";
  core.start();
  assert_int_equal(post(core.http(), record("a", R"(,"sn":"20BB")")), 200);
  assert_int_equal(
      post(core.http(), text("[{},{}]", record("b", R"(,"sn":"20AA")"), record("c", R"(,"sn":"20BB")"))),
      200);
  core.comes_to(2, "branch.example", "all", Metric::answered);
  core.comes_to(1, "hq", "all", Metric::answered);
  assert_int_equal(post(core.http(), record("d", R"(,"sn":"20CC")")), 202);
  assert_int_equal(post(core.http(), record("e")), 202);
  core.comes_to(2, "", "self", Metric::agent_quarantined);
}

void a_long_call_is_told(void**) {
  Running core;
  core.settings.pbxes[0].long_call_s = 64;
  core.start();
  assert_int_equal(post(core.http(), record("a", R"(,"src":"5550100","dst":"5550199")")), 200);
  std::vector<metrics::Notice> notices;
  assert_true(until([&] {
    for (auto& notice : core.service->board().take().notices) notices.push_back(std::move(notice));
    return !notices.empty();
  }));
  assert_int_equal(notices.size(), 1);
  assert_text(notices[0].host, "hq");
  assert_true(notices[0].text.find("1 min 5 s") != std::string::npos);
  assert_true(notices[0].text.find("5550100") == std::string::npos);  // a person's number
  // It is told once, however many legs follow.
  assert_int_equal(post(core.http(), record("a", R"(,"channel":"other")")), 200);
  core.comes_to(1, "hq", "self", Metric::calls_amended);
  assert_int_equal(core.service->board().take().notices.size(), 0);
}

void numbers_are_told_where_they_may_be(void**) {
  Running core;
  core.settings.pbxes[0].long_call_s = 64;
  core.settings.pbxes[0].numbers = true;
  core.start();
  assert_int_equal(post(core.http(), record("a", R"(,"src":"5550100","dst":"5550199")")), 200);
  std::vector<metrics::Notice> notices;
  assert_true(until([&] {
    notices = core.service->board().take().notices;
    return !notices.empty();
  }));
  assert_true(notices[0].text.find("from 5550100 to 5550199") != std::string::npos);
}

void what_is_not_longer_than_longcall_is_not_told(void**) {
  for (const std::int64_t longest : {65, 0}) {  // 0: nobody wants to hear of any
    Running core;
    core.settings.pbxes[0].long_call_s = longest;
    core.start();
    assert_int_equal(post(core.http(), record("a")), 200);
    core.comes_to(1, "hq", "all", Metric::answered);
    assert_int_equal(core.service->board().take().notices.size(), 0);
  }
}

void a_full_book_is_told_to_the_operator(void**) {
  Running core;
  core.settings.pbxes[0].max_series = 600;
  core.start();
  std::string many = "[";
  for (int i = 0; i < 50; ++i)
    many += text("{}{}", i == 0 ? "" : ",", record(text("s{}", i), text(R"(,"src_trunk_name":"t{}")", i)));
  assert_int_equal(post(core.http(), many + "]"), 200);
  core.comes_to(50, "hq", "all", Metric::answered);
  assert_true(core.value("hq", "trunk-other", Metric::answered).value_or(0) > 0);
  assert_true(until([&] { return core.said("MaxSeries"); }));
  assert_true(*core.value("hq", "self", Metric::series) <= 600);
}

}  // namespace

int core_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_push_becomes_a_value),
      cmocka_unit_test(a_tcp_stream_becomes_values),
      cmocka_unit_test(everything_is_shown_from_the_first_moment),
      cmocka_unit_test(an_interval_is_of_the_time_since_the_last_take),
      cmocka_unit_test(what_is_pushed_is_answered_for_what_it_is),
      cmocka_unit_test(the_serial_tells_the_pbx),
      cmocka_unit_test(a_long_call_is_told),
      cmocka_unit_test(numbers_are_told_where_they_may_be),
      cmocka_unit_test(what_is_not_longer_than_longcall_is_not_told),
      cmocka_unit_test(a_full_book_is_told_to_the_operator),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
