#include "base/steady.h"

#include "check.h"
#include "hands.h"

namespace {

using namespace ucm;

void a_clock_that_is_set_is_noticed_once(void**) {
  Hands hands;
  Steadiness steady(hands);
  for (int i = 0; i < 100; ++i) {
    hands.pass(1);
    assert_int_equal(steady.look(), 0);
  }
  assert_int_equal(steady.steady_ms(), 100'000);
  hands.wall += 40 * kDay;
  assert_int_equal(steady.look(), 40 * kDay);
  assert_int_equal(steady.look(), 0);
  assert_int_equal(steady.steady_ms(), 0);
  hands.pass(60);
  hands.wall -= 3'650 * kDay;
  assert_int_equal(steady.look(), -3'650 * kDay);
  hands.pass(60);
  assert_int_equal(steady.look(), 0);
  assert_int_equal(steady.steady_ms(), 60'000);
}

void a_clock_that_is_slewed_is_steady(void**) {
  Hands hands;
  Steadiness steady(hands);
  for (int i = 0; i < 10'000; ++i) {
    hands.pass(1);
    hands.wall += 1;
    assert_int_equal(steady.look(), 0);
  }
  hands.wall += Steadiness::kJump_s - 1;
  assert_int_equal(steady.look(), 0);
}

void what_is_a_day_ahead_is_not_believed(void**) {
  assert_true(believed(1'000 + kDay, 1'000).has_value());
  assert_false(believed(1'001 + kDay, 1'000).has_value());
  assert_true(believed(5, 1'000).has_value());
  assert_false(believed(std::nullopt, 1'000).has_value());
}

}  // namespace

int steady_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_clock_that_is_set_is_noticed_once),
      cmocka_unit_test(a_clock_that_is_slewed_is_steady),
      cmocka_unit_test(what_is_a_day_ahead_is_not_believed),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
