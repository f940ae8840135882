#include "api/walk.h"

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include "check.h"

namespace {

using ucm::api::Walk;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kNow = 1'770'000'000;

// A PBX with sessions that started at these moments, in order. It gives at most `cap` of them at once.
struct Pbx {
  std::vector<std::int64_t> starts;
  std::int64_t cap = 1'000;
  std::int64_t asked = 0;

  // What a page holds, by index.
  std::vector<std::size_t> page(const ucm::api::Page& wanted) {
    ++asked;
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      if (starts[i] >= wanted.from_s && (!wanted.to_s || starts[i] <= *wanted.to_s)) all.push_back(i);
    }
    const auto from = std::min<std::size_t>(static_cast<std::size_t>(wanted.offset), all.size());
    const auto many =
        std::min<std::size_t>(static_cast<std::size_t>(std::min(wanted.records, cap)), all.size() - from);
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(from);
    return {first, first + static_cast<std::ptrdiff_t>(many)};
  }
};

struct Run {
  std::set<std::size_t> seen;
  std::optional<std::int64_t> read_until;
};

Run run_of(Walk& walk, Pbx& pbx) {
  Run run;
  for (int guard = 0; walk.page(); ++guard) {
    assert_true(guard < 10'000);
    const auto page = pbx.page(*walk.page());
    run.seen.insert(page.begin(), page.end());
    if (const auto until = walk.answered(static_cast<std::int64_t>(page.size()))) run.read_until = until;
  }
  return run;
}

std::vector<std::int64_t> spread(std::size_t many, std::int64_t from, std::int64_t to) {
  std::vector<std::int64_t> starts;
  for (std::size_t i = 0; i < many; ++i) {
    starts.push_back(from + static_cast<std::int64_t>(i) * (to - from) / static_cast<std::int64_t>(many));
  }
  return starts;
}

void the_first_run_reaches_back_as_far_as_it_is_told(void**) {
  Walk walk;
  walk.begin(std::nullopt, kNow, kDay, kDay);
  assert_int_equal(walk.page()->from_s, kNow - kDay);
  assert_false(walk.page()->to_s.has_value());
  assert_int_equal(walk.page()->records, 1'000);
  walk.begin(std::nullopt, kNow, kDay, 30 * kDay);
  assert_int_equal(walk.page()->from_s, kNow - 30 * kDay);
  assert_int_equal(*walk.page()->to_s, kNow - 29 * kDay);
  assert_int_equal(walk.left_s(), 30 * kDay);
}

void pages_without_end_are_not_asked_for_ever(void**) {
  Walk walk;
  walk.begin(std::nullopt, kNow, kDay, 3 * kDay);
  std::int64_t asked = 0;
  for (; walk.page(); ++asked) {
    assert_true(asked <= 3 * Walk::kMostPages);
    static_cast<void>(walk.answered(Walk::kPage, true));
  }
  assert_int_equal(asked, 3 * Walk::kMostPages);
  assert_true(walk.endless());
  walk.begin(kNow, kNow + 10, kDay, kDay);
  assert_false(walk.endless());
}

void a_later_run_is_one_window_with_its_overlap(void**) {
  Walk walk;
  walk.begin(kNow - 300, kNow, kDay, 30 * kDay);
  assert_int_equal(walk.page()->from_s, kNow - 300 - kDay);
  assert_false(walk.page()->to_s.has_value());
  assert_false(walk.answered(12).has_value());
  assert_int_equal(walk.page()->offset, 12);
  assert_int_equal(*walk.answered(0), kNow);
}

void a_point_in_the_future_is_not_believed(void**) {
  Walk walk;
  walk.begin(kNow + 5'000, kNow, 600, 600);
  assert_int_equal(walk.page()->from_s, kNow - 600);
}

void pages_follow_until_one_is_not_full(void**) {
  for (const std::size_t many : {0U, 1U, 999U, 1'000U, 1'001U, 2'000U, 3'500U}) {
    Pbx pbx{.starts = spread(many, kNow - kDay + 1, kNow)};
    Walk walk;
    walk.begin(std::nullopt, kNow, kDay, kDay);
    const Run run = run_of(walk, pbx);
    assert_int_equal(run.seen.size(), many);
    assert_int_equal(run.read_until.value_or(0), many == 0 ? 0 : kNow);
  }
}

// A shorter page than one that was the end before is the end; one as long may be all that this firmware
// gives.
void a_short_page_is_the_end_once_that_is_proven(void**) {
  Pbx pbx{.starts = spread(40, kNow - 3'000, kNow)};
  Walk walk;
  walk.begin(std::nullopt, kNow, kDay, kDay);
  run_of(walk, pbx);
  assert_int_equal(pbx.asked, 2);
  walk.begin(kNow, kNow, kDay, kDay);
  run_of(walk, pbx);
  assert_int_equal(pbx.asked, 4);
  pbx.starts.pop_back();
  for (int i = 0; i < 5; ++i) {
    walk.begin(kNow, kNow, kDay, kDay);
    run_of(walk, pbx);
  }
  assert_int_equal(pbx.asked, 9);
}

// The first window happens to hold just what the firmware gives at most.
void a_page_as_long_as_the_cap_proves_nothing(void**) {
  Pbx pbx{.starts = spread(50, kNow - 3'000, kNow), .cap = 50};
  Walk walk;
  walk.begin(std::nullopt, kNow, kDay, kDay);
  assert_int_equal(run_of(walk, pbx).seen.size(), 50);
  pbx.starts = spread(300, kNow - 3'000, kNow);
  walk.begin(kNow, kNow, kDay, kDay);
  assert_int_equal(run_of(walk, pbx).seen.size(), 300);
}

void what_says_nothing_new_ends_its_window(void**) {
  Walk walk;
  walk.begin(std::nullopt, kNow, kDay, kDay);
  assert_false(walk.answered(22).has_value());
  assert_int_equal(*walk.repeated(), kNow);
  assert_false(walk.page().has_value());
  assert_false(walk.repeated().has_value());
  // And is not taken for the length of a last page.
  walk.begin(kNow, kNow, kDay, kDay);
  assert_false(walk.answered(20).has_value());
  assert_true(walk.page().has_value());
}

void a_page_that_is_known_to_be_full_is_not_the_last(void**) {
  Walk walk;
  walk.begin(std::nullopt, kNow, kDay, kDay);
  assert_false(walk.answered(400).has_value());
  assert_true(walk.answered(0).has_value());
  walk.begin(kNow, kNow, kDay, kDay);
  assert_false(walk.answered(300, true).has_value());
  assert_int_equal(walk.page()->offset, 300);
}

void firmware_that_gives_less_than_asked_for_loses_nothing(void**) {
  for (const std::int64_t cap : {1, 7, 50, 500, 999}) {
    Pbx pbx{.starts = spread(300, kNow - kDay + 1, kNow), .cap = cap};
    Walk walk;
    walk.begin(std::nullopt, kNow, kDay, kDay);
    assert_int_equal(run_of(walk, pbx).seen.size(), 300);
    walk.begin(kNow, kNow, kDay, kDay);
    assert_int_equal(run_of(walk, pbx).seen.size(), 300);
  }
}

void an_empty_answer_moves_nothing(void**) {
  Pbx silent;
  Walk walk;
  walk.begin(kNow - 10 * kDay, kNow, kDay, kDay);
  const Run run = run_of(walk, silent);
  assert_false(run.read_until.has_value());
  // Windows grow where nothing is: a PBX that was off for a year is not asked day by day.
  Pbx year;
  walk.begin(kNow - 365 * kDay, kNow, kDay, kDay);
  run_of(walk, year);
  assert_true(year.asked < 12);
}

void silence_in_between_is_passed(void**) {
  // Ten days away; calls on the first day and on the last.
  Pbx pbx{.starts = {kNow - 10 * kDay + 5, kNow - 100}};
  Walk walk;
  walk.begin(kNow - 10 * kDay, kNow, kDay, kDay);
  const Run run = run_of(walk, pbx);
  assert_int_equal(run.seen.size(), 2);
  assert_int_equal(*run.read_until, kNow);
}

// A page that is too large for us is asked for in halves, from then on, and nothing is passed over.
void a_page_may_be_too_large(void**) {
  Pbx pbx{.starts = spread(3'000, kNow - kDay / 2, kNow)};
  Walk walk;
  walk.begin(std::nullopt, kNow, kDay, kDay);
  std::set<std::size_t> seen;
  while (walk.page()) {
    if (walk.page()->records > 300) {
      assert_true(walk.halved());
      continue;
    }
    const auto page = pbx.page(*walk.page());
    seen.insert(page.begin(), page.end());
    static_cast<void>(walk.answered(static_cast<std::int64_t>(page.size())));
  }
  assert_int_equal(seen.size(), 3'000);
  walk.begin(kNow, kNow, kDay, kDay);
  assert_int_equal(walk.page()->records, 250);
  while (walk.page()->records > Walk::kLeastPage) assert_true(walk.halved());
  assert_false(walk.halved());
}

// However it is killed, it goes on where it was, and in the end has seen everything.
void a_catch_up_survives_being_killed(void**) {
  std::minstd_rand random(7);
  Pbx pbx{.starts = spread(5'000, kNow - 30 * kDay, kNow)};
  std::set<std::size_t> seen;
  std::optional<std::int64_t> kept;
  int lives = 0;
  for (bool done = false; !done; ++lives) {
    assert_true(lives < 200);
    Walk walk;
    walk.begin(kept, kNow, 3'600, 30 * kDay);
    int pages_left = 2 + static_cast<int>(random() % 6U);
    while (walk.page() && pages_left-- > 0) {
      const auto page = pbx.page(*walk.page());
      seen.insert(page.begin(), page.end());
      if (const auto until = walk.answered(static_cast<std::int64_t>(page.size()))) kept = until;
    }
    done = !walk.page();
  }
  assert_true(lives > 3);
  assert_int_equal(seen.size(), 5'000);
}

}  // namespace

int walk_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_first_run_reaches_back_as_far_as_it_is_told),
      cmocka_unit_test(a_later_run_is_one_window_with_its_overlap),
      cmocka_unit_test(a_point_in_the_future_is_not_believed),
      cmocka_unit_test(pages_follow_until_one_is_not_full),
      cmocka_unit_test(a_short_page_is_the_end_once_that_is_proven),
      cmocka_unit_test(a_page_as_long_as_the_cap_proves_nothing),
      cmocka_unit_test(what_says_nothing_new_ends_its_window),
      cmocka_unit_test(a_page_that_is_known_to_be_full_is_not_the_last),
      cmocka_unit_test(firmware_that_gives_less_than_asked_for_loses_nothing),
      cmocka_unit_test(an_empty_answer_moves_nothing),
      cmocka_unit_test(silence_in_between_is_passed),
      cmocka_unit_test(pages_without_end_are_not_asked_for_ever),
      cmocka_unit_test(a_page_may_be_too_large),
      cmocka_unit_test(a_catch_up_survives_being_killed),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
