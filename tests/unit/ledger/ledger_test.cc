#include "ledger/ledger.h"

#include "check.h"
#include "keeping.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;
using metrics::Metric;

Leg missed(const std::string& session, std::int64_t start = 0) {
  Leg leg = dialled(session, "NO ANSWER", start, 20);
  leg.src_trunk_name = "isp";
  return leg;
}

Leg answered(const std::string& session, std::int64_t start = 0) {
  Leg leg = dialled(session, "ANSWERED", start, 5, 60);
  leg.src_trunk_name = "isp";
  return leg;
}

void a_leg_is_counted_once(void**) {
  Keeping desk;
  assert_true(desk.keep(answered("s")) == Admitted::counted);
  assert_true(desk.keep(answered("s")) == Admitted::duplicate);
  assert_true(desk.keep(answered("s"), Origin::api) == Admitted::duplicate);
  assert_true(desk.keep(missed("t"), Origin::api) == Admitted::counted);
  assert_true(desk.keep(missed("t")) == Admitted::duplicate);
  // The same twice before the disk has either.
  assert_true(desk.admit(answered("u")) == Admitted::counted);
  assert_true(desk.admit(answered("u")) == Admitted::duplicate);
  desk.commit();
  assert_int_equal(desk.self(Metric::legs_accepted), 3);
  assert_int_equal(desk.self(Metric::legs_duplicate), 3);
  assert_int_equal(desk.self(Metric::legs_reread), 1);
  assert_int_equal(desk.self(Metric::legs_backfilled), 1);
  assert_int_equal(desk.count("all", Metric::leg_answered), 2);
  assert_int_equal(desk.count("all", Metric::leg_talk), 120'000);
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 3);
}

void a_leg_belongs_to_its_pbx(void**) {
  Keeping desk({{"hq", {.host = "hq"}}, {"branch", {.host = "branch"}}});
  assert_true(desk.keep(answered("s")) == Admitted::counted);
  assert_true(desk.keep(answered("s"), Origin::push, 1) == Admitted::counted);
  desk.settle_all();
  for (const std::size_t pbx : {0U, 1U}) {
    assert_int_equal(desk.count("all", Metric::answered, pbx), 1);
    assert_int_equal(desk.count("all", Metric::talk, pbx), 60'000);
  }
}

void one_commit_keeps_all_that_came(void**) {
  Keeping desk;
  for (int i = 0; i < 50; ++i) static_cast<void>(desk.admit(answered(text("s{}", i))));
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 0);  // nobody else sees it yet
  assert_int_equal(desk.number("SELECT count(*) FROM counters"), 0);
  desk.commit();
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 50);
  assert_int_equal(desk.number("SELECT value FROM counters WHERE metric = 'total_events-legs_accepted'"), 50);
  assert_int_equal(desk.self(Metric::settling), 50);
}

void a_call_settles_when_its_session_has_been_quiet(void**) {
  Keeping desk;
  desk.keep(missed("s"));
  desk.clock.pass(14);
  assert_false(desk.settle());
  assert_int_equal(desk.commit().size(), 0);
  desk.keep(answered("s", 20));  // begins the waiting again
  desk.clock.pass(14);
  assert_false(desk.settle());
  assert_int_equal(desk.count("all", Metric::answered), 0);
  desk.clock.pass(1);
  assert_false(desk.settle());
  const auto ended = desk.commit();
  assert_int_equal(ended.size(), 1);
  assert_int_equal(ended[0].call.legs, 2);
  assert_int_equal(ended[0].call.elapsed_s, 85);
  assert_int_equal(desk.count("all", Metric::answered), 1);
  assert_int_equal(desk.count("all", Metric::no_answer), 0);
  assert_int_equal(desk.count("all", Metric::wait), 25'000);
  assert_int_equal(desk.count("trunk-isp", Metric::answered), 1);
  assert_int_equal(desk.ledger->open_calls(), 0);
  assert_int_equal(desk.self(Metric::settling), 0);
  desk.clock.pass(1'000);
  assert_false(desk.settle());
  assert_int_equal(desk.commit().size(), 0);
}

void the_wall_clock_settles_nothing(void**) {
  Keeping desk;
  desk.keep(missed("s"));
  desk.clock.wall += 1'000'000;
  assert_false(desk.settle());
  assert_int_equal(desk.ledger->open_calls(), 1);
  desk.clock.wall -= 2'000'000;
  desk.clock.mono += 15'000;
  assert_false(desk.settle());
  assert_int_equal(desk.ledger->open_calls(), 0);
}

void calls_settle_in_portions(void**) {
  Keeping desk;
  for (int i = 0; i < 25; ++i) desk.keep(missed(text("s{}", i)));
  desk.clock.pass(15);
  assert_true(desk.settle(10));
  assert_int_equal(desk.commit().size(), 10);
  assert_true(desk.settle(10));
  assert_int_equal(desk.commit().size(), 10);
  assert_false(desk.settle(10));
  assert_int_equal(desk.commit().size(), 5);
  assert_int_equal(desk.count("all", Metric::no_answer), 25);
}

void a_turn_given_up_counts_nothing(void**) {
  Keeping desk;
  desk.keep(missed("before"));
  desk.clock.pass(15);
  static_cast<void>(desk.admit(answered("s")));
  desk.quarantine("");
  static_cast<void>(desk.admit(answered("t")));
  static_cast<void>(desk.ledger->quarantine(std::nullopt, Unfit::syntax, "", "x"));
  assert_false(desk.settle());
  desk.ledger->abandon({Fault::storage, "a disk that is full"});
  Keeping::must(desk.ledger->ready());

  assert_int_equal(desk.self(Metric::legs_accepted), 2);
  assert_int_equal(desk.count("all", Metric::leg_answered), 1);
  assert_int_equal(desk.count("all", Metric::no_answer), 0);
  assert_int_equal(desk.ledger->agent().value(Metric::agent_quarantined), 0);
  assert_int_equal(desk.ledger->open_calls(), 2);
  // All of it comes again, and is counted once.
  assert_true(desk.admit(answered("t")) == Admitted::counted);
  assert_true(desk.admit(answered("s")) == Admitted::duplicate);
  static_cast<void>(desk.ledger->quarantine(std::nullopt, Unfit::syntax, "", "x"));
  assert_false(desk.settle());
  assert_int_equal(desk.commit().size(), 1);
  desk.settle_all();
  assert_int_equal(desk.count("all", Metric::no_answer), 1);
  assert_int_equal(desk.count("all", Metric::answered), 2);
  assert_int_equal(desk.ledger->agent().value(Metric::agent_quarantined), 1);
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 3);
  assert_int_equal(desk.number("SELECT count(*) FROM calls"), 3);
}

void a_quiet_turn_writes_nothing(void**) {
  Keeping desk;
  desk.keep(missed("s"));
  const auto written = [&] { return std::filesystem::file_size(desk.file() + "-wal"); };
  const auto before = written();
  desk.commit();
  assert_false(desk.settle());
  desk.commit();
  assert_int_equal(written(), before);
  // What belongs to no record waits for the next one, or until it is asked for.
  desk.ledger->agent().add(Metric::agent_senders_refused, 3);
  desk.commit();
  assert_int_equal(desk.number("SELECT count(*) FROM counters WHERE metric LIKE '%senders_refused'"), 0);
  assert_true(desk.ledger->commit(true).ok());
  assert_int_equal(desk.number("SELECT value FROM counters WHERE metric LIKE '%senders_refused'"), 3);
}

void more_sessions_than_are_held_settle_early(void**) {
  Keeping desk;
  Leg leg = missed("s");
  for (std::size_t i = 0; i <= Ledger::kMostOpen; ++i) {
    leg.session = text("s{}", i);
    leg.uniqueid = leg.session;
    static_cast<void>(desk.admit(leg));
  }
  assert_false(desk.settle());
  assert_int_equal(desk.commit().size(), 1);
  assert_int_equal(desk.ledger->open_calls(), Ledger::kMostOpen);
  assert_true(desk.said("counted early"));
}

void the_operator_is_told_sizes(void**) {
  Keeping desk;
  desk.keep(missed("s"));
  desk.keep(missed("t"));
  desk.settle_all();
  desk.quarantine("12345");
  const auto size = desk.ledger->size();
  assert_true(size.ok());
  assert_int_equal(size.value().legs, 2);
  assert_int_equal(size.value().calls, 2);
  assert_int_equal(size.value().quarantined, 1);
  assert_int_equal(size.value().quarantined_bytes, 5);
  assert_true(size.value().file_bytes >= 4096);
}

}  // namespace

int ledger_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_leg_is_counted_once),
      cmocka_unit_test(a_leg_belongs_to_its_pbx),
      cmocka_unit_test(one_commit_keeps_all_that_came),
      cmocka_unit_test(a_call_settles_when_its_session_has_been_quiet),
      cmocka_unit_test(the_wall_clock_settles_nothing),
      cmocka_unit_test(calls_settle_in_portions),
      cmocka_unit_test(a_turn_given_up_counts_nothing),
      cmocka_unit_test(a_quiet_turn_writes_nothing),
      cmocka_unit_test(more_sessions_than_are_held_settle_early),
      cmocka_unit_test(the_operator_is_told_sizes),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
