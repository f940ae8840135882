// MaxSeries, and what a book gives to the disk and takes from it.
#include <algorithm>
#include <map>
#include <set>

#include "check.h"
#include "legs.h"
#include "metrics/book.h"
#include "metrics/counted.h"

namespace {

using namespace ucm;
using namespace ucm::metrics;

Call over_trunk(const std::string& trunk) {
  Call call;
  Leg leg = dialled("s", "ANSWERED", 0, 1, 10);
  leg.src_trunk_name = trunk;
  fold(call, leg);
  return call;
}

void count(Book& book, const std::string& trunk) {
  const Call call = over_trunk(trunk);
  count_call(book, call);
}

std::map<std::string, std::int64_t> answered(const Book& book) {
  std::vector<Section> sections;
  book.read(false, sections);
  std::map<std::string, std::int64_t> all;
  for (const Section& section : sections) {
    if (section.scope == "self" || section.scope == "alerts") continue;
    all[section.scope] = section.readings.at(place(Metric::answered)).count;
  }
  return all;
}

// What a disk would hold, as the ledger writes and reads it.
struct Disk {
  std::vector<Book::NewScope> scopes;
  std::map<std::pair<std::string, std::string>, std::int64_t> counters;

  void keep(Book& book) {
    for (const auto& scope : book.new_scopes()) {
      const bool known = std::any_of(scopes.begin(), scopes.end(),
                                     [&](const auto& other) { return other.scope == scope.scope; });
      if (!known) scopes.push_back(scope);
    }
    book.each_unkept([&](std::string_view scope, const Row& row, std::int64_t value) {
      counters[{std::string(scope), key_of(row)}] = value;
    });
    book.keep();
  }
  void restore(Book& book) const {
    for (const auto& scope : scopes) book.restore_scope(scope.kind, scope.name, scope.scope);
    for (const auto& [key, value] : counters) book.restore(key.first, key.second, value);
  }
};

std::int64_t bare() {
  return Book({.host = "hq"}).series();
}

// For so many trunks, and for the `other` of each of the three kinds.
std::int64_t room_for(std::int64_t trunks) {
  const Book book({.host = "hq"});
  const std::int64_t trunk = book.rows_for(ScopeKind::trunk);
  return bare() + trunks * trunk + trunk + book.rows_for(ScopeKind::queue) +
         book.rows_for(ScopeKind::ringgroup);
}

void what_has_no_room_goes_to_other(void**) {
  Book book({.host = "hq", .max_series = room_for(2)});
  for (int i = 0; i < 1'000; ++i) count(book, text("t{}", i));
  assert_true(book.full());
  const auto all = answered(book);
  assert_int_equal(all.at("trunk-t0"), 1);
  assert_int_equal(all.at("trunk-t1"), 1);
  assert_int_equal(all.at("trunk-other"), 998);
  assert_int_equal(all.at("all"), 1'000);
  assert_false(all.contains("trunk-t2"));
  assert_true(book.series() <= book.settings().max_series);

  Call queued = over_trunk("t0");
  for (const char* queue : {"QUEUE[6500]", "QUEUE[6501]"}) {
    Leg leg = dialled("s", "NO ANSWER", 20, 1);
    leg.action_type = queue;
    fold(queued, leg);
  }
  count_call(book, queued);
  assert_int_equal(answered(book).at("queue-other"), 1);  // once, though two queues are behind it
  assert_true(book.series() <= book.settings().max_series);
}

void a_book_with_room_is_not_full(void**) {
  Book book({.host = "hq"});
  for (int i = 0; i < 10; ++i) count(book, text("t{}", i));
  assert_false(book.full());
  assert_true(book.series() <= book.settings().max_series);
}

void the_disk_gets_scopes_and_counters_that_are_new(void**) {
  Book book({.host = "hq"});
  Disk disk;
  count(book, "isp");
  assert_int_equal(book.new_scopes().size(), 1);
  disk.keep(book);
  assert_int_equal(book.new_scopes().size(), 0);
  disk.counters.clear();
  count(book, "isp");
  disk.keep(book);
  const std::set<std::string> expected{"all", "inbound", "trunk-isp"};
  std::set<std::string> written;
  for (const auto& [key, value] : disk.counters) written.insert(key.first);
  assert_true(written == expected);
  assert_int_equal((disk.counters.at({"trunk-isp", "total_sessions-answered"})), 2);
}

void counters_go_on_in_the_next_run(void**) {
  Disk disk;
  {
    Book book({.host = "hq"});
    count(book, "a b");
    count(book, "a/b");
    book.count_leg(dialled("s", "BUSY", 0, 0));
    book.add(Metric::legs_accepted);
    disk.keep(book);
  }
  Book book({.host = "hq"});
  disk.restore(book);
  count(book, "a/b");
  count(book, "a b");
  const auto all = answered(book);
  assert_int_equal(all.at("all"), 4);
  assert_int_equal(all.at("trunk-a_b"), 2);
  assert_int_equal(std::count_if(all.begin(), all.end(), [](const auto& one) { return one.second == 2; }), 2);
  assert_int_equal(book.self().value(Metric::legs_accepted), 1);
  book.each_unkept([](std::string_view scope, const Row& row, std::int64_t value) {
    if (scope == "all" && row.metric == Metric::leg_busy) assert_int_equal(value, -1);  // it has not moved
  });
}

void fewer_series_than_last_time_and_more_again(void**) {
  Disk disk;
  const auto run = [&](std::int64_t max_series) {
    Book book({.host = "hq", .max_series = max_series});
    disk.restore(book);
    for (const char* trunk : {"a", "b", "c", "d"}) count(book, trunk);
    disk.keep(book);
    assert_true(book.series() <= std::max(max_series, room_for(0)));
    return answered(book);
  };
  auto all = run(2'000);
  assert_int_equal(all.at("trunk-d"), 1);
  all = run(room_for(2));  // room for two
  assert_int_equal(all.at("trunk-a"), 2);
  assert_int_equal(all.at("trunk-b"), 2);
  assert_false(all.contains("trunk-c"));
  assert_int_equal(all.at("trunk-other"), 2);
  all = run(2'000);
  assert_int_equal(all.at("trunk-a"), 3);
  assert_int_equal(all.at("trunk-c"), 2);  // it goes on from where it was left
  assert_int_equal(all.at("trunk-other"), 2);
  assert_int_equal(all.at("all"), 12);
}

void a_kind_that_is_no_longer_asked_for_is_left_alone(void**) {
  Disk disk;
  {
    Book book({.host = "hq"});
    count(book, "isp");
    disk.keep(book);
  }
  Book book({.host = "hq", .kinds = {false, true, true, false, false, false}});
  disk.restore(book);
  count(book, "isp");
  assert_false(answered(book).contains("trunk-isp"));
  assert_int_equal(answered(book).at("all"), 2);
}

void a_turn_taken_back_leaves_the_book_as_the_disk(void**) {
  Book book({.host = "hq"});
  Disk disk;
  count(book, "isp");
  disk.keep(book);
  count(book, "isp");
  count(book, "second");
  book.count_leg(dialled("s", "BUSY", 0, 0));
  book.revert();
  assert_int_equal(answered(book).at("trunk-isp"), 1);
  assert_int_equal(answered(book).at("all"), 1);
  count(book, "second");
  disk.keep(book);
  Book next({.host = "hq"});
  disk.restore(next);
  assert_true(answered(next) == answered(book));
  assert_int_equal(answered(next).at("trunk-second"), 1);
}

void a_new_disk_gets_everything_even_at_the_second_try(void**) {
  Book book({.host = "hq", .max_series = room_for(2)});
  Disk old;
  for (const char* trunk : {"a", "b", "c"}) count(book, trunk);
  book.count_leg(dialled("s", "BUSY", 0, 0));
  book.add(Metric::legs_accepted, 3);
  old.keep(book);
  const auto before = answered(book);

  book.carry_over();
  count(book, "a");
  book.revert();  // the new disk is full too
  assert_true(answered(book) == before);
  assert_int_equal(book.self().value(Metric::legs_accepted), 3);

  Disk fresh;
  fresh.keep(book);
  Book next({.host = "hq", .max_series = room_for(2)});
  fresh.restore(next);
  assert_true(answered(next) == before);
  assert_int_equal(next.self().value(Metric::legs_accepted), 3);
  assert_true(fresh.counters == old.counters);
}

}  // namespace

int series_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(what_has_no_room_goes_to_other),
      cmocka_unit_test(a_book_with_room_is_not_full),
      cmocka_unit_test(the_disk_gets_scopes_and_counters_that_are_new),
      cmocka_unit_test(counters_go_on_in_the_next_run),
      cmocka_unit_test(fewer_series_than_last_time_and_more_again),
      cmocka_unit_test(a_kind_that_is_no_longer_asked_for_is_left_alone),
      cmocka_unit_test(a_turn_taken_back_leaves_the_book_as_the_disk),
      cmocka_unit_test(a_new_disk_gets_everything_even_at_the_second_try),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
