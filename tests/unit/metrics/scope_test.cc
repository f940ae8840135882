#include "metrics/scope.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "check.h"

namespace {

using namespace ucm::metrics;

bool carried_by_every_writer(std::string_view scope) {
  return !scope.empty() && scope.size() <= 127 && std::all_of(scope.begin(), scope.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

void a_safe_name_has_a_small_alphabet(void**) {
  struct Row {
    std::string_view name;
    std::string_view safe;
  };
  constexpr Row kRows[] = {
      {"isp", "isp"},
      {"A-z_0.9", "A-z_0.9"},
      {"my trunk/1", "my_trunk_1"},
      {"B\xc3\xbcro", "B_ro"},
      {"\xe4\xb8\x9c\xe4\xba\xac", "__"},
      {"a\nb\tc", "a_b_c"},
      {{"a\0b", 3}, "a_b"},
      {"", ""},
      {"\"'{}=,;", "_______"},
  };
  for (const Row& row : kRows) assert_text(safe_name(row.name), row.safe);
  assert_int_equal(safe_name(std::string(500, 'x')).size(), kLongestName);
}

void a_name_keeps_its_scope(void**) {
  ScopeNames names;
  assert_text(names.find(ScopeKind::trunk, "isp"), "");
  assert_text(names.give(ScopeKind::trunk, "isp"), "trunk-isp");
  assert_text(names.find(ScopeKind::trunk, "isp"), "trunk-isp");
  assert_text(names.find(ScopeKind::trunk, "ISP"), "");
  assert_text(names.give(ScopeKind::queue, "isp"), "queue-isp");
  assert_text(names.give(ScopeKind::trunk, "ISP"), "trunk-ISP");
}

void names_that_would_be_one_stay_apart(void**) {
  ScopeNames names;
  const std::string first = names.give(ScopeKind::trunk, "a b");
  const std::string second = names.give(ScopeKind::trunk, "a/b");
  const std::string third = names.give(ScopeKind::trunk, "a_b");
  assert_text(first, "trunk-a_b");
  assert_true(second != first && third != first && third != second);
  assert_true(second.starts_with("trunk-a_b-"));
  assert_int_equal(second.size(), first.size() + 7);
}

void the_suffix_is_of_the_name_alone(void**) {
  // Two PBXes that meet the names in the same order give the same scopes, today and in a year.
  ScopeNames names;
  ScopeNames others;
  static_cast<void>(names.give(ScopeKind::trunk, "a b"));
  static_cast<void>(others.give(ScopeKind::trunk, "a b"));
  assert_text(names.give(ScopeKind::trunk, "a/b"), others.give(ScopeKind::trunk, "a/b"));
}

void nobody_is_called_other(void**) {
  ScopeNames names;
  assert_text(other_scope(ScopeKind::ringgroup), "ringgroup-other");
  const std::string given = names.give(ScopeKind::trunk, "other");
  assert_true(given != "trunk-other");
  assert_true(given.starts_with("trunk-other-"));
}

void whatever_the_name_the_scope_can_be_carried(void**) {
  ScopeNames names;
  std::set<std::string> given;
  std::string name;
  for (int i = 0; i < 2'000; ++i) {
    name = i % 2 == 0 ? std::string(static_cast<std::size_t>(i % 300), static_cast<char>(i % 256))
                      : ucm::text("{}\xc3\xa9{}", std::string(100, 'x'), i);
    if (!names.find(ScopeKind::account, name).empty()) continue;
    const std::string scope = names.give(ScopeKind::account, name);
    assert_true(carried_by_every_writer(scope));
    assert_true(scope.size() <= std::string_view("account-").size() + kLongestName);
    assert_true(given.insert(scope).second);
  }
}

void what_an_earlier_run_gave_is_taken(void**) {
  ScopeNames names;
  names.restore(ScopeKind::trunk, "a/b", "trunk-a_b");
  assert_text(names.find(ScopeKind::trunk, "a/b"), "trunk-a_b");
  assert_true(names.give(ScopeKind::trunk, "a b") != "trunk-a_b");
  std::size_t known = 0;
  names.each([&](ScopeKind, const std::string&, const std::string&) { ++known; });
  assert_int_equal(known, 2);
}

void every_kind_has_its_own_word(void**) {
  for (std::size_t i = 0; i < kScopeKinds; ++i) {
    const auto kind = static_cast<ScopeKind>(i);
    assert_true(scope_kind_named(word_for(kind)) == kind);
  }
  assert_false(scope_kind_named("all").has_value());
}

}  // namespace

int scope_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_safe_name_has_a_small_alphabet),
      cmocka_unit_test(a_name_keeps_its_scope),
      cmocka_unit_test(names_that_would_be_one_stay_apart),
      cmocka_unit_test(the_suffix_is_of_the_name_alone),
      cmocka_unit_test(nobody_is_called_other),
      cmocka_unit_test(whatever_the_name_the_scope_can_be_carried),
      cmocka_unit_test(what_an_earlier_run_gave_is_taken),
      cmocka_unit_test(every_kind_has_its_own_word),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
