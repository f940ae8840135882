#include "metrics/tally.h"

#include <map>

#include "check.h"

namespace {

using namespace ucm::metrics;

std::map<Metric, std::int64_t> unkept(const Tally& tally) {
  std::map<Metric, std::int64_t> all;
  tally.each_unkept([&](const Row& row, std::int64_t value) { all.emplace(row.metric, value); });
  return all;
}

using Unkept = std::map<Metric, std::int64_t>;

void only_what_has_moved_goes_to_the_disk(void**) {
  Tally tally(Group::self);
  assert_false(tally.changed());
  assert_true(unkept(tally).empty());
  tally.add(Metric::legs_accepted, 2);
  tally.set(Metric::settling, 7);  // a level: of no use to the next run
  assert_true(tally.changed());
  assert_true((unkept(tally) == Unkept{{Metric::legs_accepted, 2}}));
  tally.keep();
  assert_true(unkept(tally).empty());
  assert_int_equal(tally.value(Metric::legs_accepted), 2);
}

void what_was_not_kept_is_taken_back(void**) {
  Tally tally(Group::self);
  tally.restore(Metric::legs_accepted, 10);
  tally.add(Metric::legs_accepted, 5);
  tally.add(Metric::calls_amended, 1);
  tally.set(Metric::settling, 7);
  tally.revert();
  assert_int_equal(tally.value(Metric::legs_accepted), 10);
  assert_int_equal(tally.value(Metric::calls_amended), 0);
  assert_int_equal(tally.value(Metric::settling), 7);
  assert_false(tally.changed());
}

void a_lost_disk_gets_all_of_it_again(void**) {
  Tally tally(Group::self);
  tally.restore(Metric::legs_accepted, 10);
  tally.forget_kept();
  assert_true((unkept(tally) == Unkept{{Metric::legs_accepted, 10}}));
  tally.add(Metric::legs_accepted, 1);
  tally.revert();  // the first turn with the new disk fails
  assert_int_equal(tally.value(Metric::legs_accepted), 10);
  assert_true((unkept(tally) == Unkept{{Metric::legs_accepted, 10}}));
  tally.keep();
  assert_true(unkept(tally).empty());
}

}  // namespace

int tally_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(only_what_has_moved_goes_to_the_disk),
      cmocka_unit_test(what_was_not_kept_is_taken_back),
      cmocka_unit_test(a_lost_disk_gets_all_of_it_again),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
