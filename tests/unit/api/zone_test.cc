#include "api/zone.h"

#include <ctime>

#include "api/hour.h"
#include "base/text.h"
#include "check.h"

namespace {

using ucm::Leg;
using ucm::testimony_of;
using ucm::text;
using ucm::api::offset_text;
using ucm::api::ZoneSetting;
using ucm::api::ZoneVote;

// A record of a call that began then, on a clock so far east of UTC; its first leg starts `later` seconds
// after.
Leg leg_at(std::int64_t epoch, std::int64_t offset, std::int64_t later = 0) {
  const std::time_t local = epoch + offset + later;
  std::tm parts{};
  gmtime_r(&local, &parts);
  Leg leg;
  leg.start = text("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                   parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  leg.session = text("{}123456-2001", epoch);
  return leg;
}

constexpr std::int64_t kEpoch = 1'770'000'000;

void a_record_testifies_to_its_offset(void**) {
  for (std::int64_t offset = -14 * 3'600; offset <= 14 * 3'600; offset += 900) {
    for (const std::int64_t later : {-2, 0, 1, 60, 119}) {
      const auto testimony = testimony_of(leg_at(kEpoch, offset, later));
      assert_true(testimony.has_value());
      assert_int_equal(testimony->offset_s, offset);
      assert_int_equal(testimony->epoch_s, kEpoch);
    }
  }
}

void what_says_nothing_is_no_testimony(void**) {
  assert_false(testimony_of(leg_at(kEpoch, 3'600, 300)).has_value());  // a later leg of its call
  assert_false(testimony_of(leg_at(kEpoch, 15 * 3'600)).has_value());
  Leg leg = leg_at(kEpoch, 0);
  for (const char* session : {"", "17", "Anne", "169423a677001", "0000000000-1"}) {
    leg.session = session;
    assert_false(testimony_of(leg).has_value());
  }
  leg.session.clear();  // then its uniqueid speaks
  leg.uniqueid = text("{}.7", kEpoch);
  assert_int_equal(testimony_of(leg)->epoch_s, kEpoch);
  leg = leg_at(kEpoch, 0);
  leg.start.clear();
  assert_false(testimony_of(leg).has_value());
}

void three_calls_make_a_verdict(void**) {
  ZoneVote vote;
  assert_false(vote.verdict().has_value());
  for (int call = 0; call < 2; ++call) vote.add({kEpoch + call, 7'200});
  assert_false(vote.verdict().has_value());
  vote.add({kEpoch + 1, 7'200});  // another leg of the same call
  assert_false(vote.verdict().has_value());
  vote.add({kEpoch + 2, 7'200});
  assert_int_equal(vote.verdict()->offset_s, 7'200);
  assert_int_equal(vote.verdict()->of, 3);
}

void a_minority_is_outvoted(void**) {
  ZoneVote vote;
  for (int call = 0; call < 15; ++call) vote.add({kEpoch + call * 60, call % 3 == 0 ? 0 : -21'600});
  assert_int_equal(vote.verdict()->offset_s, -21'600);
  assert_int_equal(vote.verdict()->agree, 10);
  assert_int_equal(vote.verdict()->of, 15);
}

// Chicago, 2026-11-01: 01:00 to 02:00 happens twice, first at -05:00, then at -06:00.
void the_hour_that_happens_twice_is_told_apart(void**) {
  constexpr std::int64_t change = 1'793'516'400;  // 07:00 UTC
  ZoneVote vote;
  for (int call = 0; call < 30; ++call) vote.add(*testimony_of(leg_at(change - 3'600 + call * 120, -18'000)));
  assert_int_equal(vote.verdict()->offset_s, -18'000);
  for (int call = 0; call < 8; ++call) vote.add(*testimony_of(leg_at(change + call * 120, -21'600)));
  assert_int_equal(vote.verdict()->offset_s, -21'600);
  // The same local times as an hour before, of another moment.
  assert_text(leg_at(change, -21'600).start, leg_at(change - 3'600, -18'000).start);
}

void records_of_another_season_that_arrive_late_change_nothing(void**) {
  ZoneVote vote;
  for (int call = 0; call < 15; ++call) vote.add({kEpoch + call, 3'600});
  for (int call = 0; call < 500; ++call) vote.add({kEpoch - 180 * 86'400 + call, 7'200});
  assert_int_equal(vote.verdict()->offset_s, 3'600);
  assert_int_equal(vote.verdict()->agree, 15);
}

void the_setting_takes_three_forms(void**) {
  assert_true(ZoneSetting::read("auto").value().automatic());
  assert_true(ZoneSetting::read("AUTO").value().automatic());
  assert_int_equal(ZoneSetting::read("+05:45").value().offset_at(0), 20'700);
  assert_int_equal(ZoneSetting::read("-03:30").value().offset_at(0), -12'600);
  assert_int_equal(ZoneSetting::read("UTC").value().offset_at(kEpoch), 0);
  const ZoneSetting chicago = ZoneSetting::read("America/Chicago").value();
  assert_int_equal(chicago.offset_at(1'793'516'399), -18'000);
  assert_int_equal(chicago.offset_at(1'793'516'400), -21'600);
  assert_text(chicago.name(), "America/Chicago");
}

void what_is_no_zone_is_refused_with_what_would_be(void**) {
  for (const char* wrong :
       {"", "Chicago", "+2", "+02:60", "+15:00", "2:00", "+0a:00", "../../etc/passwd", "GMT+2:00"}) {
    const auto read = ZoneSetting::read(wrong);
    if (read) print_error("taken: %s\n", wrong);
    assert_false(read.ok());
    assert_true(read.error().what.find("America/Chicago") != std::string::npos);
  }
}

void offsets_are_written_as_they_are_read(void**) {
  assert_text(offset_text(0), "+00:00");
  assert_text(offset_text(20'700), "+05:45");
  assert_text(offset_text(-12'600), "-03:30");
}

void the_last_hour_forgets_what_is_older(void**) {
  ucm::api::LastHour hour;
  constexpr std::int64_t minute = 60'000;
  hour.add(5, 10 * minute);
  hour.add(2, 40 * minute);
  assert_int_equal(hour.sum(40 * minute), 7);
  assert_int_equal(hour.sum(69 * minute), 7);
  assert_int_equal(hour.sum(70 * minute), 2);
  assert_int_equal(hour.sum(99 * minute + 59'999), 2);
  assert_int_equal(hour.sum(100 * minute), 0);
  hour.add(1, 100 * minute);
  assert_int_equal(hour.sum(5'000 * minute), 0);
}

}  // namespace

int zone_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_record_testifies_to_its_offset),
      cmocka_unit_test(what_says_nothing_is_no_testimony),
      cmocka_unit_test(three_calls_make_a_verdict),
      cmocka_unit_test(a_minority_is_outvoted),
      cmocka_unit_test(the_hour_that_happens_twice_is_told_apart),
      cmocka_unit_test(records_of_another_season_that_arrive_late_change_nothing),
      cmocka_unit_test(the_setting_takes_three_forms),
      cmocka_unit_test(what_is_no_zone_is_refused_with_what_would_be),
      cmocka_unit_test(offsets_are_written_as_they_are_read),
      cmocka_unit_test(the_last_hour_forgets_what_is_older),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
