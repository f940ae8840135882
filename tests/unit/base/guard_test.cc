#include "base/guard.h"

#include <new>
#include <stdexcept>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "check.h"

namespace {

using namespace ucm;

std::string reported;

int behind_the_wall(int (*body)()) {
  reported.clear();
  return guarded(
      body, [](const char* what) noexcept { reported = what; }, -1);
}

void what_goes_well_comes_back(void**) {
  assert_int_equal(behind_the_wall([] { return 7; }), 7);
  assert_text(reported, "");
}

void nothing_thrown_gets_past(void**) {
  assert_int_equal(behind_the_wall([]() -> int { throw std::runtime_error("why"); }), -1);
  assert_text(reported, "why");
  assert_int_equal(behind_the_wall([]() -> int { throw std::bad_alloc(); }), -1);
  assert_true(!reported.empty());
  assert_int_equal(behind_the_wall([]() -> int { throw 1; }), -1);
  assert_text(reported, "something that is no std::exception");
}

void what_is_thrown_goes_on_behind_the_library(void**) {
  Wall wall;
  assert_int_equal(wall.keep([] { return 7; }, 1), 7);
  wall.let_go();
  assert_int_equal(wall.keep([]() -> int { throw std::runtime_error("first"); }, 1), 1);
  wall.keep([] { throw std::runtime_error("second"); });
  reported.clear();
  try {
    wall.let_go();
  } catch (const std::runtime_error& thrown) {
    reported = thrown.what();
  }
  assert_text(reported, "first");
  wall.let_go();
}

void a_result_is_a_value_or_an_error(void**) {
  const Result<std::string> good(std::string("kept"));
  assert_true(good.ok() && static_cast<bool>(good));
  assert_text(good.value(), "kept");
  const Result<std::string> bad(Error{Fault::storage, "disk full"});
  assert_false(bad.ok());
  assert_true(bad.error().fault == Fault::storage);
  const Result<void> done;
  assert_true(done.ok());
  const Result<void> undone(Error{Fault::busy, "locked"});
  assert_false(static_cast<bool>(undone));
  assert_text(undone.error().what, "locked");
}

void the_machine_has_two_clocks(void**) {
  const Clock& clock = system_clock();
  assert_true(clock.wall_s() > 1'700'000'000);
  const std::int64_t before = clock.mono_ms();
  assert_true(clock.mono_ms() >= before);
}

}  // namespace

int guard_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(what_goes_well_comes_back),
      cmocka_unit_test(nothing_thrown_gets_past),
      cmocka_unit_test(what_is_thrown_goes_on_behind_the_library),
      cmocka_unit_test(a_result_is_a_value_or_an_error),
      cmocka_unit_test(the_machine_has_two_clocks),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
