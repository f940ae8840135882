#include "metrics/book.h"
#include "metrics/counted.h"

#include <cmath>
#include <map>

#include "check.h"
#include "legs.h"

namespace {

using namespace ucm;
using namespace ucm::metrics;

BookSettings everything() {
  return {.host = "hq", .kinds = {true, true, true, true, true, true}, .max_series = 5'000};
}

// "trunk-isp total_sessions-answered" -> the reading, as a host would get it.
std::map<std::string, Reading> readings(const Book& book, bool taken = false) {
  std::vector<Section> sections;
  book.read(taken, sections);
  std::map<std::string, Reading> all;
  for (const Section& section : sections) {
    assert_text(section.host, "hq");
    for (const Reading& reading : section.readings) {
      assert_true(all.emplace(section.scope + " " + key_of(*reading.row), reading).second);
    }
  }
  return all;
}

std::int64_t count(const Book& book, const std::string& key) {
  const auto all = readings(book);
  const auto found = all.find(key);
  return found == all.end() ? -1 : found->second.count;
}

double level(const Book& book, const std::string& key) {
  return readings(book).at(key).level;
}

Call inbound() {
  Call call;
  fold(call, [] {
    Leg leg = dialled("s", "ANSWERED", 0, 5, 60);
    leg.src_trunk_name = "isp";
    leg.dst = "5550100";
    leg.accountcode = "a1";
    leg.action_type = "QUEUE[6500]";
    return leg;
  }());
  return call;
}

void an_empty_book_has_every_fixed_series_at_zero(void**) {
  const Book book(everything());
  const auto all = readings(book);
  for (const char* scope : {"all", "inbound", "outbound", "internal", "external"}) {
    for (const Row& row : rows_of(Group::calls)) {
      const Reading& reading = all.at(std::string(scope) + " " + key_of(row));
      if (row.kind == Kind::counter) assert_int_equal(reading.count, 0);
      if (row.kind == Kind::interval) assert_true(std::isnan(reading.level));
    }
  }
  for (const Row& row : rows_of(Group::legs)) assert_int_equal(all.at("all " + key_of(row)).count, 0);
  for (const Row& row : rows_of(Group::self)) assert_true(all.contains("self " + key_of(row)));
  assert_int_equal(all.size(), book.series());
}

void a_call_is_counted_in_each_of_its_scopes(void**) {
  Book book(everything());
  const Call call = inbound();
  count_call(book, call);
  for (const char* scope : {"all", "inbound", "trunk-isp", "queue-6500", "did-5550100", "account-a1"}) {
    assert_int_equal(count(book, std::string(scope) + " total_sessions-answered"), 1);
    assert_int_equal(count(book, std::string(scope) + " total_time_in_ms-talk"), 60'000);
    assert_int_equal(count(book, std::string(scope) + " total_time_in_ms-wait"), 5'000);
  }
  for (const char* scope : {"outbound", "internal", "external"}) {
    assert_int_equal(count(book, std::string(scope) + " total_sessions-answered"), 0);
  }
}

void a_trunk_at_both_ends_counts_once(void**) {
  Book book(everything());
  Call call = inbound();
  Leg second = dialled("s", "ANSWERED", 70, 1, 1);
  second.src_trunk_name = second.dst_trunk_name = "isp";
  fold(call, second);
  count_call(book, call);
  assert_int_equal(count(book, "trunk-isp total_sessions-answered"), 1);
}

void opt_in_kinds_are_off_unless_asked_for(void**) {
  Book book({.host = "hq"});
  const Call call = inbound();
  count_call(book, call);
  book.count_leg(dialled("s", "ANSWERED", 0, 5, 60));
  assert_int_equal(count(book, "trunk-isp total_sessions-answered"), 1);
  assert_int_equal(count(book, "did-5550100 total_sessions-answered"), -1);
  assert_int_equal(count(book, "account-a1 total_sessions-answered"), -1);
  assert_int_equal(count(book, "extension-1001 total_sessions-answered"), -1);
}

void legs_are_counted_by_disposition_and_all_their_talk(void**) {
  Book book(everything());
  book.count_leg(dialled("s", "ANSWERED", 0, 5, 60));
  book.count_leg(dialled("s", "NOANSWER", 0, 5));
  book.count_leg(dialled("s", "BUSY", 0, 0));
  book.count_leg(dialled("s", "CONGESTION", 0, 0));
  book.count_leg(dialled("s", "?", 0, 0));
  Leg voicemail = dialled("s", "ANSWERED", 5, 0, 20);
  voicemail.lastapp = "VoiceMail";
  book.count_leg(voicemail);
  assert_int_equal(count(book, "all total_events-leg_answered"), 2);
  assert_int_equal(count(book, "all total_events-leg_no_answer"), 1);
  assert_int_equal(count(book, "all total_events-leg_busy"), 1);
  assert_int_equal(count(book, "all total_events-leg_failed"), 1);
  assert_int_equal(count(book, "all total_events-leg_other"), 1);
  assert_int_equal(count(book, "all total_time_in_ms-leg_talk"), 80'000);
}

void an_extension_counts_its_legs_with_their_own_outcome(void**) {
  Book book(everything());
  Leg answered = dialled("s", "ANSWERED", 0, 5, 60);
  Leg rung = dialled("s", "NO ANSWER", 0, 5);
  rung.channel_ext = "trunk_3";
  rung.dstchannel_ext = "1003";
  book.count_leg(answered);
  book.count_leg(rung);
  for (const char* extension : {"extension-1001", "extension-1002"}) {
    assert_int_equal(count(book, std::string(extension) + " total_sessions-answered"), 1);
    assert_int_equal(count(book, std::string(extension) + " total_time_in_ms-talk"), 60'000);
  }
  assert_int_equal(count(book, "extension-1003 total_sessions-no_answer"), 1);
  assert_int_equal(count(book, "extension-trunk_3 total_sessions-no_answer"), -1);
  Leg alone = answered;
  alone.channel_ext = alone.dstchannel_ext = "1009";  // called itself
  book.count_leg(alone);
  assert_int_equal(count(book, "extension-1009 total_sessions-answered"), 1);
}

void an_amended_call_adds_talk_and_new_scopes_in_full(void**) {
  Book book(everything());
  Call before;
  Leg rung = dialled("s", "NO ANSWER", 0, 20);
  rung.src_trunk_name = "isp";
  fold(before, rung);
  const CountedAs as = book.judge(before, kNow);
  const std::vector<std::string> scopes = book.count_call(before, as, kNow);

  Call after = before;
  Leg late = dialled("s", "ANSWERED", 20, 5, 100);
  late.src_trunk_name = "isp";
  late.action_type = "QUEUE[6500]";
  fold_late(after, late);
  const std::vector<std::string> now = book.amend_call(before, after, as, scopes, kNow);
  assert_int_equal(now.size(), 5);  // the DID too
  for (const char* scope : {"all", "inbound", "trunk-isp", "queue-6500"}) {
    const std::string name(scope);
    assert_int_equal(count(book, name + " total_sessions-no_answer"), 1);
    assert_int_equal(count(book, name + " total_sessions-answered"), 0);
    assert_int_equal(count(book, name + " total_time_in_ms-talk"), 100'000);
    assert_int_equal(count(book, name + " total_time_in_ms-wait"), 0);
  }
  assert_int_equal(count(book, "self total_events-calls_amended"), 1);
}

void intervals_hold_what_was_kept_since_the_last_take(void**) {
  Book book({.host = "hq"});
  Call call;
  call.legs = 1;
  const auto talked = [&](std::int64_t seconds) {
    call.talk_s = seconds;
    count_call_as(book, call, {Outcome::answered, seconds / 10});
  };
  talked(100);
  assert_true(std::isnan(level(book, "all duration-talk-average")));  // not on disk yet
  book.keep();
  talked(9'999);
  book.revert();
  assert_true(level(book, "all duration-talk-average") == 100);
  book.published(false);
  talked(300);
  book.keep();
  assert_true(level(book, "all duration-talk-average") == 200);  // nobody took the first
  assert_true(level(book, "all duration-wait-max") == 30);
  assert_true(std::isnan(level(book, "inbound duration-talk-max")));
  book.published(false);
  assert_true(readings(book, true).at("all duration-talk-max").count == 0);
  assert_true(std::isnan(readings(book, true).at("all duration-talk-max").level));  // taken: begun anew
  book.published(true);
  assert_true(std::isnan(level(book, "all duration-talk-average")));
}

void what_failed_says_nothing_in_an_interval(void**) {
  Book book({.host = "hq"});
  Call call;
  call.legs = 1;
  for (const Outcome outcome : {Outcome::voicemail, Outcome::ivr, Outcome::busy, Outcome::other}) {
    count_call_as(book, call, {outcome});
  }
  book.keep();
  assert_true(std::isnan(level(book, "all duration-wait-average")));
  assert_int_equal(count(book, "all total_sessions-voicemail"), 1);
}

void quarantined_records_count_by_reason(void**) {
  Book book({.host = "hq"});
  for (std::size_t i = 0; i < kUnfits; ++i) book.count_quarantined(static_cast<Unfit>(i));
  book.count_quarantined(Unfit::syntax);
  assert_int_equal(count(book, "self total_events-records_quarantined"), kUnfits + 1);
  for (std::size_t i = 1; i < kUnfits; ++i) {
    const std::string word(word_for(static_cast<Unfit>(i)));
    assert_int_equal(count(book, "self total_events-quarantined_" + word), 1);
  }
  assert_int_equal(count(book, "self total_events-quarantined_syntax"), 2);
}

}  // namespace

int book_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_book_has_every_fixed_series_at_zero),
      cmocka_unit_test(a_call_is_counted_in_each_of_its_scopes),
      cmocka_unit_test(a_trunk_at_both_ends_counts_once),
      cmocka_unit_test(opt_in_kinds_are_off_unless_asked_for),
      cmocka_unit_test(legs_are_counted_by_disposition_and_all_their_talk),
      cmocka_unit_test(an_extension_counts_its_legs_with_their_own_outcome),
      cmocka_unit_test(an_amended_call_adds_talk_and_new_scopes_in_full),
      cmocka_unit_test(intervals_hold_what_was_kept_since_the_last_take),
      cmocka_unit_test(what_failed_says_nothing_in_an_interval),
      cmocka_unit_test(quarantined_records_count_by_reason),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
