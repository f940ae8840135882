// What is on, what is told of it, and what the values show.
#include "service/alerts_on.h"

#include "base/text.h"
#include "check.h"
#include "service/alert_kinds.h"

namespace {

using namespace ucm;
using namespace ucm::service;
using metrics::Metric;

constexpr std::int64_t kNow = 1'770'000'000;

AlertsOn::Report report(std::string key, Alert alert = Alert::trunk_down) {
  return {alert, key, "trunk " + key, "trunk-" + key, "Trunk " + key + " is down"};
}

void every_alert_has_its_row(void**) {
  for (std::size_t i = 0; i < kAlerts; ++i) {
    const AlertRow& row = row_of(static_cast<Alert>(i));
    assert_int_equal(static_cast<std::size_t>(row.alert), i);
    assert_text(row.word, metrics::row(row.metric).instance);
    assert_true(metrics::row(row.metric).group == metrics::Group::alert);
    assert_true(!row.remedy.empty() && !row.remedy.ends_with('.'));
    assert_ptr_equal(alert_named(row.word), &row);
  }
  assert_int_equal(metrics::rows_of(metrics::Group::alert).size(), kAlerts);
  assert_null(alert_named("fire"));
}

void the_values_show_how_many_are_on(void**) {
  AlertsOn on("hq");
  metrics::Book book(metrics::BookSettings{.host = "hq"});
  on.begin(report("a"), kNow);
  on.begin(report("b"), kNow);
  on.begin(report("b"), kNow);
  on.happened(report("c", Alert::fraud_burst), 10, kNow);
  on.show(book);
  std::vector<metrics::Section> sections;
  book.read(false, sections);
  std::size_t seen = 0;
  for (const metrics::Section& section : sections) {
    for (const metrics::Reading& reading : section.readings) {
      if (reading.row->metric == Metric::alert_trunk_down) {
        assert_text(section.scope, "alerts");
        assert_true(reading.level == 2);
        ++seen;
      }
      if (reading.row->metric == Metric::alerts_firing) {
        assert_true(reading.level == 3);
        ++seen;
      }
    }
  }
  assert_int_equal(seen, 2);
  assert_int_equal(on.raised(), 3);
}

void things_are_bounded_and_events_are_told_all_the_same(void**) {
  AlertsOn on("hq");
  for (int i = 0; i < 150; ++i) on.begin(report(text("{}", i)), kNow);
  assert_int_equal(on.things(Alert::trunk_down).size(), AlertsOn::kMostThings);
  assert_int_equal(on.raised(), AlertsOn::kMostThings);
  for (int i = 0; i < 150; ++i) on.happened(report(text("{}", i), Alert::long_call), 10, kNow);
  assert_int_equal(on.things(Alert::long_call).size(), AlertsOn::kMostThings);
  assert_int_equal(on.raised(), AlertsOn::kMostThings + 150);
}

void no_more_than_so_many_are_told_in_a_minute(void**) {
  AlertsOn on("hq");
  for (int i = 0; i < 100; ++i) on.begin(report(text("{}", i)), kNow);
  assert_int_equal(on.take(kNow).size(), AlertsOn::kTellAMinute);
  assert_int_equal(on.take(kNow + 1).size(), 0);
  const auto rest = on.take(kNow + 60);
  assert_int_equal(rest.size(), 100 - AlertsOn::kTellAMinute);
  for (int i = 0; i < 1000; ++i) on.tell(report("x"));
  std::size_t told = 0;
  for (int minute = 2; minute < 20; ++minute) told += on.take(kNow + 60L * minute).size();
  assert_int_equal(told, AlertsOn::kMostWaiting);
}

void a_failure_is_told_before_what_matters_less(void**) {
  AlertsOn on("hq");
  for (std::size_t i = 0; i < AlertsOn::kMostWaiting; ++i) on.tell(report(text("{}", i), Alert::long_call));
  on.begin(report("main"), kNow);
  on.tell(report("late", Alert::long_call));
  std::vector<std::string> failures;
  std::size_t told = 0;
  for (int minute = 0; minute < 10; ++minute) {
    assert_int_equal(on.take_lost(), 0);
    for (const auto& notice : on.take(kNow + minute * 60)) {
      ++told;
      assert_true(notice.text.find("late") == std::string::npos);
      if (notice.urgency == metrics::Urgency::failure) failures.push_back(notice.text);
    }
    if (told == AlertsOn::kMostWaiting) break;
  }
  assert_int_equal(told, AlertsOn::kMostWaiting);
  assert_int_equal(failures.size(), 1);
  assert_text(failures.front(), "Trunk main is down");
  assert_int_equal(on.take_lost(), 2);
  assert_int_equal(on.take_lost(), 0);
  on.begin(report("a"), kNow);
  on.begin(report("b"), kNow);
  assert_int_equal(on.take(kNow + 3600, 1).size(), 1);
  assert_int_equal(on.take(kNow + 3600, 0).size(), 0);
  assert_int_equal(on.take(kNow + 3600).size(), 1);
}

// Whether it waits here or with the host: a run that ends has told only what the host has taken.
void what_nobody_has_heard_is_told_by_the_next_run(void**) {
  AlertsOn on("hq");
  on.begin(report("a"), kNow);
  on.happened(report("b", Alert::long_call), 10, kNow);
  std::uint64_t number = 0;
  for (metrics::Notice& notice : on.take(kNow)) on.given(++number, std::move(notice));
  on.end(Alert::trunk_down, "a", "it is up");
  const std::uint64_t changes = on.changes();
  on.heard(0);
  assert_int_equal(on.changes(), changes);
  on.heard(1);
  assert_true(on.changes() != changes);
  AlertsOn later("hq");
  later.resume(on.written());
  const auto told = later.take(kNow);
  assert_int_equal(told.size(), 2);
  assert_text(told[0].text, "Trunk b is down");
  assert_text(told[0].type, "duration");
  assert_true(told[0].urgency == metrics::Urgency::warning);
  assert_text(told[1].text, "Alert trunk_down of trunk a is over: it is up");
  assert_text(told[1].scope, "trunk-a");
  assert_true(told[1].urgency == metrics::Urgency::okay);
  assert_int_equal(later.things(Alert::long_call).size(), 1);
}

void a_record_writes_no_line_of_its_own(void**) {
  AlertsOn on("hq");
  AlertsOn::Report forged = report("a\n\x1b[2J\x7f\t");
  for (int i = 0; i < 100; ++i) forged.text += "李";
  on.begin(forged, kNow);
  on.end(Alert::trunk_down, forged.key, "it is\nup");
  const auto told = on.take(kNow);
  assert_int_equal(told.size(), 2);
  for (const auto& notice : told) {
    for (const char c : notice.text) assert_true(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  }
  const std::string head = "Trunk a  [2J   is down";
  assert_text(told[0].text.substr(0, head.size()), head);
  assert_true(told[0].text.size() > AlertsOn::kMostBytes - 3 && told[0].text.ends_with("李"));
  assert_text(told[1].text, "Alert trunk_down of trunk a  [2J   is over: it is up");
}

void what_is_on_is_resumed(void**) {
  AlertsOn on("hq");
  on.begin(report("李 \"x\""), kNow);
  on.happened(report("s", Alert::long_call), 10, kNow + 5);
  static_cast<void>(on.take(kNow));
  AlertsOn later("hq");
  later.resume(on.written());
  assert_text(later.written(), on.written());
  assert_int_equal(later.take(kNow).size(), 0);
  later.begin(report("李 \"x\""), kNow + 9);
  assert_int_equal(later.take(kNow).size(), 0);
  later.expire(kNow + 14);
  assert_int_equal(later.take(kNow).size(), 0);
  later.expire(kNow + 15);
  const auto told = later.take(kNow);
  assert_int_equal(told.size(), 1);
  assert_true(told[0].urgency == metrics::Urgency::okay);
  assert_text(told[0].type, "duration");
  assert_int_equal(later.things(Alert::trunk_down).at("李 \"x\"").since_s, kNow);
  for (const char* damaged : {"", "x", "{}", "[1]", R"([{"alert":"fire"}])", R"([{"alert":"trunk_down"}])"})
    AlertsOn("hq").resume(damaged);
}

}  // namespace

int alerts_on_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(every_alert_has_its_row),
      cmocka_unit_test(the_values_show_how_many_are_on),
      cmocka_unit_test(things_are_bounded_and_events_are_told_all_the_same),
      cmocka_unit_test(no_more_than_so_many_are_told_in_a_minute),
      cmocka_unit_test(a_failure_is_told_before_what_matters_less),
      cmocka_unit_test(what_nobody_has_heard_is_told_by_the_next_run),
      cmocka_unit_test(a_record_writes_no_line_of_its_own),
      cmocka_unit_test(what_is_on_is_resumed),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
