// What traffic engineering is made of: occupancy, attempts, the last hour, redials, service levels.
#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "base/text.h"
#include "check.h"
#include "metrics/attempts.h"
#include "metrics/book.h"
#include "metrics/last_hour.h"
#include "metrics/occupancy.h"
#include "metrics/redials.h"

namespace {

using namespace ucm;
using namespace ucm::metrics;

constexpr std::int64_t kNow = 1'770'000'000;
constexpr std::int64_t kMonth = 30 * 86'400;

void the_peak_is_of_one_moment(void**) {
  Occupancy lines(7'200);
  lines.turn_to(kNow);
  for (const std::int64_t from : {100, 110, 120}) lines.add(kNow - 200 + from, kNow - 200 + from + 15, 1, 0);
  const auto load = lines.within(kNow - 200, kNow);
  assert_int_equal(load.peak, 2);  // 110..115 and 120..125: never three
  assert_int_equal(load.occupied_s, 45);
  lines.add(kNow - 85, kNow - 84, 1, 0);
  assert_int_equal(lines.within(kNow - 200, kNow).peak, 2);
  lines.add(kNow - 89, kNow - 88, 1, 0);
  assert_int_equal(lines.within(kNow - 200, kNow).peak, 3);
}

void one_that_ends_when_another_begins_needs_one_line(void**) {
  Occupancy lines(7'200);
  lines.add(kNow, kNow + 10, 1, 0);
  lines.add(kNow + 10, kNow + 20, 1, 0);
  assert_int_equal(lines.within(kNow, kNow + 20).peak, 1);
  assert_int_equal(lines.within(kNow + 5, kNow + 12).occupied_s, 7);
  assert_int_equal(lines.within(kNow + 20, kNow + 30).peak, 0);
}

void what_began_before_the_window_counts_within_it(void**) {
  Occupancy lines(7'200);
  lines.turn_to(kNow);
  lines.add(kNow - kMonth, kNow - 10, 1, 0);  // began before anything is remembered
  assert_int_equal(lines.within(kNow - 20, kNow).peak, 1);
  assert_int_equal(lines.within(kNow - 20, kNow).occupied_s, 10);
  lines.turn_to(kNow + 3'600);
  assert_int_equal(lines.within(kNow - 20, kNow).occupied_s, 10);
  lines.turn_to(kNow + kMonth);
  assert_int_equal(lines.within(kNow - 20, kNow).occupied_s, 0);
  lines.add(kNow - 20, kNow, 1, 0);  // too late to be placed
  assert_int_equal(lines.within(0, kNow + kMonth).peak, 0);
}

void all_lines_busy_is_the_same_in_any_order(void**) {
  constexpr std::pair<int, int> kCalls[] = {{0, 100}, {50, 150}, {60, 70}, {140, 200}, {300, 310}};
  const auto busy = [&](bool backwards) {
    Occupancy lines(7'200);
    std::int64_t all = 0;
    for (std::size_t i = 0; i < std::size(kCalls); ++i) {
      const auto [from, until] = kCalls[backwards ? std::size(kCalls) - 1 - i : i];
      all += lines.add(kNow + from, kNow + until, 1, 2);
    }
    return all;
  };
  assert_int_equal(busy(false), 50 + 10);  // 50..100 and 140..150; a third at 60 makes it no busier
  assert_int_equal(busy(true), busy(false));
}

void two_lines_at_once_fill_a_trunk_of_two(void**) {
  Occupancy lines(7'200);
  assert_int_equal(lines.add(kNow, kNow + 30, 2, 2), 30);
  assert_int_equal(lines.add(kNow + 10, kNow + 20, 1, 2), 0);
}

// Against a count of every second by itself.
void occupancy_is_what_a_plain_count_gives(void**) {
  constexpr std::int64_t kSpan = 400;
  constexpr std::int64_t kHorizon = 250;
  constexpr std::int64_t kCapacity = 3;
  std::mt19937 random(20'26);
  const auto below = [&](std::int64_t most) {
    return static_cast<std::int64_t>(random() % static_cast<unsigned>(most));
  };
  for (int round = 0; round < 200; ++round) {
    Occupancy lines(kHorizon);
    std::array<std::int64_t, kSpan> plain{};
    std::int64_t edge = 0;
    for (int step = 0; step < 60; ++step) {
      const std::int64_t from = below(kSpan - 1);
      const std::int64_t until = from + below(kSpan - from);
      const std::int64_t many = 1 + below(2);
      std::int64_t busy = 0;
      for (std::int64_t second = std::max(from, edge); second < until; ++second) {
        auto& there = plain.at(static_cast<std::size_t>(second));
        if (there < kCapacity && there + many >= kCapacity) ++busy;
        there += many;
      }
      assert_int_equal(lines.add(from, until, many, kCapacity), busy);
      if (step % 7 == 3) {
        lines.remove(from, until, many);
        for (std::int64_t second = std::max(from, edge); second < until; ++second)
          plain.at(static_cast<std::size_t>(second)) -= many;
      }
      if (step % 11 == 10) {
        edge = std::max(edge, below(kSpan) - kHorizon);
        lines.turn_to(edge + kHorizon);
      }
      const std::int64_t since = below(kSpan - 1);
      const std::int64_t to = since + below(kSpan - since);
      Occupancy::Load load;
      for (std::int64_t second = std::max(since, edge); second < to; ++second) {
        load.peak = std::max(load.peak, plain.at(static_cast<std::size_t>(second)));
        load.occupied_s += plain.at(static_cast<std::size_t>(second));
      }
      assert_int_equal(lines.within(since, to).peak, load.peak);
      assert_int_equal(lines.within(since, to).occupied_s, load.occupied_s);
    }
  }
}

void what_is_taken_back_was_never_there(void**) {
  Occupancy lines(600);
  lines.turn_to(kNow);
  lines.add(kNow - 100, kNow, 1, 0);
  lines.add(kNow - 50, kNow + 50, 1, 0);
  lines.turn_to(kNow + 525);  // the first has gone over the edge meanwhile, the second stands on it
  lines.remove(kNow - 100, kNow, 1);
  lines.remove(kNow - 50, kNow + 50, 1);
  assert_int_equal(lines.within(0, kNow + 1'000).peak, 0);
  assert_int_equal(lines.within(0, kNow + 1'000).occupied_s, 0);
}

void the_busiest_hour_slides(void**) {
  Attempts attempts;
  assert_false(attempts.busiest(kNow).has_value());
  const std::int64_t minute = kNow / 60 * 60;
  for (int i = 0; i < 5; ++i) attempts.add(minute - 4 * 3'600 + i * 600, kNow);  // five within 41 minutes
  for (int i = 0; i < 4; ++i) attempts.add(minute - 9 * 3'600 + i * 60, kNow);
  const auto busiest = attempts.busiest(kNow);
  assert_int_equal(busiest->attempts, 5);
  assert_int_equal(busiest->began_s,
                   minute - 4 * 3'600 + 4 * 600 - 59 * 60);  // the earliest that holds all five
  assert_int_equal(attempts.hour(kNow), 0);
  assert_int_equal(attempts.busiest(kNow + 18 * 3'600)->attempts, 5);
  assert_int_equal(attempts.busiest(kNow + 20 * 3'600 + 300)->attempts, 4);  // of the five, one is gone
  assert_false(attempts.busiest(kNow + 2 * 86'400).has_value());
}

void an_hour_of_attempts_has_sixty_minutes(void**) {
  Attempts attempts;
  const std::int64_t minute = kNow / 60 * 60;
  attempts.add(minute - 59 * 60, kNow);
  attempts.add(minute, kNow);
  attempts.add(kNow + 500, kNow);  // a clock that is ahead
  attempts.add(kNow - kMonth, kNow);
  attempts.add(-5, kNow);
  assert_int_equal(attempts.hour(kNow), 3);
  assert_int_equal(attempts.hour(minute + 60), 2);
  attempts.remove(minute, minute + 60);
  assert_int_equal(attempts.hour(minute + 60), 1);
}

// Two hours of a conference: each leg begins a multiple of a quarter of an hour after the session did.
void a_later_leg_is_not_late_by_quarters(void**) {
  constexpr std::int64_t kSession = 1'770'000'000;  // 2026-02-02 02:40:00
  for (const auto& [start, began] :
       {std::pair{"2026-02-02 02:56:00", 960}, std::pair{"2026-02-02 03:09:50", 1'790},
        std::pair{"2026-02-02 04:10:30", 5'430}}) {
    Leg leg;
    leg.disposition = "ANSWERED";
    leg.lastapp = "Dial";
    leg.duration = 60;
    leg.billsec = 55;
    leg.session = text("{}123456-1001", kSession);
    leg.start = start;
    leg.channel_ext = "1001";
    BookSettings settings;
    settings.kinds.fill(true);
    Book book(settings);
    book.set_offset_at([](std::int64_t) { return std::optional<std::int64_t>(0); });
    const auto scopes = book.count_leg(leg, kSession + began + 61);
    assert_int_equal(scopes.size(), 1);
    assert_int_equal(book.self().value(Metric::legs_late), 0);
    Call alone;
    fold(alone, leg);
    assert_int_equal(book.judge(alone, kSession + began + 61).began_s, kSession + began);
    assert_int_equal(book.judge(alone, kSession + 100).began_s, kSession + 40);  // the PBX's clock is ahead
  }
}

void the_last_hour_goes_by_the_minute(void**) {
  LastHour hour;
  CallSums one;
  one.attempts = 1;
  one.talk_s = 7;
  const std::int64_t minute = kNow / 60 * 60;
  hour.add(minute - 59 * 60, one, kNow);
  hour.add(minute - 60 * 60, one, kNow);  // an hour and more ago
  hour.add(minute - 30, one, kNow);
  hour.add(minute - 40, one, kNow);
  hour.add(kNow + 999, one, kNow);
  assert_int_equal(hour.sum(kNow).attempts, 4);
  assert_int_equal(hour.sum(kNow).talk_s, 28);
  assert_int_equal(hour.sum(minute + 60).attempts, 3);
  assert_int_equal(hour.sum(kNow + 7'200).attempts, 0);
}

void a_redial_follows_at_once_and_between_the_same_two(void**) {
  Redials redials;
  redials.note(call_pair("salt", "1001", "5550100"), kNow);
  assert_true(redials.again(call_pair("salt", "1001", "5550100"), kNow, 60));
  assert_true(redials.again(call_pair("salt", "1001", "5550100"), kNow + 60, 60));
  assert_false(redials.again(call_pair("salt", "1001", "5550100"), kNow + 61, 60));
  assert_false(
      redials.again(call_pair("salt", "1001", "5550100"), kNow - 1, 60));  // while the first still went on
  assert_false(redials.again(call_pair("salt", "1001", "5550101"), kNow + 5, 60));
  assert_false(redials.again(call_pair("salt", "5550100", "1001"), kNow + 5, 60));
  redials.note(call_pair("salt", "", "5550100"), kNow);
  assert_false(redials.again(call_pair("salt", "", "5550100"), kNow, 60));
  redials.note(call_pair("salt", "1001", "5550100"), kNow - 500);  // came late, ended earlier
  assert_true(redials.again(call_pair("salt", "1001", "5550100"), kNow + 60, 60));
}

void memory_of_redials_is_bounded(void**) {
  Redials redials;
  for (std::size_t i = 0; i <= Redials::kMost; ++i)
    redials.note(call_pair("salt", "1001", std::to_string(i)), kNow);
  assert_false(redials.again(call_pair("salt", "1001", "0"), kNow, 60));
  assert_true(redials.again(call_pair("salt", "1001", "1"), kNow, 60));
}

void a_pair_that_calls_again_is_remembered_longer(void**) {
  Redials redials;
  const CallPair first = call_pair("salt", "1001", "first");
  redials.note(first, kNow);
  for (std::size_t i = 1; i < Redials::kMost; ++i)
    redials.note(call_pair("salt", "1001", std::to_string(i)), kNow);
  redials.note(first, kNow + 10);
  redials.note(call_pair("salt", "1001", "last"), kNow);
  assert_true(redials.again(first, kNow + 20, 60));
  assert_false(redials.again(call_pair("salt", "1001", "1"), kNow, 60));
}

// A machine that was a year ahead and is right again.
void a_clock_set_back_begins_anew(void**) {
  constexpr std::int64_t kYear = 365L * 24 * 3'600;
  Attempts attempts;
  attempts.add(kNow + kYear, kNow + kYear);
  assert_int_equal(attempts.hour(kNow), 0);
  attempts.add(kNow, kNow);
  assert_int_equal(attempts.hour(kNow), 1);
  assert_int_equal(attempts.busiest(kNow)->attempts, 1);

  LastHour hour;
  CallSums one;
  one.attempts = 1;
  hour.add(kNow + kYear, one, kNow + kYear);
  hour.add(kNow, one, kNow);
  assert_int_equal(hour.sum(kNow).attempts, 1);
  assert_int_equal(hour.sum(kNow + kYear).attempts, 0);
  hour.add(kNow + 1'800, one, kNow + 1'800);
  hour.add(kNow, one, kNow);
  assert_int_equal(hour.sum(kNow).attempts, 1);

  Occupancy reaching(3'600);  // farther, once a capacity is known: no clock was set back
  reaching.turn_to(kNow);
  static_cast<void>(reaching.add(kNow - 60, kNow, 1, 0));
  reaching.reach(86'400);
  reaching.turn_to(kNow + 1);
  assert_int_equal(reaching.within(kNow - 60, kNow).peak, 1);

  Occupancy occupancy(3'600);
  occupancy.turn_to(kNow + kYear);
  static_cast<void>(occupancy.add(kNow + kYear - 10, kNow + kYear, 1, 0));
  occupancy.turn_to(kNow);
  static_cast<void>(occupancy.add(kNow - 60, kNow, 2, 0));
  assert_int_equal(occupancy.within(kNow - 3'600, kNow).peak, 2);
  assert_int_equal(occupancy.within(kNow - 3'600, kNow).occupied_s, 120);
}

// 1,000 answered, of them 860 in time; 60 abandoned, of them 20 in time and 10 at once.
void five_formulas_five_answers(void**) {
  CallSums sums;
  sums.queue_answered = 1'000;
  sums.answered_in_time = 860;
  sums.queue_abandoned = 60;
  sums.abandoned_in_time = 20;
  sums.abandoned_short = 10;
  const std::pair<const char*, double> kExpected[] = {{"answered_and_abandoned", 83.02},
                                                      {"answered", 86.0},
                                                      {"offered", 81.13},
                                                      {"without_abandoned_in_time", 82.69},
                                                      {"without_short_abandons", 81.90}};
  for (const auto& [name, percent] : kExpected) {
    const auto formula = level_formula_named(name);
    assert_true(formula.has_value());
    assert_text(word_for(*formula), name);
    assert_true(std::abs(service_level(sums, *formula) - percent) < 0.01);
    assert_true(std::isnan(service_level(CallSums(), *formula)));
  }
  assert_false(level_formula_named("sixth").has_value());
}

}  // namespace

int traffic_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_peak_is_of_one_moment),
      cmocka_unit_test(one_that_ends_when_another_begins_needs_one_line),
      cmocka_unit_test(what_began_before_the_window_counts_within_it),
      cmocka_unit_test(all_lines_busy_is_the_same_in_any_order),
      cmocka_unit_test(two_lines_at_once_fill_a_trunk_of_two),
      cmocka_unit_test(occupancy_is_what_a_plain_count_gives),
      cmocka_unit_test(what_is_taken_back_was_never_there),
      cmocka_unit_test(the_busiest_hour_slides),
      cmocka_unit_test(an_hour_of_attempts_has_sixty_minutes),
      cmocka_unit_test(a_later_leg_is_not_late_by_quarters),
      cmocka_unit_test(the_last_hour_goes_by_the_minute),
      cmocka_unit_test(a_redial_follows_at_once_and_between_the_same_two),
      cmocka_unit_test(memory_of_redials_is_bounded),
      cmocka_unit_test(a_pair_that_calls_again_is_remembered_longer),
      cmocka_unit_test(a_clock_set_back_begins_anew),
      cmocka_unit_test(five_formulas_five_answers),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
