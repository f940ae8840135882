#include "check.h"
#include "keeping.h"
#include "ledger/ledger.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;
using metrics::Metric;

constexpr std::int64_t kDay = 86'400;

// The hands stand at 02:40 UTC; at() begins at 02:00 of the same day.
Leg call(const std::string& session, std::int64_t start) {
  return dialled(session, "ANSWERED", start, 5, 60);
}

struct Aged : Keeping {
  Aged() {
    settings.retention_s = 2 * kDay;
    reopen();
  }
};

void counters_outlive_the_records(void**) {
  Aged desk;
  desk.keep(call("s", 0));
  desk.settle_all();
  desk.quarantine("not a record");
  desk.clock.pass(2 * kDay - 16);
  desk.forget();
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 1);
  desk.clock.pass(3600);
  desk.forget();
  for (const char* table : {"legs", "calls", "quarantine"}) {
    assert_int_equal(desk.number(text("SELECT count(*) FROM {}", table)), 0);
  }
  const auto size = desk.ledger->size();
  assert_true(size.ok());
  assert_int_equal(size.value().legs + size.value().calls + size.value().quarantined, 0);
  assert_int_equal(size.value().quarantined_bytes, 0);
  assert_int_equal(desk.count("all", Metric::answered), 1);
  desk.reopen();
  assert_int_equal(desk.count("all", Metric::answered), 1);
  assert_int_equal(desk.count("all", Metric::talk), 60'000);
}

void age_counts_from_arrival(void**) {
  Aged desk;
  desk.keep(call("old", -30 * kDay));  // a month in the PBX's buffer
  desk.settle_all();
  desk.forget();
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 1);
}

void what_may_have_been_counted_and_forgotten_is_refused(void**) {
  Aged desk;
  desk.keep(call("a", 100));
  desk.keep(call("b", 200));
  desk.settle_all();
  desk.clock.pass(3 * kDay);
  desk.keep(call("c", 3 * kDay + 300));
  desk.forget();
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 1);
  for (int run = 0; run < 2; ++run) {
    assert_true(desk.keep(call("a", 100)) == Admitted::too_old);
    assert_true(desk.keep(call("b", 200)) == Admitted::too_old);
    assert_true(desk.keep(call("never seen", 50), Origin::api) == Admitted::too_old);
    desk.reopen();  // it is still known
  }
  assert_int_equal(desk.self(Metric::legs_too_old), 6);
  assert_int_equal(desk.self(Metric::legs_accepted), 3);
  // Younger than anything forgotten: never counted before, however late it is.
  assert_true(desk.keep(call("d", 201)) == Admitted::counted);
  assert_true(desk.keep(call("c", 3 * kDay + 300)) == Admitted::duplicate);
  desk.settle_all();
  assert_int_equal(desk.count("all", Metric::answered), 4);
}

void each_pbx_forgets_for_itself(void**) {
  Keeping desk({{"hq", {.host = "hq"}}, {"branch", {.host = "branch"}}});
  desk.settings.retention_s = kDay;
  desk.reopen();
  desk.keep(call("a", 1'000));
  desk.settle_all();
  desk.clock.pass(2 * kDay);
  desk.forget();
  assert_true(desk.keep(call("a", 1'000)) == Admitted::too_old);
  assert_true(desk.keep(call("a", 1'000), Origin::push, 1) == Admitted::counted);
}

void a_pbx_clock_in_the_future_shuts_nobody_out(void**) {
  Aged desk;
  Leg ahead = call("ahead", 0);
  ahead.start = "2036-01-01 00:00:00";
  desk.keep(ahead);
  desk.settle_all();
  desk.clock.pass(3 * kDay);
  desk.forget();
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 0);
  assert_true(desk.keep(call("now", 3 * kDay)) == Admitted::counted);
  assert_int_equal(desk.self(Metric::legs_too_old), 0);
}

void a_start_that_is_no_time_is_never_too_old(void**) {
  Aged desk;
  desk.keep(call("a", 100));
  desk.settle_all();
  desk.clock.pass(3 * kDay);
  desk.forget();
  for (const char* start : {"", "0000-00-00 00:00:00", "01/02/2026 10:00", "1770000000"}) {
    Leg strange = call(text("s{}", start), 0);
    strange.start = start;
    assert_true(desk.keep(strange) == Admitted::counted);
  }
  // Nor does it make others so.
  Leg strange = call("x", 0);
  strange.start = "28.02.2026 10:00";
  desk.keep(strange);
  desk.settle_all();
  desk.clock.pass(3 * kDay);
  desk.forget();
  assert_true(desk.keep(call("b", 101)) == Admitted::counted);
}

// The machine began 40 days behind, took records, and was set right: their arrival looks old then.
void a_clock_that_was_behind_deletes_nothing_of_now(void**) {
  Aged desk;
  desk.settings.pbxes.front().book.asked = true;
  desk.reopen();
  desk.clock.wall -= 40 * kDay;
  for (int i = 0; i < 60; ++i) desk.keep(call(text("s{}", i), i));
  desk.settle_all();
  desk.clock.wall += 40 * kDay;
  desk.forget();
  for (int i = 0; i < 60; ++i) {  // the API offers them again
    assert_true(desk.keep(call(text("s{}", i), i), Origin::api) == Admitted::duplicate);
  }
  assert_int_equal(desk.self(Metric::legs_accepted), 60);
  assert_int_equal(desk.number("SELECT count(*) FROM calls"), 60);
  desk.clock.pass(3 * kDay);
  desk.forget();
  for (const char* table : {"legs", "calls"}) {
    assert_int_equal(desk.number(text("SELECT count(*) FROM {}", table)), 0);
  }
  assert_true(desk.keep(call("s1", 1), Origin::api) == Admitted::too_old);
}

// For a minute it was ten years ahead, and records came.
void a_clock_that_was_ahead_keeps_nothing_for_ever(void**) {
  Aged desk;
  desk.keep(call("before", 0));
  desk.clock.wall += 3'650 * kDay;
  for (int i = 0; i < 250; ++i) static_cast<void>(desk.admit(call(text("within {}", i), 60)));
  desk.settle_all();
  for (int i = 0; i < 150; ++i) desk.quarantine("not a record");
  desk.clock.wall -= 3'650 * kDay;
  desk.keep(call("after", 120));
  desk.settle_all();
  desk.forget();
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 252);
  for (int i = 0; i < 2; ++i) {  // a row whose arrival nobody knows is kept as long as one of today
    desk.clock.pass(2 * kDay + 60);
    desk.keep(call(text("later {}", i), (i + 1) * (2 * kDay + 60)));
    desk.settle_all();
    desk.forget();
  }
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 1);
  desk.clock.pass(2 * kDay + 60);
  desk.forget();
  for (const char* table : {"legs", "calls", "quarantine"}) {
    assert_int_equal(desk.number(text("SELECT count(*) FROM {}", table)), 0);
  }
  assert_int_equal(desk.count("all", Metric::answered), 254);
}

// It has been ahead since the machine began: what comes now says so.
void a_clock_that_a_new_record_contradicts_deletes_nothing(void**) {
  Aged desk;
  for (int i = 0; i < 10; ++i) desk.keep(call(text("s{}", i), i));
  desk.settle_all();
  desk.clock.wall += 365 * kDay;
  desk.keep(call("now", 600));
  desk.settle_all();
  const auto more = desk.ledger->forget(Ledger::kSteadyMs);
  assert_true(more.ok() && !more.value());
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 11);
  assert_int_equal(desk.number("SELECT count(*) FROM calls"), 11);
}

void a_clock_that_is_behind_dates_nothing_back(void**) {
  Aged desk;
  desk.quarantine("not a record");
  desk.clock.wall -= 40 * kDay;
  assert_true(desk.ledger->forget(Ledger::kSteadyMs).ok());
  desk.commit();
  desk.clock.wall += 40 * kDay;
  assert_true(desk.ledger->forget(Ledger::kSteadyMs).ok());
  desk.commit();
  assert_int_equal(desk.number("SELECT count(*) FROM quarantine"), 1);
}

void a_clock_is_believed_when_it_has_been_steady(void**) {
  Aged desk;
  desk.keep(call("a", 0));
  desk.settle_all();
  desk.clock.pass(3 * kDay);
  const auto forget_after = [&](std::int64_t steady_ms) {
    const auto more = desk.ledger->forget(steady_ms);
    assert_true(more.ok());
    desk.commit();
    return desk.number("SELECT count(*) FROM legs");
  };
  assert_int_equal(forget_after(0), 1);
  assert_int_equal(forget_after(Ledger::kSteadyMs), 1);  // all would go: perhaps the clock is wrong
  desk.keep(call("b", 3 * kDay));
  assert_int_equal(forget_after(Ledger::kSteadyMs - 1), 2);
  assert_int_equal(forget_after(Ledger::kSteadyMs), 1);
  desk.settle_all();
  desk.clock.pass(3 * kDay);
  assert_int_equal(forget_after(kDay * 1000 - 1), 1);
  assert_int_equal(forget_after(kDay * 1000), 0);
}

void an_open_session_keeps_its_records(void**) {
  Aged desk;
  desk.settings.settle_ms = 10 * kDay * 1000;
  desk.reopen();
  desk.keep(call("s", 0));
  desk.clock.pass(5 * kDay);
  desk.forget();
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 1);
  desk.clock.pass(5 * kDay);
  assert_false(desk.settle());
  assert_int_equal(desk.commit().size(), 1);
  desk.forget();
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 0);
}

void it_forgets_in_small_steps(void**) {
  Aged desk;
  for (int i = 0; i < 1'050; ++i) static_cast<void>(desk.admit(call(text("s{}", i), i)));
  desk.settle_all();
  desk.clock.pass(3 * kDay);
  std::int64_t before = 1'050;
  while (before > 0) {
    assert_true(desk.ledger->forget(kLongSteadyMs).ok());
    desk.commit();
    const std::int64_t left = desk.number("SELECT count(*) FROM legs");
    assert_true(left < before && before - left <= 100);
    before = left;
  }
  assert_true(desk.keep(call("s7", 7)) == Admitted::too_old);
}

void one_amended_call_holds_up_no_other(void**) {
  Aged desk;
  for (int i = 0; i < 1'000; ++i) static_cast<void>(desk.admit(call(text("s{}", i), i)));
  desk.settle_all();
  desk.clock.pass(kDay + kDay / 2);
  desk.keep(call("s0", 2'000));  // the oldest call, amended
  desk.clock.pass(kDay);
  desk.forget();
  assert_int_equal(desk.number("SELECT count(*) FROM calls"), 1);
}

void a_step_that_fails_forgets_nothing(void**) {
  Aged desk;
  desk.keep(call("a", 100));
  desk.settle_all();
  desk.quarantine("not a record");
  desk.clock.pass(3 * kDay);
  assert_true(desk.ledger->forget(kLongSteadyMs).ok());
  desk.ledger->abandon({Fault::storage, "a disk that is full"});
  Keeping::must(desk.ledger->ready());
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 1);
  assert_int_equal(desk.ledger->size().value().quarantined, 1);
  assert_true(desk.keep(call("a", 100)) == Admitted::duplicate);
}

}  // namespace

int retention_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(counters_outlive_the_records),
      cmocka_unit_test(age_counts_from_arrival),
      cmocka_unit_test(what_may_have_been_counted_and_forgotten_is_refused),
      cmocka_unit_test(each_pbx_forgets_for_itself),
      cmocka_unit_test(a_pbx_clock_in_the_future_shuts_nobody_out),
      cmocka_unit_test(a_start_that_is_no_time_is_never_too_old),
      cmocka_unit_test(a_clock_that_was_behind_deletes_nothing_of_now),
      cmocka_unit_test(a_clock_that_was_ahead_keeps_nothing_for_ever),
      cmocka_unit_test(a_clock_that_a_new_record_contradicts_deletes_nothing),
      cmocka_unit_test(a_clock_that_is_behind_dates_nothing_back),
      cmocka_unit_test(a_clock_is_believed_when_it_has_been_steady),
      cmocka_unit_test(an_open_session_keeps_its_records),
      cmocka_unit_test(it_forgets_in_small_steps),
      cmocka_unit_test(one_amended_call_holds_up_no_other),
      cmocka_unit_test(a_step_that_fails_forgets_nothing),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
