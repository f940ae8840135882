#include "service/answers.h"

#include <set>

#include "check.h"
#include "running.h"

namespace {

using namespace ucm;
using namespace ucm::service;
using metrics::Metric;
using wire::Json;

std::string scalar(const Json& value) {
  return value.scalar().value_or("");
}

void every_value_of_the_snapshot_is_told(void**) {
  Running core;
  core.start();
  assert_int_equal(post(core.http(), record("a", R"(,"src_trunk_name":"isp")")), 200);
  core.comes_to(1, "hq", "all", Metric::answered);
  const Json metrics = core.ask(R"({"get":"metrics"})").get("metrics");
  std::set<std::string> names;
  bool counted = false;
  bool idle = false;
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const Json one = metrics.at(i);
    const std::string name = text("{} {} {}-{}", scalar(one.get("host")), scalar(one.get("scope")),
                                  scalar(one.get("type")), scalar(one.get("instance")));
    assert_true(names.insert(name).second);
    if (name == "hq all total_sessions-answered") {
      counted = scalar(one.get("value")) == "1" && one.get("value").is(Json::Kind::integer);
    }
    if (name == "hq external duration-talk-average") idle = one.get("value").is(Json::Kind::null);
  }
  assert_true(counted);
  assert_true(idle);
  assert_true(names.contains("agent self total_events-senders_refused"));
  assert_true(names.contains("hq trunk-isp duration-wait-percentile-95"));
  std::size_t expected = 0;
  for (const auto& section : core.service->board().look()->sections) expected += section.readings.size();
  assert_int_equal(names.size(), expected);
}

void one_value_is_told(void**) {
  Running core;
  core.start();
  assert_int_equal(post(core.http(), record("a")), 200);
  core.comes_to(1, "hq", "all", Metric::answered);
  struct Row {
    const char* question;
    const char* value;
  };
  constexpr Row kRows[] = {
      {R"({"get":"value","key":"total_sessions-answered","params":["hq"]})", "1"},
      {R"({"get":"value","key":"total_sessions-answered","params":["hq","all"]})", "1"},
      {R"({"get":"value","key":"total_time_in_ms-talk","params":["hq","internal"]})", "60000"},
      {R"({"get":"value","key":"total_events-legs_accepted","params":["hq","self"]})", "1"},
      {R"({"get":"value","key":"count-ledger_writable","params":["agent","self"]})", "1"},
  };
  for (const Row& row : kRows) assert_text(scalar(core.ask(row.question).get("value")), row.value);
  for (const char* none : {R"({"get":"value"})", R"({"get":"value","key":"x","params":["hq"]})",
                           R"({"get":"value","key":"total_sessions-answered","params":["elsewhere"]})",
                           R"({"get":"value","key":"total_sessions-answered","params":["hq","trunk-x"]})",
                           R"({"get":"value","key":7,"params":{}})"}) {
    assert_false(scalar(core.ask(none).get("error")).empty());
  }
}

void the_status_names_what_there_is(void**) {
  Running core;
  core.settings.pbxes.push_back(Running::pbx("branch", "127.0.0.2"));
  core.start();
  assert_int_equal(post(core.http(), record("a")), 200);
  assert_int_equal(post(core.http(), "rubbish"), 202);
  assert_int_equal(post(core.http(), record("b"), "127.0.0.3"), 403);
  core.comes_to(1, "hq", "all", Metric::answered);
  const Json status = core.status();
  assert_false(scalar(status.get("version")).empty());
  assert_text(scalar(status.get("state_directory")), core.settings.state_directory);
  assert_text(scalar(status.get("ledger").get("state")), "ok");
  assert_text(scalar(status.get("ledger").get("legs")), "1");
  assert_text(scalar(status.get("ledger").get("calls")), "1");
  assert_text(scalar(status.get("ledger").get("open_sessions")), "0");
  assert_int_equal(status.get("listeners").size(), 2);
  assert_text(scalar(status.get("listeners").at(0).get("state")), "open");
  assert_true(scalar(status.get("listeners").at(0).get("port")) != "0");
  assert_int_equal(status.get("pbxes").size(), 2);
  const Json hq = status.get("pbxes").at(0);
  assert_text(scalar(hq.get("name")), "hq");
  assert_text(scalar(hq.get("legs_accepted")), "1");
  assert_text(scalar(hq.get("records_quarantined")), "1");
  assert_text(scalar(hq.get("quarantined").get("syntax")), "1");
  assert_false(scalar(hq.get("last_record")).empty());
  assert_true(status.get("pbxes").at(1).get("last_record").is(Json::Kind::null));
  assert_text(scalar(status.get("refused").get("unknown_sender")), "1");
}

void the_quarantine_is_shown_latest_first(void**) {
  Running core;
  core.start();
  for (int i = 0; i < 25; ++i) assert_int_equal(post(core.http(), text("rubbish {}", i)), 202);
  const auto rows = [&](const char* question) { return core.ask(question).get("quarantine"); };
  assert_int_equal(rows(R"({"get":"quarantine"})").size(), 20);
  assert_int_equal(rows(R"({"get":"quarantine","limit":3})").size(), 3);
  assert_int_equal(rows(R"({"get":"quarantine","limit":"100"})").size(), 25);
  assert_int_equal(rows(R"({"get":"quarantine","limit":-5})").size(), 1);
  assert_int_equal(rows(R"({"get":"quarantine","limit":99999999999999999999})").size(), 20);
  const Json first = rows(R"({"get":"quarantine"})").at(0);
  assert_text(scalar(first.get("text")), "rubbish 24");
  assert_text(scalar(first.get("pbx")), "hq");
  assert_text(scalar(first.get("reason")), "syntax");
  assert_text(scalar(first.get("bytes")), "10");
  assert_text(scalar(core.ask(R"({"get":"quarantine"})").get("rows")), "25");
}

void bytes_that_are_no_text_are_shown_all_the_same(void**) {
  Running core;
  core.start();
  const std::string bytes = std::string("\xff\xfe\0\"", 4) + std::string(5'000, '\x80');
  assert_int_equal(post(core.http(), bytes), 202);
  const Json first = core.ask(R"({"get":"quarantine"})").get("quarantine").at(0);
  assert_true(first.is(Json::Kind::object));
  assert_false(scalar(first.get("text")).empty());
}

void an_erasure_is_begun_and_told_of(void**) {
  Running core;
  core.start();
  const auto erasing = [&](const char* question) { return core.ask(question).get("erase"); };
  assert_text(scalar(erasing(R"({"get":"erase"})").get("state")), "none");
  for (const char* question :
       {R"({"get":"erase","params":["","12"]})", R"({"get":"erase","params":["no","5550142"]})"}) {
    assert_false(scalar(core.ask(question).get("error")).empty());
  }
  assert_int_equal(post(core.http(), "rubbish 5550142"), 202);
  assert_text(scalar(erasing(R"({"get":"erase","params":["hq","5550142"]})").get("state")), "searching");
  for (int i = 0; i < 10'000 && scalar(erasing(R"({"get":"erase"})").get("state")) != "done"; ++i) {
  }
  assert_text(scalar(erasing(R"({"get":"erase"})").get("quarantined")), "1");
  assert_int_equal(core.ask(R"({"get":"quarantine"})").get("quarantine").size(), 0);
}

void a_question_nobody_understands_is_answered(void**) {
  Running core;
  core.start();
  for (const char* question : {"", "{}", "[]", "7", "null", "hello", R"({"get":"everything"})",
                               R"({"get":["metrics"]})", R"({"get":"metrics"} trailing)", "\"get\""}) {
    if (*question == '\0') continue;  // an empty line is no question
    assert_false(scalar(core.ask(question).get("error")).empty());
  }
  assert_true(core.ask(R"({"get":"metrics"})").get("metrics").size() > 0);
}

}  // namespace

int answers_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(every_value_of_the_snapshot_is_told),
      cmocka_unit_test(one_value_is_told),
      cmocka_unit_test(the_status_names_what_there_is),
      cmocka_unit_test(the_quarantine_is_shown_latest_first),
      cmocka_unit_test(bytes_that_are_no_text_are_shown_all_the_same),
      cmocka_unit_test(an_erasure_is_begun_and_told_of),
      cmocka_unit_test(a_question_nobody_understands_is_answered),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
