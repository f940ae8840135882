#include "model/call.h"

#include <algorithm>
#include <set>
#include <vector>

#include "check.h"
#include "legs.h"

namespace {

using namespace ucm;

Call folded(const std::vector<Leg>& legs) {
  Call call;
  for (const Leg& leg : legs) fold(call, leg);
  return call;
}

void the_best_leg_gives_the_outcome(void**) {
  // Every set of outcomes, against the rule written down a second time.
  for (std::uint32_t set = 1; set < (1U << kOutcomes); ++set) {
    const auto some = [&](Outcome outcome) { return (set >> static_cast<unsigned>(outcome) & 1U) != 0; };
    Call call;
    call.legs = 1;
    call.outcomes = set;
    const Outcome expected = some(Outcome::answered)    ? Outcome::answered
                             : some(Outcome::voicemail) ? Outcome::voicemail
                             : some(Outcome::ivr)       ? Outcome::ivr
                             : some(Outcome::no_answer) ? Outcome::no_answer
                             : some(Outcome::busy)      ? Outcome::busy
                             : some(Outcome::failed)    ? Outcome::failed
                                                        : Outcome::other;
    assert_true(outcome_of(call) == expected);
  }
}

void every_outcome_has_its_own_word(void**) {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    assert_true(words.insert(word_for(outcome)).second);
    assert_true(outcome_named(word_for(outcome)) == outcome);
  }
  assert_false(outcome_named("Answered").has_value());
  assert_false(outcome_named("").has_value());
}

void legs_stand_in_order_of_start_then_uniqueid_then_number(void**) {
  const auto leg = [](const char* start, const char* uniqueid, const char* acct_id) {
    Leg made;
    made.start = start;
    made.uniqueid = uniqueid;
    made.acct_id = acct_id;
    return made;
  };
  const std::vector<Leg> in_order{
      leg("2026-02-02 02:00:00", "1.1", "9"),
      leg("2026-02-02 02:00:00", "1.1", "10"),
      leg("2026-02-02 02:00:00", "1.2", "1"),
      leg("2026-02-02 02:00:01", "1.0", "0"),
      leg("2026-02-02 10:00:00", "", ""),
      leg("", "1.1", "9"),
      leg("", "1.1", "10"),
  };
  for (std::size_t i = 1; i < in_order.size(); ++i) {
    assert_true(order_of(in_order[i - 1]) < order_of(in_order[i]));
  }
  // A time that says nothing is no early time.
  assert_true(order_of(leg("2026-02-02 02:00:00", "2", "")) < order_of(leg("0000-00-00 00:00:00", "1", "")));
}

void wait_is_never_negative(void**) {
  Leg leg = dialled("s", "ANSWERED", 10, 5, 60);
  assert_int_equal(wait_s(folded({leg})), 5);
  leg.answer = at(3);  // before the start: a clock set back
  assert_int_equal(wait_s(folded({leg})), 0);
  leg.answer = "0000-00-00 00:00:00";  // the durations know
  assert_int_equal(wait_s(folded({leg})), 5);
  leg.start.clear();
  assert_int_equal(wait_s(folded({leg})), 0);
  assert_int_equal(wait_s(folded({dialled("s", "NO ANSWER", 10, 5)})), 0);
}

void elapsed_reaches_from_the_first_start_to_the_last_end(void**) {
  const Leg first = dialled("s", "NO ANSWER", 0, 20);
  const Leg second = dialled("s", "ANSWERED", 20, 5, 100);
  Leg timeless = dialled("s", "ANSWERED", 0, 0, 9999);
  timeless.start.clear();
  std::vector<Leg> legs{first, second, timeless};
  const auto before = [](const Leg& a, const Leg& b) { return a.billsec < b.billsec; };
  do {
    assert_int_equal(folded(legs).elapsed_s, 125);
  } while (std::next_permutation(legs.begin(), legs.end(), before));
  assert_int_equal(folded({timeless}).elapsed_s, 9999);
}

// The first leg is of a PBX that had just started and did not know the time.
void a_clock_that_was_set_within_a_call_spoils_no_sum(void**) {
  Leg first = dialled("s", "NO ANSWER", 0, 20);
  first.start = "1970-01-01 00:00:20";
  Leg second = dialled("s", "ANSWERED", 30, 5, 100);
  for (Leg* leg : {&first, &second}) {
    leg->dst_trunk_name = "isp";
    leg->action_type = "QUEUE[6500]";
  }
  for (const auto& legs : {std::vector{first, second}, std::vector{second, first}}) {
    const Call call = folded(legs);
    assert_int_equal(call.elapsed_s, 105);
    assert_int_equal(call.seizures.front().occupied_s(), 105);
    assert_int_equal(call.stays.front().wait_s(), 0);
    assert_int_equal(wait_s(call), 0);
    assert_int_equal(call.talk_s, 100);
  }
  assert_int_equal(seconds_between(0, kFarthestApart), kFarthestApart);
  assert_int_equal(seconds_between(0, kFarthestApart + 1), 0);
  assert_int_equal(seconds_between(1, 0), 0);
}

void names_are_each_kept_once_and_bounded(void**) {
  Call call;
  for (std::size_t i = 0; i < 3 * kMostNames; ++i) {
    Leg leg = dialled("s", "ANSWERED", 0, 1, 1);
    leg.src_trunk_name = text("t{:03}", i);
    leg.dst_trunk_name = "t000";
    leg.action_type = text("QUEUE[{}]", i);
    fold(call, leg);
  }
  assert_int_equal(call.trunks.size(), kMostNames);
  assert_int_equal(call.queues.size(), kMostNames);
  assert_int_equal(call.ringgroups.size(), 0);
  assert_int_equal(std::count(call.trunks.begin(), call.trunks.end(), "t000"), 1);
}

void a_late_leg_adds_and_does_not_move(void**) {
  Leg first = dialled("s", "NO ANSWER", 10, 20);
  first.userfield = "Inbound";
  first.src_trunk_name = "isp";
  first.dst = "5550100";
  first.accountcode = "a1";
  const Call before = folded({first});

  Leg late = dialled("s", "ANSWERED", 0, 5, 60);  // it even started earlier
  late.userfield = "Outbound";
  late.dst_trunk_name = "second";
  late.accountcode = "a2";
  Call after = before;
  fold_late(after, late);
  assert_true(counts_differ(before, after));
  assert_true(after.direction == Direction::inbound);
  assert_text(after.did, "5550100");
  assert_text(after.account, "a1");
  assert_int_equal(after.talk_s, 60);
  assert_int_equal(after.legs, 2);
  assert_int_equal(after.trunks.size(), 2);
  assert_true(outcome_of(after) == Outcome::answered);
}

void a_late_leg_that_tells_nothing_new_changes_nothing(void**) {
  const Call before = folded({dialled("s", "NO ANSWER", 10, 20)});
  Call after = before;
  fold_late(after, dialled("s", "NO ANSWER", 10, 15));
  assert_false(counts_differ(before, after));
  fold_late(after, dialled("s", "BUSY", 10, 0));
  assert_false(counts_differ(before, after));  // busy beside no answer
  Leg coded = dialled("s", "FAILED", 10, 0);
  coded.accountcode = "a1";
  fold_late(after, coded);
  assert_true(counts_differ(before, after));  // an account of its own
}

}  // namespace

int call_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_best_leg_gives_the_outcome),
      cmocka_unit_test(every_outcome_has_its_own_word),
      cmocka_unit_test(legs_stand_in_order_of_start_then_uniqueid_then_number),
      cmocka_unit_test(wait_is_never_negative),
      cmocka_unit_test(elapsed_reaches_from_the_first_start_to_the_last_end),
      cmocka_unit_test(a_clock_that_was_set_within_a_call_spoils_no_sum),
      cmocka_unit_test(names_are_each_kept_once_and_bounded),
      cmocka_unit_test(a_late_leg_adds_and_does_not_move),
      cmocka_unit_test(a_late_leg_that_tells_nothing_new_changes_nothing),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
