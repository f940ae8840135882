// What the ledger keeps of the asking.
#include <filesystem>
#include <fstream>

#include "check.h"
#include "keeping.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;
using metrics::Metric;

std::vector<PbxLedger> asked_pbx() {
  return {{.name = "hq", .book = {.host = "hq", .asked = true, .state = true}}};
}

QueueCall caller(const std::string& identity, bool answered, std::int64_t wait, std::int64_t talk) {
  return {"6500", at(60), identity, answered, wait, talk};
}

Admitted admit(Keeping& desk, const QueueCall& call) {
  const auto admitted = desk.ledger->admit(0, call);
  assert_true(admitted.ok());
  return admitted.value();
}

std::int64_t queue(const Keeping& desk, Metric metric) {
  return desk.count("queue-6500", metric);
}

void a_caller_of_a_queue_is_counted_once_for_ever(void**) {
  Keeping desk(asked_pbx());
  assert_true(admit(desk, caller("a", true, 12, 60)) == Admitted::counted);
  assert_true(admit(desk, caller("a", true, 12, 60)) == Admitted::duplicate);
  assert_true(admit(desk, caller("b", true, 21, 5)) == Admitted::counted);
  assert_true(admit(desk, caller("c", false, 90, 0)) == Admitted::counted);
  assert_true(admit(desk, caller("d", false, 4, 0)) == Admitted::counted);
  desk.commit();
  desk.reopen();
  assert_true(admit(desk, caller("c", false, 90, 0)) == Admitted::duplicate);
  desk.commit();
  assert_int_equal(queue(desk, Metric::queue_offered), 4);
  assert_int_equal(queue(desk, Metric::queue_answered), 2);
  assert_int_equal(queue(desk, Metric::queue_abandoned), 2);
  assert_int_equal(queue(desk, Metric::queue_wait), 33'000);
  assert_int_equal(queue(desk, Metric::queue_in_level), 1);
  assert_int_equal(queue(desk, Metric::queue_level_base), 3);
}

void a_turn_that_is_lost_counts_no_caller(void**) {
  Keeping desk(asked_pbx());
  admit(desk, caller("a", true, 1, 1));
  desk.ledger->abandon({Fault::storage, "gone"});
  Keeping::must(desk.ledger->ready());
  assert_true(admit(desk, caller("a", true, 1, 1)) == Admitted::counted);
  desk.commit();
  assert_int_equal(queue(desk, Metric::queue_offered), 1);
}

void what_is_remembered_survives_a_restart_and_no_lost_turn(void**) {
  Keeping desk(asked_pbx());
  assert_text(desk.ledger->remembered(0, "read_until"), "");
  Keeping::must(desk.ledger->remember(0, "read_until", "17"));
  assert_text(desk.ledger->remembered(0, "read_until"), "17");
  desk.commit();
  Keeping::must(desk.ledger->remember(0, "read_until", "18"));
  desk.ledger->abandon({Fault::storage, "gone"});
  Keeping::must(desk.ledger->ready());
  assert_text(desk.ledger->remembered(0, "read_until"), "17");
  desk.reopen();
  assert_text(desk.ledger->remembered(0, "read_until"), "17");
}

void a_fetched_leg_without_a_start_is_counted(void**) {
  Keeping desk(asked_pbx());
  Leg leg = dialled("s", "ANSWERED", 10, 5, 60);
  leg.start.clear();
  assert_true(desk.keep(leg, Origin::api) == Admitted::counted);
  QueueCall call = caller("a", true, 1, 1);
  call.start.clear();
  assert_true(admit(desk, call) == Admitted::counted);
  desk.commit();
}

// The counters go on, so what the lost file knew must not be counted again; what is new is.
void a_file_that_is_lost_in_use_lets_nothing_be_counted_twice(void**) {
  Keeping desk(asked_pbx());
  for (int call = 0; call < 50; ++call) {
    desk.keep(dialled(text("s{}", call), "ANSWERED", call, 5, 60), Origin::api);
  }
  for (int i = 0; i < 2; ++i) {
    desk.ledger->abandon({Fault::malformed, "damaged"});
    desk.clock.pass(5);
  }
  Keeping::must(desk.ledger->ready());
  for (int call = 0; call < 50; ++call) {
    assert_true(desk.keep(dialled(text("s{}", call), "ANSWERED", call, 5, 60), Origin::api) ==
                Admitted::too_old);
  }
  assert_true(desk.keep(dialled("new", "ANSWERED", 50, 5, 60), Origin::api) == Admitted::counted);
  assert_true(desk.keep(dialled("late", "ANSWERED", 49, 5, 60), Origin::push) == Admitted::counted);
  assert_int_equal(desk.self(Metric::legs_accepted), 52);
  desk.reopen();
  assert_true(desk.keep(dialled("s49", "ANSWERED", 49, 5, 60), Origin::api) == Admitted::too_old);
}

void the_quarantine_knows_what_it_holds(void**) {
  Keeping desk(asked_pbx());
  desk.quarantine("bytes");
  const auto has = [&](std::string_view bytes) {
    const auto known = desk.ledger->has_quarantined(0, bytes);
    assert_true(known.ok());
    return known.value();
  };
  assert_true(has("bytes"));
  assert_false(has("byte"));
  assert_false(has("bytez"));
}

void recordings_are_found_by_session_uniqueid_and_number(void**) {
  Keeping desk(asked_pbx());
  Leg leg = dialled("s", "ANSWERED", 10, 5, 60);
  leg.acct_id = "77";
  leg.recordfiles = "2026-02/auto-1.wav@";
  desk.keep(leg);
  desk.keep(dialled("t", "ANSWERED", 20, 5, 60));
  for (const char* call : {"s", "s.1", "77"}) {
    const auto found = desk.ledger->recordings_of("hq", call, 10);
    assert_true(found.ok());
    assert_int_equal(found.value().size(), 1);
    assert_text(found.value()[0].recordfiles, "2026-02/auto-1.wav@");
  }
  assert_int_equal(desk.ledger->recordings_of("hq", "t", 10).value().size(), 0);
  assert_int_equal(desk.ledger->recordings_of("elsewhere", "s", 10).value().size(), 0);
}

}  // namespace

int asked_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_caller_of_a_queue_is_counted_once_for_ever),
      cmocka_unit_test(a_turn_that_is_lost_counts_no_caller),
      cmocka_unit_test(what_is_remembered_survives_a_restart_and_no_lost_turn),
      cmocka_unit_test(a_fetched_leg_without_a_start_is_counted),
      cmocka_unit_test(a_file_that_is_lost_in_use_lets_nothing_be_counted_twice),
      cmocka_unit_test(the_quarantine_knows_what_it_holds),
      cmocka_unit_test(recordings_are_found_by_session_uniqueid_and_number),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
