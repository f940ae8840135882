#include "service/business_hours.h"

#include "check.h"

namespace {

using ucm::service::BusinessHours;

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kMonday = 1'769'990'400;  // 2026-02-02 00:00, as local seconds

BusinessHours hours(std::initializer_list<const char*> words) {
  BusinessHours made;
  for (const char* word : words) assert_true(made.add(word).ok());
  return made;
}

void a_week_is_open_when_it_is_said_to_be(void**) {
  const BusinessHours open = hours({"Mon-Fri 08:00-18:00", "sat 09:00-13:00"});
  assert_true(open.known());
  assert_false(open.open_at(kMonday + 8 * kHour - 1));
  assert_true(open.open_at(kMonday + 8 * kHour));
  assert_true(open.open_at(kMonday + 18 * kHour - 1));
  assert_false(open.open_at(kMonday + 18 * kHour));
  assert_true(open.open_at(kMonday + 4 * kDay + 12 * kHour));
  assert_false(open.open_at(kMonday + 5 * kDay + 8 * kHour));
  assert_true(open.open_at(kMonday + 5 * kDay + 9 * kHour));
  assert_false(open.open_at(kMonday + 6 * kDay + 10 * kHour));
  assert_true(open.open_at(kMonday + 7 * kDay + 10 * kHour));
  assert_true(open.open_at(4 * kDay + 8 * kHour));  // Monday, 1970-01-05
  assert_false(open.open_at(-kHour));               // Wednesday evening, 1969-12-31
  assert_true(open.open_at(-10 * kHour));
}

void days_are_ranges_and_lists_and_times_several(void**) {
  const BusinessHours lists = hours({"Mon,Wed-Thu  08:00-12:00 13:00-17:00"});
  assert_true(lists.open_at(kMonday + 9 * kHour));
  assert_false(lists.open_at(kMonday + 12 * kHour + 30 * 60));
  assert_true(lists.open_at(kMonday + 2 * kDay + 14 * kHour));
  assert_false(lists.open_at(kMonday + kDay + 9 * kHour));
  const BusinessHours around = hours({"Sat-Mon 00:00-24:00"});
  assert_true(around.open_at(kMonday + kDay - 1) && around.open_at(kMonday - 1));
  assert_false(around.open_at(kMonday + kDay) || around.open_at(kMonday + 5 * kDay - 1));
}

void an_hour_may_have_one_digit(void**) {
  const BusinessHours open = hours({"Mon 8:00-9:30"});
  assert_true(open == hours({"Mon 08:00-09:30"}));
}

void a_span_may_go_over_midnight(void**) {
  const BusinessHours night = hours({"Sun 22:00-06:00"});
  assert_true(night.open_at(kMonday - kHour) && night.open_at(kMonday + 6 * kHour - 1));
  assert_false(night.open_at(kMonday + 6 * kHour) || night.open_at(kMonday + 23 * kHour));
}

void what_is_none_is_refused_and_adds_nothing(void**) {
  BusinessHours none;
  for (const char* word :
       {"", "Mon-Fri", "08:00-18:00", "Mon-Fry 08:00-18:00", "Mon-Tue-Wed 08:00-18:00", "Mon, 08:00-18:00",
        "Mon 8:0-18:00", "Mon :00-18:00", "Mon 008:00-18:00", "Mon 08:00", "Mon 08:00-18:60",
        "Mon 08:00-25:00", "Mon 08:00-24:01", "Mon 08:00-08:00", "Mon 24:00-08:00", "Mon 08:00-12:00 x",
        "Mon 08:00-12:00-18:00", "Mon -1:00-12:00", "Monday 08:00-12:00"}) {
    const auto added = none.add(word);
    assert_false(added.ok());
    assert_true(added.error().what.find("Mon-Fri 08:00-18:00") != std::string::npos);
    assert_false(none.known());
  }
}

void open_seconds_are_counted(void**) {
  const BusinessHours open = hours({"Mon-Fri 08:00-18:00"});
  constexpr std::int64_t kMost = 1'000'000'000;
  assert_int_equal(open.open_between(kMonday + 17 * kHour, kMonday + kDay + 9 * kHour, kMost), 2 * kHour);
  assert_int_equal(open.open_between(kMonday + 17 * kHour + 30, kMonday + 17 * kHour + 90, kMost), 60);
  assert_int_equal(open.open_between(kMonday, kMonday + 14 * kDay + 9 * kHour, kMost), 101 * kHour);
  assert_int_equal(open.open_between(kMonday, kMonday + 14 * kDay, 100), 100);
  assert_int_equal(open.open_between(kMonday + 5 * kDay, kMonday + 7 * kDay, kMost), 0);
  assert_int_equal(open.open_between(kMonday + 10 * kHour, kMonday, kMost), 0);
}

}  // namespace

int business_hours_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_week_is_open_when_it_is_said_to_be),
      cmocka_unit_test(days_are_ranges_and_lists_and_times_several),
      cmocka_unit_test(an_hour_may_have_one_digit),
      cmocka_unit_test(a_span_may_go_over_midnight),
      cmocka_unit_test(what_is_none_is_refused_and_adds_nothing),
      cmocka_unit_test(open_seconds_are_counted),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
