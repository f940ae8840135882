#include "ledger/open_calls.h"

#include "base/text.h"
#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;

void a_session_belongs_to_its_pbx(void**) {
  OpenCalls calls;
  calls.open(0, "s", 1).call.talk_s = 10;
  calls.open(1, "s", 2).call.talk_s = 20;
  assert_int_equal(calls.find(0, "s")->call.talk_s, 10);
  assert_int_equal(calls.find(1, "s")->call.talk_s, 20);
  assert_null(calls.find(2, "s"));
  assert_null(calls.find(0, "t"));
  assert_int_equal(calls.size_of(0), 1);
  assert_int_equal(calls.size_of(7), 0);
}

void the_one_untouched_longest_settles_first(void**) {
  OpenCalls calls;
  assert_null(calls.next());
  for (int i = 0; i < 3; ++i) calls.touch(calls.open(0, text("s{}", i), i + 1), i);
  calls.touch(*calls.find(0, "s0"), 10);
  for (const char* expected : {"s1", "s2", "s0"}) {
    assert_text(calls.next()->call.session, expected);
    assert_text(calls.close_next().session, expected);
    assert_null(calls.find(0, expected));
  }
  assert_int_equal(calls.size(), 0);
  assert_int_equal(calls.size_of(0), 0);
}

void the_first_leg_of_all_that_is_open(void**) {
  OpenCalls calls;
  assert_int_equal(calls.first_leg_id(99), 99);
  for (int i = 0; i < 3; ++i) calls.touch(calls.open(0, text("s{}", i), 10 * (i + 1)), i);
  assert_int_equal(calls.first_leg_id(99), 10);
  calls.touch(*calls.find(0, "s0"), 10);  // settles last, and its legs are needed as long
  calls.close_next();
  assert_int_equal(calls.first_leg_id(99), 10);
  calls.close_next();
  calls.close_next();
  assert_int_equal(calls.first_leg_id(99), 99);
  calls.open(0, "again", 50);
  calls.clear();
  assert_int_equal(calls.first_leg_id(99), 99);
  assert_int_equal(calls.size(), 0);
  assert_null(calls.find(0, "again"));
}

}  // namespace

int open_calls_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_session_belongs_to_its_pbx),
      cmocka_unit_test(the_one_untouched_longest_settles_first),
      cmocka_unit_test(the_first_leg_of_all_that_is_open),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
