// What a book holds of the answers of the API.
#include <cmath>
#include <map>
#include <string>

#include "check.h"
#include "metrics/book.h"

namespace {

using namespace ucm::metrics;
using ucm::QueueCall;

using Values = std::map<std::pair<std::string, std::string>, Reading>;

Values values_of(const Book& book) {
  std::vector<Section> sections;
  book.read(false, sections);
  Values values;
  for (const Section& section : sections) {
    for (const Reading& reading : section.readings) {
      assert_true(values.emplace(std::pair(section.scope, key_of(*reading.row)), reading).second);
    }
  }
  assert_int_equal(values.size(), book.series());
  return values;
}

double level(const Book& book, const std::string& scope, const std::string& key) {
  const Values values = values_of(book);
  const auto found = values.find({scope, key});
  if (found == values.end()) print_error("no %s in %s\n", key.c_str(), scope.c_str());
  assert_true(found != values.end());
  return found->second.level;
}

Book asked_book(std::int64_t most = 2'000) {
  return Book({.host = "hq",
               .kinds = {true, true, true, false, false, false},
               .max_series = most,
               .asked = true,
               .state = true});
}

QueueCall caller(bool answered, std::int64_t wait, std::int64_t talk) {
  return {"6500", "2026-01-01 10:00:00", "id", answered, wait, talk};
}

void a_pbx_that_is_not_asked_has_none_of_it(void**) {
  const Values values = values_of(Book({.host = "hq"}));
  assert_false(values.contains({"self", "count-api_up"}));
  assert_false(values.contains({"all", "current_sessions-active"}));
  assert_false(values.contains({"system", "uptime-pbx"}));
  assert_true(values.contains({"self", "duration-since_push"}));
}

void a_legacy_pbx_has_what_its_api_can_tell(void**) {
  const Values values = values_of(Book({.host = "hq", .asked = true}));
  assert_true(values.contains({"self", "count-api_up"}));
  assert_true(values.contains({"system", "count-recordings"}));
  assert_false(values.contains({"all", "current_sessions-active"}));
}

void everything_is_there_from_the_first_on_and_not_known(void**) {
  const Book book = asked_book();
  assert_true(std::isnan(level(book, "all", "current_sessions-active")));
  assert_true(std::isnan(level(book, "system", "uptime-pbx")));
  assert_int_equal(values_of(book).at({"self", "errors-api_auth"}).count, 0);
}

void a_trunk_has_its_values_before_its_first_call(void**) {
  Book book = asked_book();
  const std::string scope = book.scope_of(ScopeKind::trunk, "carrier/west");
  assert_text(scope, "trunk-carrier_west");
  book.level(scope, Metric::trunk_up, 1);
  assert_int_equal(level(book, scope, "count-up"), 1);
  assert_true(std::isnan(level(book, scope, "current_sessions-active")));
  assert_int_equal(values_of(book).at({scope, "total_sessions-answered"}).count, 0);
  book.level(scope, Metric::queue_waiting, 3);  // of another group: nothing
  book.level("trunk-nobody", Metric::trunk_up, 1);
  assert_false(values_of(book).contains({scope, "count-waiting"}));
}

void unknown_takes_levels_back_and_leaves_counters(void**) {
  Book book = asked_book();
  const std::string trunk = book.scope_of(ScopeKind::trunk, "main");
  const std::string queue = book.scope_of(ScopeKind::queue, "6500");
  book.level(trunk, Metric::trunk_up, 1);
  book.level(queue, Metric::queue_waiting, 2);
  book.level(Metric::live_active, 5);
  book.level(Metric::system_uptime, 77);
  book.count_queue_call(caller(true, 12, 60), true, true);
  for (const Group group : {Group::live, Group::trunk, Group::queue, Group::system}) book.unknown(group);
  assert_true(std::isnan(level(book, trunk, "count-up")));
  assert_true(std::isnan(level(book, queue, "count-waiting")));
  assert_true(std::isnan(level(book, "all", "current_sessions-active")));
  assert_true(std::isnan(level(book, "system", "uptime-pbx")));
  assert_int_equal(values_of(book).at({queue, "total_events-queue_offered"}).count, 1);
}

void callers_of_a_queue_add_up(void**) {
  Book book = asked_book();
  book.count_queue_call(caller(true, 12, 60), true, true);
  book.count_queue_call(caller(true, 40, 10), false, true);
  book.count_queue_call(caller(false, 90, 0), false, true);
  book.count_queue_call(caller(false, 2, 0), false, false);
  const Values values = values_of(book);
  const auto count = [&](const char* key) { return values.at({"queue-6500", key}).count; };
  assert_int_equal(count("total_events-queue_offered"), 4);
  assert_int_equal(count("total_events-queue_answered"), 2);
  assert_int_equal(count("total_events-queue_abandoned"), 2);
  assert_int_equal(count("total_time_in_ms-queue_wait"), 52'000);
  assert_int_equal(count("total_time_in_ms-queue_talk"), 70'000);
  assert_int_equal(count("total_events-queue_in_service_level"), 1);
  assert_int_equal(count("total_events-queue_service_level_base"), 3);
}

void a_lost_turn_takes_callers_back_but_no_error(void**) {
  Book book = asked_book();
  book.keep();
  book.add_asked(Metric::errors_timeout, 2);
  assert_true(book.asked_changed());
  book.count_queue_call(caller(true, 1, 1), true, true);
  book.revert();
  assert_int_equal(values_of(book).at({"queue-6500", "total_events-queue_offered"}).count, 0);
  assert_int_equal(values_of(book).at({"self", "errors-api_timeout"}).count, 2);
  std::map<std::string, std::int64_t> unkept;
  book.each_unkept([&](std::string_view scope, const Row& row, std::int64_t value) {
    unkept[std::string(scope) + "/" + key_of(row)] = value;
  });
  assert_int_equal(unkept.at("self/errors-api_timeout"), 2);
  book.keep();
  assert_false(book.asked_changed());
}

void counters_come_back_where_they_were(void**) {
  Book book = asked_book();
  book.restore_scope(ScopeKind::queue, "6500", "queue-6500");
  book.restore("queue-6500", "total_events-queue_offered", 9);
  book.restore("self", "errors-api_tls", 3);
  book.restore("system", "total_events-restarts", 4);
  const Values values = values_of(book);
  assert_int_equal(values.at({"queue-6500", "total_events-queue_offered"}).count, 9);
  assert_int_equal(values.at({"self", "errors-api_tls"}).count, 3);
  assert_int_equal(values.at({"system", "total_events-restarts"}).count, 4);
}

void max_series_holds_with_all_of_it(void**) {
  for (const std::int64_t most : {300, 450, 600, 900, 1'500}) {
    Book book = asked_book(most);
    for (int i = 0; i < 40; ++i) {
      book.level(book.scope_of(ScopeKind::trunk, "t" + std::to_string(i)), Metric::trunk_up, 1);
      book.count_queue_call({"65" + std::to_string(i), "", "x", true, 1, 1}, true, true);
    }
    values_of(book);
    if (most >= 600) assert_true(book.series() <= most);
    assert_true(book.full());
  }
}

}  // namespace

int asked_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_pbx_that_is_not_asked_has_none_of_it),
      cmocka_unit_test(a_legacy_pbx_has_what_its_api_can_tell),
      cmocka_unit_test(everything_is_there_from_the_first_on_and_not_known),
      cmocka_unit_test(a_trunk_has_its_values_before_its_first_call),
      cmocka_unit_test(unknown_takes_levels_back_and_leaves_counters),
      cmocka_unit_test(callers_of_a_queue_add_up),
      cmocka_unit_test(a_lost_turn_takes_callers_back_but_no_error),
      cmocka_unit_test(counters_come_back_where_they_were),
      cmocka_unit_test(max_series_holds_with_all_of_it),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
