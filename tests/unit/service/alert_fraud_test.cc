// Alerts about where calls go.
#include "service/alert_fraud.h"

#include "alerting.h"

namespace {

using namespace ucm;
using namespace ucm::service;

constexpr std::int64_t kDay = 86'400;
constexpr const char* kLondon = "00442079460123";
constexpr const char* kParis = "+33199005501";

struct German : Alerting {
  German() { settings.alerts.home_country = "49"; }
};

void a_call_abroad_is_told_where_that_is_wanted(void**) {
  German hq;
  hq.settings.alerts.new_country = false;
  hq.start();
  hq.ended(hq.call(10, kLondon));
  hq.told_none();
  hq.settings.alerts.abroad = true;
  hq.start();
  hq.ended(hq.call(10, "+49305550100"));
  hq.ended(hq.call(10, "0305550100"));
  hq.told_none();
  hq.ended(hq.call(10, kLondon));
  hq.told_one({"FAILURE all fraud_destination: A call went to United Kingdom (+44) (+4420…, by 1…, started",
               "block", "ucmctl calls --numbers"});
  assert_true(hq.last.find("9460123") == std::string::npos && hq.last.find("1001") == std::string::npos);
  hq.ended(hq.call(5, kLondon));
  hq.told_none();
  hq.ended(hq.call(5, kParis));
  hq.told_one({"France (+33)"});
  assert_int_equal(hq.count_on(Alert::fraud_destination), 2);
  hq.leap(800);
  hq.ended(hq.call(5, kLondon));
  hq.leap(100);
  hq.told_one({"OKAY all fraud_destination: Alert fraud_destination of France (+33) is over"});
  hq.start();
  hq.leap(800);
  hq.told_one({"OKAY", "United Kingdom"});
}

void a_premium_rate_is_told_whenever_it_is_listed(void**) {
  German hq;
  hq.settings.alerts.premium = {"0900", "+4490"};
  hq.settings.numbers = true;
  hq.start();
  hq.ended(hq.call(10, "+49900555010"));
  hq.told_one(
      {"A call went to premium rate 0900 (+49900555010, by 1001, started 2026-02-02 10:00:00 PBX time)"});
  hq.ended(hq.call(10, "00449055501"));
  hq.told_one({"premium rate +4490"});
  ledger::Ended in = hq.call(10, "0900555010");
  in.call.direction = Direction::inbound;
  hq.ended(in);
  hq.told_none();
}

// A call comes in and is sent on to a country: the leg that does it may come an hour after the first.
void a_transfer_or_forward_is_told_by_where_it_goes(void**) {
  German hq;
  hq.settings.alerts.abroad = true;
  hq.settings.alerts.out_of_hours_calls = 1;
  assert_true(hq.settings.alerts.hours.add("Sun 00:00-01:00").ok());
  hq.start();
  Leg in;
  in.session = "s";
  in.start = "2026-02-02 04:30:00";
  in.userfield = "Inbound";
  in.src = "5550199";
  in.dst = "00493055501";  // the DID
  in.src_trunk_name = "main";
  in.duration = 60;
  Leg out = in;
  out.start = "2026-02-02 04:31:00";
  out.userfield = "External";
  out.dst_trunk_name = "main";
  for (const bool late : {false, true}) {
    ledger::Ended end = hq.call(600);
    end.call = {};
    fold(end.call, in);
    out.dst = in.dst;  // the same number once more: nobody dialled that out
    fold(end.call, out);
    hq.ended(end);
    hq.told_none();
    out.dst = late ? kParis : kLondon;
    if (late) end.call.dialled_out.clear();  // as it is read from the disk
    late ? fold_late(end.call, out) : fold(end.call, out);
    end.again = late;
    hq.ended(end);
    const auto lines = hq.told();
    assert_int_equal(lines.size(), late ? 1 : 2);
    hq.told_none();
    assert_true(lines.back().find(late ? "went to France" : "went to United Kingdom") != std::string::npos);
  }
  ledger::Ended external = hq.call(10, "+393655501");  // in by one trunk and out by another, in one leg
  external.call.direction = Direction::external;
  external.call.dialled_out = {external.call.dst};
  hq.ended(external);
  hq.told_none();
}

void destinations_go_by_when_they_were_called(void**) {
  German hq;
  hq.settings.alerts.abroad = true;
  hq.start();
  hq.ended(hq.call(kDay + 60, kLondon));
  hq.told_none();
  hq.ended(hq.call(3 * 3600, kLondon));
  hq.told_one({"; 2 h 59 min ago, told late"});
  ledger::Ended again = hq.call(10, kParis);
  again.again = true;
  hq.ended(again);
  hq.told_none();
}

void a_new_country_is_told_after_the_time_of_learning(void**) {
  German hq;
  hq.start();
  hq.ended(hq.call(10, kLondon));
  hq.leap(14 * kDay - 1);
  hq.ended(hq.call(0, "+41445550100"));
  hq.told_none();
  hq.start();
  hq.leap(60);
  hq.ended(hq.call(10, kLondon));
  hq.ended(hq.call(10, "+41445550100"));
  hq.told_none();
  hq.ended(hq.call(10, kParis));
  hq.told_one({"WARNING all fraud_country: First call to France (+33) (+3319…, by 1…", "block the country"});
  hq.ended(hq.call(10, kParis));
  hq.told_none();
  hq.leap(900);
  hq.told_one({"OKAY"});
  hq.start();
  hq.ended(hq.call(10, kParis));
  hq.told_none();
  hq.ended(hq.call(kDay + 60, "+393655501"));  // of long ago: noted silently
  hq.ended(hq.call(10, "+393655501"));
  hq.told_none();
}

void what_was_called_before_a_restart_is_no_news(void**) {
  German hq;
  hq.settings.alerts.learning_days = 0;
  hq.start({hq.call(100, kLondon)});
  hq.ended(hq.call(10, kLondon));
  hq.told_none();
  hq.ended(hq.call(-5, kParis));
  hq.told_one({"France"});
}

void whoever_switches_it_on_again_learns_anew(void**) {
  German hq;
  hq.start();
  hq.leap(20 * kDay);
  hq.settings.alerts.new_country = false;
  hq.start();
  hq.ended(hq.call(10, kLondon));
  hq.settings.alerts.new_country = true;
  hq.start();
  hq.start();
  hq.ended(hq.call(-1, kParis));
  hq.told_none();
}

}  // namespace

int alert_fraud_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_call_abroad_is_told_where_that_is_wanted),
      cmocka_unit_test(a_premium_rate_is_told_whenever_it_is_listed),
      cmocka_unit_test(a_transfer_or_forward_is_told_by_where_it_goes),
      cmocka_unit_test(destinations_go_by_when_they_were_called),
      cmocka_unit_test(a_new_country_is_told_after_the_time_of_learning),
      cmocka_unit_test(what_was_called_before_a_restart_is_no_news),
      cmocka_unit_test(whoever_switches_it_on_again_learns_anew),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
