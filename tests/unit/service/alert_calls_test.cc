// Alerts about calls that have ended, judged by when they were made.
#include "service/alert_calls.h"

#include "alerting.h"

namespace {

using namespace ucm;
using namespace ucm::service;

constexpr std::int64_t kHour = 3600;

ledger::Ended failed(ledger::Ended end) {
  end.as.outcome = Outcome::failed;
  end.call.outcomes = 1U << static_cast<unsigned>(Outcome::failed);
  return end;
}

ledger::Ended long_one(Alerting& hq, std::int64_t ago_s, std::int64_t elapsed_s) {
  ledger::Ended end = hq.call(ago_s);
  end.call.elapsed_s = elapsed_s;
  return end;
}

void each_long_call_is_told_and_is_over_after_a_while(void**) {
  Alerting hq;
  hq.start();
  hq.ended(long_one(hq, 3600, 3600));
  hq.told_none();
  const ledger::Ended first = long_one(hq, 3601, 3601);
  hq.ended(first);
  hq.told_one(
      {"WARNING all long_call: A call of 60 min 1 s ended (outbound, answered, started 2026-02-02 10:00:00 "
       "PBX "
       "time); LongCall is 3600 s"});
  assert_text(hq.notices.back().type, "duration");
  ledger::Ended again = first;  // a later leg of it
  again.again = true;
  again.elapsed_before_s = 3601;
  again.call.elapsed_s = 3700;
  hq.ended(again);
  hq.told_none();
  hq.ended(long_one(hq, 4000, 4000));
  hq.told_one({"WARNING"});
  assert_int_equal(hq.count_on(Alert::long_call), 2);
  hq.leap(899);
  hq.told_none();
  hq.start();
  hq.leap(1);
  assert_int_equal(hq.told().size(), 2);
  assert_int_equal(hq.count_on(Alert::long_call), 0);
  ledger::Ended grown = long_one(hq, 4000, 4000);
  grown.again = true;
  grown.elapsed_before_s = 10;
  hq.ended(grown);
  hq.told_one({"WARNING"});
}

void a_long_call_of_long_ago_is_told_and_not_on(void**) {
  Alerting hq;
  hq.start();
  hq.ended(long_one(hq, 100'000, 4000));
  hq.told_one({"WARNING", "66 min 40 s"});
  assert_int_equal(hq.count_on(Alert::long_call), 0);
  hq.settings.long_call_s = 0;
  hq.start();
  hq.ended(long_one(hq, 4000, 4000));
  hq.told_none();
}

// A good day: one call in ten minutes fails of ten.
void a_day(Alerting& hq) {
  for (std::int64_t ago = 20 * kHour; ago > kHour; ago -= 120)
    hq.ended(ago % 1200 == 0 ? failed(hq.call(ago)) : hq.call(ago));
  hq.leap(60);
  hq.told_none();
}

void many_long_calls_of_long_ago_are_summed_up(void**) {
  Alerting hq;
  hq.start();
  for (int i = 0; i < 300; ++i) {
    ledger::Ended end = hq.call(3 * 24 * kHour);
    end.call.elapsed_s = 4000 + i;
    hq.ended(end);
  }
  assert_int_equal(hq.told().size(), 5);
  hq.leap(29);
  hq.told_none();
  hq.leap(1);
  hq.told_one({"WARNING all long_call: 295 more calls were longer than 3600 s", "the longest of 71 min"});
  hq.leap(60);
  hq.told_none();
}

void a_trunk_that_fails_more_than_it_did_is_told(void**) {
  Alerting hq;
  hq.start();
  a_day(hq);
  for (int i = 0; i < 9; ++i) hq.ended(failed(hq.call(60)));
  hq.leap(1);
  hq.told_none();  // too few calls
  hq.ended(failed(hq.call(60)));
  hq.leap(1);
  hq.told_one(
      {"FAILURE trunk-main failure_rate: Trunk main: 10 of 10 calls failed within 15 min (100 %; 10 % in the "
       "day before)"});
  for (int i = 0; i < 10; ++i) hq.ended(hq.call(30));
  hq.leap(1);
  hq.told_none();  // 50 %: 40 above
  for (int i = 0; i < 8; ++i) hq.ended(hq.call(30));
  hq.leap(1);
  hq.told_none();  // 36 %: 26 above, not half of 40
  hq.start();      // with no calls to recall: nothing is known to fail
  hq.leap(1);
  hq.told_one({"OKAY trunk-main failure_rate: Alert failure_rate of trunk main is over"});
}

void a_share_below_half_of_the_jump_is_over(void**) {
  Alerting hq;
  hq.start();
  a_day(hq);
  for (int i = 0; i < 10; ++i) hq.ended(failed(hq.call(60)));
  hq.leap(1);
  hq.told_one({"FAILURE"});
  for (int i = 0; i < 25; ++i) hq.ended(hq.call(30));  // 28 %
  hq.leap(1);
  hq.told_one({"OKAY", "10 of 35 calls failed"});
}

// However long it lasts: the day before now is then full of it.
void an_outage_is_not_over_while_it_lasts(void**) {
  Alerting hq;
  hq.start();
  a_day(hq);
  for (int i = 0; i < 10; ++i) hq.ended(failed(hq.call(60)));
  hq.leap(1);
  hq.told_one({"FAILURE"});
  for (int i = 0; i < 160; ++i) {
    hq.leap(700);
    for (int call = 0; call < 20; ++call) hq.ended(failed(hq.call(60)));
    hq.look();
    hq.told_none();
  }
  for (int i = 0; i < 100; ++i) hq.ended(hq.call(30));
  hq.leap(1);
  hq.told_one({"OKAY"});
}

void a_trunk_that_always_fails_so_much_is_none(void**) {
  Alerting hq;
  hq.start();
  for (std::int64_t ago = 20 * kHour; ago > kHour; ago -= 240) {
    hq.ended(failed(hq.call(ago)));
    hq.ended(failed(hq.call(ago - 60)));
    hq.ended(hq.call(ago - 120));
  }
  hq.leap(60);
  hq.told();  // its first quarter of an hour was news
  hq.leap(kHour);
  hq.told();
  for (int i = 0; i < 20; ++i) hq.ended(failed(hq.call(60)));
  hq.leap(1);
  hq.told_none();
}

// The whole day with its bad quarter of an hour comes at once, in whatever order, ten hours late.
void failures_that_come_late_are_told_once_with_how_late(void**) {
  for (const bool backwards : {false, true}) {
    Alerting hq;
    hq.start();
    std::vector<ledger::Ended> day;
    for (std::int64_t ago = 22 * kHour; ago > 0; ago -= 120) day.push_back(hq.call(ago));
    for (int i = 0; i < 20; ++i) day.push_back(failed(hq.call(10 * kHour + i)));
    std::ranges::sort(day, {}, [](const ledger::Ended& end) { return end.as.began_s; });
    if (backwards) std::ranges::reverse(day);
    for (std::size_t i = 0; i < day.size(); ++i) {
      hq.ended(day[i]);
      if (i % 70 == 69) hq.pass(1);
    }
    hq.pass(60);
    hq.told_one(
        {"FAILURE", "calls failed within 15 min", "0 % in the day before", "10 h 1 min ago, told late"});
    hq.pass(840);
    hq.told_none();
    hq.pass(60);
    hq.told_one({"OKAY"});
    hq.ended(failed(hq.call(10 * kHour)));
    hq.pass(60);
    hq.told_none();
    hq.start(day);
    hq.ended(failed(hq.call(10 * kHour)));
    hq.pass(60);
    hq.told_none();
  }
}

void a_good_day_that_comes_late_is_none(void**) {
  Alerting hq;
  hq.start();
  std::vector<ledger::Ended> day;
  for (std::int64_t ago = 23 * kHour; ago > 0; ago -= 60)
    day.push_back(ago % 360 == 0 ? failed(hq.call(ago)) : hq.call(ago));
  for (auto end = day.rbegin(); end != day.rend(); ++end) hq.ended(*end);
  hq.pass(60);
  hq.told_none();
}

void failures_of_more_than_a_day_ago_are_none(void**) {
  Alerting hq;
  hq.start();
  for (int i = 0; i < 20; ++i) hq.ended(failed(hq.call(25 * kHour)));
  hq.pass(60);
  hq.told_none();
}

void a_burst_is_told_once(void**) {
  Alerting hq;
  for (int i = 0; i < 50; ++i) {
    if (i == 0) hq.start();
    hq.ended(hq.call(1));
  }
  hq.told_none();  // nobody has asked for it
  hq.settings.alerts.burst_calls = 5;
  hq.start();
  for (int i = 0; i < 4; ++i) hq.ended(hq.call(i * 100));
  ledger::Ended in = hq.call(5);
  in.call.direction = Direction::inbound;
  hq.ended(in);
  ledger::Ended other = hq.call(5);
  other.call.caller = "1002";
  hq.ended(other);
  hq.ended(hq.call(601));  // outside of the span
  hq.told_none();
  hq.ended(hq.call(500));
  hq.told_one({"FAILURE all fraud_burst: 5 calls by caller 1… went out within 10 min", "block",
               "ucmctl calls --numbers"});
  assert_true(hq.last.find("1001") == std::string::npos);
  hq.ended(hq.call(0));
  hq.told_none();
  hq.leap(600);
  hq.ended(hq.call(600));  // while it is on: on for longer
  hq.leap(600);
  hq.told_none();
  hq.leap(300);
  hq.told_one({"OKAY all fraud_burst: Alert fraud_burst of caller 1… is over"});
  hq.ended(hq.call(1500));  // of the same burst
  hq.told_none();
}

// Its later legs are read with nothing of where the earlier ones went.
void a_call_that_is_taken_out_more_than_once_is_one(void**) {
  Alerting hq;
  hq.settings.alerts.burst_calls = 2;
  hq.start();
  ledger::Ended in = hq.call(60);
  in.call.direction = Direction::inbound;
  hq.ended(in);
  in.again = true;
  for (const char* number : {"0044123456", "0044123457", "0044123458"}) {
    in.call.dialled_out = {number};
    hq.ended(in);
  }
  hq.told_none();
  ledger::Ended other = hq.call(30);
  other.call.direction = Direction::inbound;
  other.again = true;
  other.call.dialled_out = {"0044123456"};
  hq.ended(other);
  hq.told_one({"fraud_burst: 2 calls"});
}

// Fewer for a moment, and then as many again: it is on again, though calls of the first time are among them.
void a_burst_that_goes_on_is_told_again_after_it_was_over(void**) {
  Alerting hq;
  hq.settings.alerts.burst_calls = 3;
  hq.settings.alerts.burst_s = 3600;
  hq.start();
  for (int i = 0; i < 3; ++i) {
    hq.ended(hq.call(0));
    if (i < 2) hq.leap(600);
  }
  hq.told_one({"FAILURE", "3 calls"});
  hq.leap(2401);  // the first one is an hour old
  hq.told_one({"OKAY"});
  hq.ended(hq.call(0));
  hq.told_one({"FAILURE", "3 calls"});
}

void a_burst_of_more_than_a_day_ago_is_none_and_a_later_one_is_its_own(void**) {
  Alerting hq;
  hq.settings.alerts.burst_calls = 3;
  hq.start();
  for (int i = 0; i < 10; ++i) hq.ended(hq.call(86'400 + 60 + i));
  hq.told_none();
  for (int i = 0; i < 5; ++i) hq.ended(hq.call(0));
  hq.told_one({"3 calls"});
  hq.leap(10'000);
  hq.told_one({"OKAY"});
  for (int i = 0; i < 3; ++i) hq.ended(hq.call(0));
  hq.told_one({"FAILURE", "3 calls"});
}

void a_burst_of_an_account_and_with_numbers(void**) {
  Alerting hq;
  hq.settings.alerts.burst_calls = 2;
  hq.settings.numbers = true;
  hq.start();
  for (int i = 0; i < 2; ++i) {
    ledger::Ended end = hq.call(10);
    end.call.caller = text("10{}", i);
    end.call.account = "sales";
    hq.ended(end);
  }
  hq.told_one({"2 calls by account sales"});
}

// The ledger is asked to forget callers; what alerts remember needs no forgetting.
void what_is_remembered_names_nobody(void**) {
  Alerting hq;
  hq.settings.alerts.burst_calls = hq.settings.alerts.short_calls = 1;
  hq.settings.alerts.abroad = true;
  hq.start();
  ledger::Ended end = hq.call(4000, "+442079460123");
  end.call.session = "1770000000123456-5550142";
  end.call.caller = end.call.src = "5550142";
  end.call.account = "5550143";
  end.call.elapsed_s = 4000;
  end.as.short_call = true;
  hq.ended(end);
  assert_int_equal(hq.told().size(), 5);
  const auto [on, countries] = hq.alerts->written();
  for (const char* number : {"5550142", "5550143", "2079460", "79460123"}) {
    assert_true(on.find(number) == std::string::npos && countries.find(number) == std::string::npos);
  }
}

void who_comes_in_over_a_trunk_and_goes_out_is_a_caller(void**) {
  Alerting hq;
  hq.settings.alerts.burst_calls = 2;
  hq.start();
  for (int i = 0; i < 2; ++i) {
    ledger::Ended end = hq.call(10);
    end.call.direction = Direction::external;
    end.call.caller = "trunk_1";
    end.call.src = "5550199";
    hq.ended(end);
  }
  hq.told_one({"2 calls by caller 555…"});
}

// The PBX's clock is ahead by hours: the alert is not on for as long.
void calls_of_later_than_now_are_of_now(void**) {
  Alerting hq;
  hq.settings.alerts.burst_calls = 3;
  hq.start();
  for (int i = 0; i < 3; ++i) hq.ended(hq.call(-5 * kHour - i));
  hq.told_one({"FAILURE all fraud_burst: 3 calls"});
  hq.leap(899);
  hq.told_none();
  hq.leap(1);
  hq.told_one({"OKAY"});
}

// The same calls, spread over a day, arrive within ten seconds: no burst. A real one is, with how late.
void late_records_make_no_burst_but_bring_one(void**) {
  Alerting hq;
  hq.settings.alerts.burst_calls = 5;
  hq.settings.alerts.short_calls = 5;
  hq.start();
  for (int i = 0; i < 120; ++i) {
    hq.ended(hq.call((i * 7919 % 120) * 700 + 10));
    if (i % 12 == 0) hq.pass(1);
  }
  hq.told_none();
  for (int i = 0; i < 4; ++i) hq.ended(hq.call(5 * kHour + 130 + i * 10));
  hq.told_one({"FAILURE", "5 calls by caller 1…", "; 5 h 2 min ago, told late"});
  hq.ended(hq.call(5 * kHour + 150));
  hq.told_none();
  for (int i = 0; i < 10; ++i) hq.ended(hq.call(86'400 + 60 + i));
  hq.leap(900);
  hq.told_one({"OKAY"});
}

void a_burst_is_known_over_a_restart(void**) {
  Alerting hq;
  hq.settings.alerts.burst_calls = 3;
  hq.start();
  std::vector<ledger::Ended> calls{hq.call(30), hq.call(20)};
  for (const ledger::Ended& end : calls) hq.ended(end);
  hq.start(calls);
  calls.push_back(hq.call(10));
  hq.ended(calls.back());
  hq.told_one({"3 calls"});
  hq.start(calls);
  hq.ended(hq.call(5));
  hq.told_none();
  hq.leap(900);
  hq.told_one({"OKAY"});
  hq.start(calls);
  hq.ended(hq.call(905));
  hq.told_none();
}

void short_calls_are_told(void**) {
  Alerting hq;
  hq.settings.alerts.short_calls = 3;
  hq.start();
  for (int i = 0; i < 5; ++i) hq.ended(hq.call(i));
  hq.told_none();  // they were not short
  for (int i = 0; i < 3; ++i) {
    ledger::Ended end = hq.call(i * 1800);
    end.as.short_call = true;
    hq.ended(end);
    if (i < 2) hq.told_none();
  }
  hq.told_one({"WARNING all fraud_short_calls: 3 answered calls of less than 6 s by caller 1…", "Block"});
  hq.leap(899);  // the first of them is more than an hour old
  hq.told_none();
  hq.leap(1);
  hq.told_one({"OKAY"});
}

// 02:40 UTC is 04:40 where the PBX is.
// By the clock of the PBX, whatever zone that is.
void calls_outside_of_business_hours_are_told(void**) {
  Alerting hq;
  hq.zone = ZoneWatch(std::move(api::ZoneSetting::read("auto")).value());
  const auto out = [&hq](const char* start, std::int64_t ago_s) {
    ledger::Ended end = hq.call(ago_s);
    end.call.start = start;
    return end;
  };
  hq.settings.alerts.out_of_hours_calls = 3;
  hq.start();
  for (int i = 0; i < 5; ++i) hq.ended(hq.call(i));
  hq.told_none();  // no hours are known
  assert_true(hq.settings.alerts.hours.add("Mon-Fri 08:00-18:00").ok());
  hq.start();
  hq.clock.pass(4 * kHour);  // 08:40
  for (int i = 0; i < 5; ++i) hq.ended(out("2026-02-02 08:39:59", i));
  hq.told_none();
  for (int i = 0; i < 2; ++i) hq.ended(out("2026-02-02 07:59:00", 2400 + 60 + i));
  hq.ended(out("", 2400));  // nobody knows
  hq.told_none();
  ledger::Ended end = out("2026-02-02 07:59:59", 2400 + 1);
  end.call.caller = "1002";
  hq.ended(end);
  hq.told_one(
      {"FAILURE all fraud_out_of_hours: 3 calls went out within 60 min outside of business hours", "routes"});
  hq.leap(kHour);
  hq.told_one({"OKAY"});
}

}  // namespace

int alert_calls_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(each_long_call_is_told_and_is_over_after_a_while),
      cmocka_unit_test(a_long_call_of_long_ago_is_told_and_not_on),
      cmocka_unit_test(many_long_calls_of_long_ago_are_summed_up),
      cmocka_unit_test(a_trunk_that_fails_more_than_it_did_is_told),
      cmocka_unit_test(a_share_below_half_of_the_jump_is_over),
      cmocka_unit_test(an_outage_is_not_over_while_it_lasts),
      cmocka_unit_test(a_trunk_that_always_fails_so_much_is_none),
      cmocka_unit_test(failures_that_come_late_are_told_once_with_how_late),
      cmocka_unit_test(a_good_day_that_comes_late_is_none),
      cmocka_unit_test(failures_of_more_than_a_day_ago_are_none),
      cmocka_unit_test(a_burst_is_told_once),
      cmocka_unit_test(a_call_that_is_taken_out_more_than_once_is_one),
      cmocka_unit_test(a_burst_that_goes_on_is_told_again_after_it_was_over),
      cmocka_unit_test(a_burst_of_more_than_a_day_ago_is_none_and_a_later_one_is_its_own),
      cmocka_unit_test(a_burst_of_an_account_and_with_numbers),
      cmocka_unit_test(what_is_remembered_names_nobody),
      cmocka_unit_test(who_comes_in_over_a_trunk_and_goes_out_is_a_caller),
      cmocka_unit_test(calls_of_later_than_now_are_of_now),
      cmocka_unit_test(late_records_make_no_burst_but_bring_one),
      cmocka_unit_test(a_burst_is_known_over_a_restart),
      cmocka_unit_test(short_calls_are_told),
      cmocka_unit_test(calls_outside_of_business_hours_are_told),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
