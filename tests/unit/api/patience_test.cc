#include "api/patience.h"

#include "check.h"

namespace {

using ucm::api::Patience;
using ucm::api::Refused;
using ucm::api::Trouble;
using ucm::wire::ApiVerdict;

constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kHour = 3'600 * kSecond;

Patience fresh() {
  return {5 * kSecond, 300 * kSecond, 1};
}

Refused wrong_password(std::optional<std::int64_t> left = {}, std::optional<std::int64_t> locked = {}) {
  return {Trouble::auth, ApiVerdict::password, left, locked};
}

void an_absence_is_asked_about_ever_more_seldom(void**) {
  Patience patience = fresh();
  std::int64_t now = 1'000;
  std::int64_t expected = 5 * kSecond;
  for (int i = 0; i < 12; ++i) {
    const std::int64_t wait = patience.refused({Trouble::connect, ApiVerdict::failed, {}, {}}, now);
    assert_true(wait <= expected);
    assert_true(wait >= expected * 3 / 4);
    assert_false(patience.may_ask(now + wait - 1));
    assert_true(patience.may_ask(now + wait));
    now += wait;
    expected = std::min<std::int64_t>(2 * expected, 300 * kSecond);
  }
  patience.succeeded();
  assert_true(patience.may_ask(now));
  assert_true(patience.refused({Trouble::timeout, ApiVerdict::failed, {}, {}}, now) <= 5 * kSecond);
}

void two_pbxes_do_not_wake_together(void**) {
  Patience one(300 * kSecond, 300 * kSecond, 1);
  Patience other(300 * kSecond, 300 * kSecond, 2);
  const Refused away{Trouble::connect, ApiVerdict::failed, {}, {}};
  assert_true(one.refused(away, 0) != other.refused(away, 0));
}

void a_password_is_tried_twice_and_then_hardly_ever(void**) {
  Patience patience = fresh();
  assert_int_equal(patience.refused(wrong_password(4), 0), 60 * kSecond);
  const std::int64_t hours[] = {1, 2, 4, 8, 16, 24, 24};
  for (const std::int64_t wait : hours) assert_int_equal(patience.refused(wrong_password(), 0), wait * kHour);
  assert_int_equal(patience.passwords_refused(), 8);
  patience.succeeded();
  assert_int_equal(patience.passwords_refused(), 0);
  assert_int_equal(patience.refused(wrong_password(), 0), 60 * kSecond);
}

// Five tries until the lock-out, and we are the only ones who try: in a month it is never reached by much of
// a hurry.
void the_last_try_is_not_taken(void**) {
  Patience patience = fresh();
  assert_int_equal(patience.refused(wrong_password(1), 0), 24 * kHour);
  Patience second = fresh();
  assert_int_equal(second.refused(wrong_password(0, 7), 0), 24 * kHour);
  Patience locked = fresh();
  assert_int_equal(locked.refused(wrong_password(4, 300), 0), 300 * kSecond);
}

void the_pbx_says_how_long(void**) {
  Patience patience = fresh();
  const auto wait = [&](ApiVerdict verdict, std::optional<std::int64_t> locked = {}) {
    return patience.refused({Trouble::protocol, verdict, {}, locked}, 0);
  };
  assert_int_equal(wait(ApiVerdict::wait_15_s), 15 * kSecond);
  assert_int_equal(wait(ApiVerdict::wait_60_s), 60 * kSecond);
  assert_int_equal(wait(ApiVerdict::locked_out), kHour);
  assert_int_equal(wait(ApiVerdict::locked_out, 600), kHour);
  assert_int_equal(wait(ApiVerdict::locked_out, 7'200), 2 * kHour);
}

void a_restart_does_not_make_it_forget(void**) {
  Patience patience = fresh();
  patience.resume(2, 1'800 * kSecond, 1'000);
  assert_false(patience.may_ask(1'000 + 1'800 * kSecond - 1));
  assert_true(patience.may_ask(1'000 + 1'800 * kSecond));
  assert_int_equal(patience.refused(wrong_password(), 0), 2 * kHour);
  Patience wild = fresh();
  wild.resume(2, 1'000 * kHour, 0);  // the clock was set back meanwhile
  assert_true(wild.may_ask(24 * kHour));
  wild.resume(2, -5, 1'000);
  assert_true(wild.may_ask(1'000));
}

}  // namespace

int patience_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(an_absence_is_asked_about_ever_more_seldom),
      cmocka_unit_test(two_pbxes_do_not_wake_together),
      cmocka_unit_test(a_password_is_tried_twice_and_then_hardly_ever),
      cmocka_unit_test(the_last_try_is_not_taken),
      cmocka_unit_test(the_pbx_says_how_long),
      cmocka_unit_test(a_restart_does_not_make_it_forget),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
