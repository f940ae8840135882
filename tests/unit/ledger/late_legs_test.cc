// Legs that arrive after their call was counted.
#include "check.h"
#include "keeping.h"
#include "ledger/ledger.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;
using metrics::Metric;

Leg over(const std::string& trunk, Leg leg) {
  leg.src_trunk_name = trunk;
  return leg;
}

void a_late_answer_adds_its_talk_and_no_outcome(void**) {
  Keeping desk;
  desk.keep(over("isp", dialled("s", "NO ANSWER", 0, 20)));
  desk.settle_all();
  desk.keep(over("isp", dialled("s", "ANSWERED", 20, 5, 100)));
  for (const char* scope : {"all", "inbound", "trunk-isp"}) {
    assert_int_equal(desk.count(scope, Metric::no_answer), 1);
    assert_int_equal(desk.count(scope, Metric::answered), 0);
    assert_int_equal(desk.count(scope, Metric::talk), 100'000);
    assert_int_equal(desk.count(scope, Metric::wait), 0);
  }
  assert_int_equal(desk.self(Metric::calls_amended), 1);
  assert_int_equal(desk.count("all", Metric::leg_answered), 1);
  assert_int_equal(desk.number("SELECT count(*) FROM calls"), 1);
}

void the_wait_stays_as_it_was_counted(void**) {
  Keeping desk;
  desk.keep(dialled("s", "ANSWERED", 50, 10, 60));
  desk.settle_all();
  desk.keep(dialled("s", "ANSWERED", 0, 2, 30));  // it was first, and answered sooner
  assert_int_equal(desk.count("all", Metric::wait), 10'000);
  assert_int_equal(desk.count("all", Metric::talk), 90'000);
  assert_int_equal(desk.count("all", Metric::answered), 1);
  desk.reopen();
  desk.keep(dialled("s", "ANSWERED", 100, 1, 5));
  assert_int_equal(desk.count("all", Metric::wait), 10'000);
  assert_int_equal(desk.count("all", Metric::talk), 95'000);
  assert_int_equal(desk.self(Metric::calls_amended), 2);
}

void a_scope_that_is_new_to_the_call_counts_all_of_it(void**) {
  Keeping desk;
  desk.keep(over("isp", dialled("s", "ANSWERED", 0, 5, 60)));
  desk.settle_all();
  Leg late = over("isp", dialled("s", "ANSWERED", 70, 1, 40));
  late.action_type = "QUEUE[6500]";
  late.dst_trunk_name = "second";
  desk.keep(late);
  for (const char* scope : {"all", "inbound", "trunk-isp", "trunk-second", "queue-6500"}) {
    assert_int_equal(desk.count(scope, Metric::answered), 1);
    assert_int_equal(desk.count(scope, Metric::talk), 100'000);
    assert_int_equal(desk.count(scope, Metric::wait), 5'000);
  }
  assert_int_equal(desk.self(Metric::calls_amended), 1);
}

void the_direction_it_was_counted_under_stays(void**) {
  Keeping desk;
  desk.keep(over("isp", dialled("s", "NO ANSWER", 50, 10)));
  desk.settle_all();
  desk.keep(dialled("s", "ANSWERED", 0, 2, 30));  // internal, and the first leg of all
  assert_int_equal(desk.count("inbound", Metric::no_answer), 1);
  assert_int_equal(desk.count("inbound", Metric::talk), 30'000);
  assert_int_equal(desk.count("internal", Metric::talk), 0);
}

void nothing_new_amends_nothing(void**) {
  Keeping desk;
  desk.keep(dialled("s", "NO ANSWER", 0, 20));
  desk.settle_all();
  assert_true(desk.keep(dialled("s", "NO ANSWER", 0, 19)) == Admitted::counted);
  assert_int_equal(desk.self(Metric::calls_amended), 0);
  assert_int_equal(desk.count("all", Metric::leg_no_answer), 2);
  assert_int_equal(desk.count("all", Metric::no_answer), 1);
  assert_true(desk.keep(dialled("s", "NO ANSWER", 0, 20)) == Admitted::duplicate);
  assert_int_equal(desk.self(Metric::calls_amended), 0);
}

void a_call_that_took_longer_is_amended(void**) {
  Keeping desk;
  desk.keep(over("isp", dialled("s", "NO ANSWER", 0, 20)));
  desk.settle_all();
  desk.keep(over("isp", dialled("s", "NO ANSWER", 10, 40)));
  assert_int_equal(desk.self(Metric::calls_amended), 1);
  assert_int_equal(desk.count("all", Metric::attempts), 1);
  assert_int_equal(desk.count("all", Metric::occupied), 50'000);
  assert_int_equal(desk.count("trunk-isp", Metric::occupied), 50'000);
}

void a_call_grown_long_is_told_with_what_it_was(void**) {
  Keeping desk;
  desk.keep(dialled("s", "ANSWERED", 0, 5, 60));
  desk.settle_all();
  static_cast<void>(desk.admit(dialled("s", "ANSWERED", 65, 0, 5'000)));
  const auto ended = desk.commit();
  assert_int_equal(ended.size(), 1);
  assert_int_equal(ended[0].elapsed_before_s, 65);
  assert_int_equal(ended[0].call.elapsed_s, 5'065);
}

void a_late_leg_that_is_taken_back_comes_again(void**) {
  Keeping desk;
  desk.keep(over("isp", dialled("s", "NO ANSWER", 0, 20)));
  desk.settle_all();
  const Leg late = over("second", dialled("s", "ANSWERED", 20, 5, 100));
  static_cast<void>(desk.admit(late));
  desk.ledger->abandon({Fault::storage, "a disk that is full"});
  Keeping::must(desk.ledger->ready());
  assert_int_equal(desk.count("all", Metric::talk), 0);
  assert_int_equal(desk.self(Metric::calls_amended), 0);
  assert_true(desk.keep(late) == Admitted::counted);
  assert_int_equal(desk.count("all", Metric::talk), 100'000);
  assert_int_equal(desk.count("trunk-second", Metric::no_answer), 1);
  assert_int_equal(desk.self(Metric::calls_amended), 1);
}

void late_and_early_legs_in_one_turn(void**) {
  Keeping desk;
  desk.keep(dialled("s", "NO ANSWER", 0, 20));
  desk.clock.pass(15);
  static_cast<void>(desk.admit(dialled("t", "BUSY", 0, 0)));
  assert_false(desk.settle());                                          // s is counted in this turn ...
  static_cast<void>(desk.admit(dialled("s", "ANSWERED", 20, 5, 100)));  // ... and amended in it
  assert_int_equal(desk.commit().size(), 2);
  assert_int_equal(desk.count("all", Metric::no_answer), 1);
  assert_int_equal(desk.count("all", Metric::talk), 100'000);
  assert_int_equal(desk.ledger->open_calls(), 1);
}

}  // namespace

int late_legs_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_late_answer_adds_its_talk_and_no_outcome),
      cmocka_unit_test(the_wait_stays_as_it_was_counted),
      cmocka_unit_test(a_scope_that_is_new_to_the_call_counts_all_of_it),
      cmocka_unit_test(the_direction_it_was_counted_under_stays),
      cmocka_unit_test(nothing_new_amends_nothing),
      cmocka_unit_test(a_call_that_took_longer_is_amended),
      cmocka_unit_test(a_call_grown_long_is_told_with_what_it_was),
      cmocka_unit_test(a_late_leg_that_is_taken_back_comes_again),
      cmocka_unit_test(late_and_early_legs_in_one_turn),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
