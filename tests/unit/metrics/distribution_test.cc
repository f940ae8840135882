#include "metrics/distribution.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "check.h"

namespace {

using ucm::metrics::Distribution;

// Nearest rank, the plain way.
std::int64_t percentile_of(std::vector<std::int64_t> values, int percent) {
  std::sort(values.begin(), values.end());
  const double rank = std::ceil(static_cast<double>(values.size()) * percent / 100.0 - 1e-9);
  return values.at(static_cast<std::size_t>(std::max(1.0, rank)) - 1);
}

void check(const Distribution& distribution, const std::vector<std::int64_t>& values, bool exact) {
  assert_false(distribution.empty());
  for (int percent = 1; percent <= 100; ++percent) {
    const auto expected = static_cast<double>(percentile_of(values, percent));
    const double said = distribution.percentile(percent);
    if (exact) {
      assert_true(said == expected);
    } else {
      assert_true(said <= expected && said >= expected - expected / 256);
    }
  }
  const auto sum = static_cast<double>(std::accumulate(values.begin(), values.end(), std::int64_t{0}));
  assert_true(distribution.average() == sum / static_cast<double>(values.size()));
  assert_true(distribution.max() == static_cast<double>(*std::max_element(values.begin(), values.end())));
}

std::vector<std::int64_t> drawn(std::size_t count, std::int64_t most, unsigned seed) {
  std::mt19937 chance(seed);
  std::uniform_int_distribution<std::int64_t> any(0, most);
  std::vector<std::int64_t> values(count);
  for (std::int64_t& value : values) value = any(chance);
  return values;
}

void ordinary_calls_are_kept_to_the_second(void**) {
  for (const std::size_t count : {1U, 2U, 3U, 19U, 20U, 21U, 100U, 999U}) {
    const auto values = drawn(count, 4'095, static_cast<unsigned>(count));
    Distribution distribution;
    for (const std::int64_t value : values) distribution.add(value);
    check(distribution, values, true);
  }
}

void long_calls_are_kept_to_a_256th(void**) {
  const auto values = drawn(5'000, 31'622'400, 3);
  Distribution distribution;
  for (const std::int64_t value : values) distribution.add(value);
  check(distribution, values, false);
}

void merged_is_as_if_all_had_come_to_one(void**) {
  const auto first = drawn(300, 4'000, 1);
  const auto second = drawn(500, 3'000, 2);
  Distribution a;
  Distribution b;
  for (const std::int64_t value : first) a.add(value);
  for (const std::int64_t value : second) b.add(value);
  a.merge(b);
  std::vector<std::int64_t> all = first;
  all.insert(all.end(), second.begin(), second.end());
  check(a, all, true);
  check(b, second, true);  // what was merged stays as it was
  a.merge(Distribution());
  check(a, all, true);
}

void cleared_begins_anew(void**) {
  Distribution distribution;
  distribution.add(1'000);
  distribution.clear();
  assert_true(distribution.empty());
  distribution.add(3);
  check(distribution, {3}, true);
}

}  // namespace

int distribution_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(ordinary_calls_are_kept_to_the_second),
      cmocka_unit_test(long_calls_are_kept_to_a_256th),
      cmocka_unit_test(merged_is_as_if_all_had_come_to_one),
      cmocka_unit_test(cleared_begins_anew),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
