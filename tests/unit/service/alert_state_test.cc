// Alerts about how things are: on once, not again, not over at the same bound, over, and over a restart.
#include "service/alert_state.h"

#include "alerting.h"

namespace {

using namespace ucm;
using namespace ucm::service;

void a_trunk_that_is_down_is_told_once(void**) {
  Alerting hq;
  hq.start();
  hq.trunks = {{"main", false}, {"spare", true}, {"fax", std::nullopt}};
  for (const int round : {0, 1}) {
    hq.round();
    hq.told_none();
    hq.clock.pass(round == 0 ? 60 : 59);
  }
  hq.round();  // of 119 s: rounds do not keep time to the second
  hq.told_one({"FAILURE trunk-main trunk_down: Trunk main has been down for 120 s", "provider"});
  assert_int_equal(hq.count_on(Alert::trunk_down), 1);
  hq.clock.pass(600);
  hq.round();
  hq.told_none();
}

void a_trunk_that_flaps_gives_one_pair(void**) {
  Alerting hq;
  hq.start();
  for (int i = 0; i < 20; ++i) {  // never down for long enough
    hq.trunks = {{"main", i % 2 == 1}};
    hq.round();
    hq.clock.pass(60);
  }
  hq.told_none();
  hq.trunks = {{"main", false}};
  hq.round();
  hq.clock.pass(120);
  hq.round();
  hq.told_one({"FAILURE"});
  for (int i = 0; i < 20; ++i) {  // never up for long enough
    hq.trunks = {{"main", i % 2 == 0}};
    hq.round();
    hq.clock.pass(60);
  }
  hq.told_none();
  hq.trunks = {{"main", true}};
  hq.round();
  hq.clock.pass(120);
  hq.round();
  hq.told_one({"OKAY trunk-main trunk_down: Alert trunk_down of trunk main is over"});
  assert_int_equal(hq.count_on(Alert::trunk_down), 0);
}

void a_trunk_that_is_gone_or_not_known_to_be_down_is_no_alert(void**) {
  Alerting hq;
  hq.start();
  hq.trunks = {{"main", false}};
  hq.round();
  hq.clock.pass(3600);
  hq.alerts->observe({}, moment_of(hq.clock));  // nothing is known
  hq.told_none();
  hq.round();
  hq.told_one({"FAILURE"});
  hq.trunks.clear();
  hq.round();
  hq.told_one({"OKAY", "no such trunk any more"});
}

void a_trunk_that_is_switched_off_is_no_alert(void**) {
  Alerting hq;
  hq.start();
  hq.trunks = {{"main", false}};
  for (int i = 0; i < 5; ++i) {
    hq.round();
    hq.clock.pass(60);
  }
  hq.told_one({"FAILURE"});
  hq.trunks = {{"main", false, 0, true}};
  hq.round();
  hq.told_one({"OKAY trunk-main", "it is switched off on the PBX"});
  for (int i = 0; i < 5; ++i) {
    hq.clock.pass(60);
    hq.round();
  }
  hq.told_none();
}

void a_trunk_is_down_over_a_restart(void**) {
  Alerting hq;
  hq.start();
  hq.trunks = {{"main", false}};
  hq.round();
  hq.clock.pass(120);
  hq.round();
  hq.told_one({"FAILURE"});
  hq.start();
  assert_int_equal(hq.count_on(Alert::trunk_down), 1);
  hq.round();
  hq.clock.pass(600);
  hq.round();
  hq.told_none();
  hq.start();
  hq.trunks = {{"main", true}};
  hq.round();
  hq.told_none();
  hq.clock.pass(120);
  hq.round();
  hq.told_one({"OKAY"});
}

void what_is_not_watched_any_more_is_over(void**) {
  Alerting hq;
  hq.start();
  hq.trunks = {{"main", false}};
  hq.round();
  hq.clock.pass(120);
  hq.round();
  hq.told_one({"FAILURE"});
  hq.settings.alerts.trunk_down_s = 0;
  hq.start();
  hq.told_one({"OKAY", "nobody watches it"});
  hq.clock.pass(600);
  hq.round();
  hq.told_none();
}

void an_api_that_does_not_answer_is_told(void**) {
  Alerting hq;
  hq.start();
  hq.pass(600);  // it is not asked: nothing is known
  hq.told_none();
  hq.outlook.asked = true;
  hq.pass(290);
  hq.told_none();
  hq.outlook.api_up = true;
  hq.pass(1);
  hq.outlook.api_up = false;
  hq.pass(290);
  hq.told_none();
  hq.pass(20);
  hq.told_one({"WARNING self api_down: The API of the PBX has not answered for 300 s", "ucmctl status"});
  hq.outlook.api_up = true;
  hq.pass(290);
  hq.told_none();
  hq.pass(20);
  hq.told_one({"OKAY self api_down: Alert api_down of the API is over: it has been answering for 300 s"});
  hq.settings.alerts.api_down_s = 0;
  hq.outlook.api_up = false;
  hq.start();
  hq.pass(1000);
  hq.told_none();
}

// 2026-02-02 02:40 UTC is a Monday, 04:40 where the PBX is.
void a_silent_push_is_told_in_business_hours_alone(void**) {
  Alerting hq;
  hq.start();
  hq.leap(86'400);
  hq.told_none();  // nobody has asked for it
  Alerting watched;
  watched.settings.alerts.push_silent_s = 3600;
  assert_true(watched.settings.alerts.hours.add("Mon-Fri 08:00-18:00").ok());
  watched.outlook.last_push_s = watched.clock.wall;
  watched.start();
  watched.leap(3L * 3600 + 1200 + 3599);  // 08:59:59
  watched.told_none();
  watched.leap(1);
  watched.told_one({"FAILURE self push_silent: No record was pushed for 3600 s of business hours",
                    "CDR Real-time Output Settings"});
  watched.leap(86'400);
  watched.told_none();
  watched.outlook.last_push_s = watched.clock.wall;
  watched.leap(1);
  watched.told_one({"OKAY", "a record was pushed"});
  watched.outlook.last_push_s = watched.clock.wall += 9L * 3600 - 600;  // Tuesday, 17:50
  watched.clock.mono += (9L * 3600 - 600) * 1000;
  watched.leap(12L * 3600);
  watched.told_none();  // ten minutes were of business
}

void without_hours_a_push_is_silent_at_any_time_and_from_the_start(void**) {
  Alerting hq;
  hq.settings.alerts.push_silent_s = 600;
  hq.start();
  hq.leap(599);
  hq.told_none();
  hq.leap(1);
  hq.told_one({"No record was pushed for 600 s."});
  Alerting other;  // nobody may push
  other.settings.alerts.push_silent_s = 600;
  other.outlook.pushes = false;
  other.start();
  other.leap(6000);
  other.told_none();
}

// Records that could not come while nobody listened, and those that were refused, are no silence of the PBX.
void a_push_is_not_silent_because_nobody_listened(void**) {
  Alerting hq;
  hq.settings.alerts.push_silent_s = 1200;
  hq.outlook.last_push_s = hq.clock.wall - 86'400;
  hq.start();
  hq.leap(599);
  hq.told_none();
  hq.outlook.unavailable = true;
  hq.leap(10);
  hq.outlook.unavailable = false;
  hq.leap(599);
  hq.told_none();
  hq.leap(1);
  hq.told_one({"FAILURE self push_silent"});
  hq.outlook.last_push_s.reset();
  hq.start();
  hq.leap(1);
  hq.told_none();  // of an earlier run: it stays on
  assert_int_equal(hq.count_on(Alert::push_silent), 1);
  hq.outlook.last_push_s = hq.clock.wall;
  hq.leap(1);
  hq.told_one({"OKAY", "a record was pushed"});
}

// 2026-03-29: the clocks of Berlin go forward by an hour at 01:00 UTC.
void silence_is_counted_by_the_clock_of_its_beginning(void**) {
  Alerting hq;
  hq.zone = ZoneWatch(std::move(api::ZoneSetting::read("Europe/Berlin")).value());
  hq.clock.wall = 1'774'728'000;  // Saturday, 21:00 there
  hq.settings.alerts.push_silent_s = 7200;
  assert_true(hq.settings.alerts.hours.add("Sat-Sun 20:00-22:00").ok());
  hq.outlook.last_push_s = hq.clock.wall;
  hq.start();
  hq.leap(21L * 3600 + 3600);  // Sunday, 20:00
  hq.told_none();
  hq.leap(3599);
  hq.told_none();
  hq.leap(1);  // an hour on Saturday, and one on Sunday
  hq.told_one({"FAILURE self push_silent"});
}

void a_caller_who_waits_too_long_is_told(void**) {
  Alerting hq;
  hq.settings.alerts.queue_wait_s = 100;
  hq.settings.alerts.clock_wrong_s = 0;
  hq.start();
  hq.queues = {"6500"};
  hq.drift_s = 1000;  // the PBX's clock is ahead, and so is what it says
  const std::int64_t came_s = hq.clock.wall + 1000;
  const Channel waits{"Up", "queue", "PJSIP/trunk_1-1", "main", "", "6500", came_s};
  hq.unbridged = {waits,
                  {"Up", "queue", "Local/1001@x", "", "", "6500", came_s - 900},
                  {"Up", "normal", "PJSIP/1-1", "", "", "6500", came_s - 900},
                  {"Up", "queue", "PJSIP/1-2", "", "", "6400", came_s - 900}};  // a ring group
  hq.clock.pass(99);
  hq.round();
  hq.told_none();
  hq.clock.pass(1);
  hq.round();
  hq.told_one({"WARNING queue-6500 queue_wait: A caller of queue 6500 has been waiting for 100 s"});
  hq.unbridged[0].since_s = came_s + 10;  // another, for 90 s: not over yet
  hq.round();
  hq.unbridged[0].since_s = came_s;
  hq.round();
  hq.told_none();
  hq.unbridged[0].since_s = came_s + 21;
  hq.round();
  hq.told_one({"OKAY queue-6500 queue_wait: Alert queue_wait of queue 6500 is over"});
  hq.drift_s.reset();  // a clock that nobody knows
  hq.unbridged[0].since_s = 1;
  hq.round();
  hq.told_none();
}

void a_call_that_runs_too_long_is_told(void**) {
  Alerting hq;
  hq.start();
  hq.bridged = {{"", "normal", "PJSIP/1001-1", "", "main", "", hq.clock.wall},
                {"", "normal", "PJSIP/1002-1", "", "", "", hq.clock.wall + 100},
                {"", "normal", "PJSIP/1003-1", "", "", "", std::nullopt}};
  hq.clock.pass(3599);
  hq.round();
  hq.told_none();
  hq.clock.pass(1);
  hq.round();
  hq.told_one(
      {"WARNING all long_call_running: A call has been running for 60 min (over trunk main)", "hang it up"});
  hq.clock.pass(60);
  hq.round();
  hq.told_none();
  hq.clock.pass(60);
  hq.round();
  hq.told_one({"over no trunk"});
  assert_int_equal(hq.count_on(Alert::long_call_running), 2);
  hq.bridged.erase(hq.bridged.begin());
  hq.round();
  hq.told_one(
      {"OKAY all long_call_running: Alert long_call_running of a call over trunk main is over: it has "
       "ended"});
  hq.settings.alerts.long_running_s = 0;
  hq.start();
  hq.told_one({"OKAY", "nobody watches"});
}

void a_clock_that_is_wrong_is_told(void**) {
  Alerting hq;
  hq.start();
  hq.drift_s = 29;
  hq.round();
  hq.told_none();
  hq.drift_s = -30;
  hq.round();
  hq.told_one({"WARNING system clock_wrong: The clock of the PBX is 30 s behind", "NTP"});
  for (const int drift : {15, 31, 15, -29}) {
    hq.drift_s = drift;
    hq.round();
  }
  hq.told_none();
  hq.drift_s = 14;
  hq.round();
  hq.told_one({"OKAY system clock_wrong", "14 s off"});
}

void a_certificate_that_ends_soon_is_told(void**) {
  Alerting hq;
  hq.start();
  for (const int days : {100, 15}) {
    hq.outlook.certificate_days = days;
    hq.leap(1);
  }
  hq.told_none();
  hq.outlook.certificate_days = 14;
  hq.leap(1);
  hq.told_one(
      {"WARNING self certificate_expiring: The certificate of the PBX's API expires in 14 days", "Renew"});
  hq.outlook.certificate_days = 15;
  hq.leap(1);
  hq.outlook.certificate_days.reset();
  hq.leap(1);
  hq.told_none();
  hq.outlook.certificate_days = 16;
  hq.leap(1);
  hq.told_one({"OKAY"});
}

void a_buffer_that_overflows_is_told(void**) {
  Alerting hq;
  hq.start();
  hq.outlook.refusing = true;
  hq.outlook.buffer_left_s = 1;
  hq.pass(20);
  hq.outlook.refusing = false;
  hq.leap(1);
  hq.outlook.refusing = true;
  hq.pass(20);
  hq.told_none();  // never for half a minute
  hq.outlook.buffer_left_s = 3600;
  hq.leap(30);
  hq.told_none();
  hq.outlook.buffer_left_s = 3599;
  hq.leap(1);
  hq.told_one({"FAILURE self buffer_overflow: Pushes cannot be taken", "about 60 min"});
  hq.outlook.buffer_left_s = 7200;
  hq.leap(1);
  hq.told_none();
  hq.outlook.buffer_left_s = 7201;
  hq.leap(1);
  hq.told_one({"OKAY"});
  hq.outlook.buffer_left_s = 10;
  hq.leap(1);
  hq.told_one({"FAILURE"});
  hq.outlook.refusing = false;
  hq.outlook.buffer_left_s.reset();
  hq.leap(1);
  hq.told_one({"OKAY", "pushes are taken again"});
}

void restarts_and_firmware_are_told_and_pass(void**) {
  Alerting hq;
  hq.start();
  hq.alerts->restarted(30, hq.clock.wall);
  hq.told_one({"WARNING system pbx_restarted: The PBX has restarted, 30 s ago", "power"});
  hq.alerts->firmware_changed("hq is now UCM6302 with firmware 2; it was UCM6302 with 1", hq.clock.wall);
  hq.told_one({"WARNING system firmware_changed: hq is now UCM6302 with firmware 2"});
  hq.leap(500);
  hq.alerts->restarted(10, hq.clock.wall);  // again, while it is on
  hq.told_none();
  hq.leap(400);
  hq.told_one({"OKAY system firmware_changed"});
  hq.start();
  hq.leap(499);
  hq.told_none();
  hq.leap(1);
  hq.told_one({"OKAY system pbx_restarted"});
  hq.settings.alerts.restarts = hq.settings.alerts.firmware = false;
  hq.start();
  hq.alerts->restarted(10, hq.clock.wall);
  hq.alerts->firmware_changed("x", hq.clock.wall);
  hq.told_none();
}

}  // namespace

int alert_state_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_trunk_that_is_down_is_told_once),
      cmocka_unit_test(a_trunk_that_flaps_gives_one_pair),
      cmocka_unit_test(a_trunk_that_is_gone_or_not_known_to_be_down_is_no_alert),
      cmocka_unit_test(a_trunk_that_is_switched_off_is_no_alert),
      cmocka_unit_test(a_trunk_is_down_over_a_restart),
      cmocka_unit_test(what_is_not_watched_any_more_is_over),
      cmocka_unit_test(an_api_that_does_not_answer_is_told),
      cmocka_unit_test(a_silent_push_is_told_in_business_hours_alone),
      cmocka_unit_test(without_hours_a_push_is_silent_at_any_time_and_from_the_start),
      cmocka_unit_test(a_push_is_not_silent_because_nobody_listened),
      cmocka_unit_test(silence_is_counted_by_the_clock_of_its_beginning),
      cmocka_unit_test(a_caller_who_waits_too_long_is_told),
      cmocka_unit_test(a_call_that_runs_too_long_is_told),
      cmocka_unit_test(a_clock_that_is_wrong_is_told),
      cmocka_unit_test(a_certificate_that_ends_soon_is_told),
      cmocka_unit_test(a_buffer_that_overflows_is_told),
      cmocka_unit_test(restarts_and_firmware_are_told_and_pass),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
