// Files of every version become files of this one; what the settings change between two runs.
#include "ledger/schema.h"

#include <filesystem>
#include <set>

#include "check.h"
#include "keeping.h"
#include "ledger/store.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;
using metrics::Metric;

Leg over(const std::string& trunk, int number) {
  Leg leg = dialled(text("s{}", number), "ANSWERED", number, 5, 60);
  leg.src_trunk_name = trunk;
  return leg;
}

void a_file_of_every_version_is_brought_to_this_one(void**) {
  for (std::size_t version = 0; version <= migrations().size(); ++version) {
    Keeping desk;
    desk.close();
    std::filesystem::remove(desk.file());
    {
      auto database = Database::open(desk.file());
      assert_true(database.ok());
      for (std::size_t step = 0; step < version; ++step) {
        Keeping::must(database.value().run(std::string(migrations()[step])));
      }
      if (version > 0) {
        Keeping::must(database.value().run(
            text("PRAGMA user_version = {}; PRAGMA application_id = {}", version, kApplicationId)));
      }
    }
    desk.reopen();
    assert_true(desk.keep(over("isp", 1)) == Admitted::counted);
    assert_int_equal(desk.number("PRAGMA user_version"), migrations().size());
    assert_int_equal(desk.number("PRAGMA application_id"), kApplicationId);
    assert_false(desk.said("cannot be used"));
  }
}

void an_empty_file_is_no_ledger_yet(void**) {
  Keeping desk;
  desk.close();
  std::filesystem::resize_file(desk.file(), 0);
  Look look = Look::first;
  {
    auto store = open_store(desk.settings.directory, look, desk.log, desk.clock);
    assert_true(store.ok());
    assert_true(store.value().fresh);
  }
  auto again = open_store(desk.settings.directory, look, desk.log, desk.clock);
  assert_true(again.ok());
  assert_false(again.value().fresh);
}

void every_text_of_a_leg_has_its_column(void**) {
  std::set<std::string_view> names;
  for (const LegColumn& column : leg_columns()) assert_true(names.insert(column.name).second);
  // As many as a leg has: 33 texts beside its two numbers.
  assert_int_equal(names.size() * sizeof(std::string) + 2 * sizeof(std::int64_t), sizeof(Leg));
}

// Each table's name and columns, as they were released: a step that is released never changes.
void the_first_version_stays_what_it_is(void**) {
  Keeping desk;
  assert_true(migrations().size() >= 1);
  for (const char* table :
       {"pbx", "legs", "calls", "counters", "scopes", "quarantine", "forgotten", "place"}) {
    assert_int_equal(
        desk.number(text("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '{}'", table)),
        1);
  }
  // The index that a leg's cost depends on begins with PBX and start.
  assert_int_equal(desk.number("SELECT count(*) FROM pragma_index_info('legs_identity') WHERE (seqno = 0 AND "
                               "name = 'pbx') OR (seqno = 1 AND name = 'start')"),
                   2);
}

std::int64_t series(const Keeping& desk) {
  return desk.ledger->book(0).series();
}

void fewer_series_between_runs_and_more_again(void**) {
  Keeping desk;
  const std::int64_t bare = series(desk);
  const metrics::Book& book = desk.ledger->book(0);
  const std::int64_t trunk = book.rows_for(metrics::ScopeKind::trunk);
  const std::int64_t others =
      trunk + book.rows_for(metrics::ScopeKind::queue) + book.rows_for(metrics::ScopeKind::ringgroup);
  const auto run = [&](std::int64_t max_series, int first) {
    desk.settings.pbxes[0].book.max_series = max_series;
    desk.reopen();
    for (int i = 0; i < 4; ++i) desk.keep(over(text("t{}", i), first + i));
    desk.settle_all();
    assert_true(series(desk) <= max_series);
  };
  run(2'000, 0);
  run(bare + 2 * trunk + others, 10);  // room for two, and for each kind's other
  assert_int_equal(desk.count("trunk-t0", Metric::answered), 2);
  assert_int_equal(desk.count("trunk-t1", Metric::answered), 2);
  assert_int_equal(desk.count("trunk-t2", Metric::answered), -1);
  assert_int_equal(desk.count("trunk-other", Metric::answered), 2);
  desk.reopen();
  assert_int_equal(desk.count("trunk-other", Metric::answered), 2);
  run(2'000, 20);
  assert_int_equal(desk.count("trunk-t0", Metric::answered), 3);
  assert_int_equal(desk.count("trunk-t2", Metric::answered), 2);  // goes on from where it was left
  assert_int_equal(desk.count("trunk-other", Metric::answered), 2);
  assert_int_equal(desk.count("all", Metric::answered), 12);
}

void names_keep_their_scopes_whoever_comes_first(void**) {
  Keeping desk;
  desk.keep(over("a b", 1));
  desk.settle_all();
  desk.keep(over("a/b", 2));
  desk.settle_all();
  desk.reopen();
  desk.keep(over("a/b", 3));
  desk.settle_all();
  desk.keep(over("a b", 4));
  desk.settle_all();
  assert_int_equal(desk.count("trunk-a_b", Metric::answered), 2);
  assert_int_equal(desk.number("SELECT count(*) FROM scopes"), 2);
}

}  // namespace

int schema_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_file_of_every_version_is_brought_to_this_one),
      cmocka_unit_test(an_empty_file_is_no_ledger_yet),
      cmocka_unit_test(every_text_of_a_leg_has_its_column),
      cmocka_unit_test(the_first_version_stays_what_it_is),
      cmocka_unit_test(fewer_series_between_runs_and_more_again),
      cmocka_unit_test(names_keep_their_scopes_whoever_comes_first),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
