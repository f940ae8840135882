// When the ledger is lost, the counters go on from the file beside it; what was set aside is listed, and goes
// in time.
#include "ledger/counters_file.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include "check.h"
#include "keeping.h"
#include "ledger/audit.h"
#include "ledger/schema.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;
using metrics::Metric;
namespace fs = std::filesystem;

Leg call(int number) {
  Leg leg = dialled(text("s{}", number), "ANSWERED", number, 5, 60);
  leg.src_trunk_name = "isp";
  return leg;
}

struct Counted : Keeping {
  Counted() {
    for (int i = 0; i < 50; ++i) static_cast<void>(admit(call(i), i % 2 == 0 ? Origin::push : Origin::api));
    settle_all();
    must(ledger->write_counters());
  }
  [[nodiscard]] std::string beside() const { return settings.directory + "/" + kCountersName; }
  void lose() {
    close();
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(file() + suffix);
  }
};

void agrees(const Keeping& desk) {
  auto database = Database::open_read_only(desk.file());
  assert_true(database.ok());
  const auto all = compare(database.value(), "");
  assert_true(all.ok() && all.value().size() > 5);
  for (const Compared& one : all.value()) assert_true(one.agrees());
}

void counters_outlive_the_ledger(void**) {
  Counted desk;
  const std::int64_t since = desk.ledger->counting_since_s();
  assert_true(since > 0);
  desk.lose();
  desk.clock.pass(3'600);
  desk.reopen();
  assert_true(desk.said("go on from"));
  assert_int_equal(desk.self(Metric::legs_accepted), 50);
  assert_int_equal(desk.count("trunk-isp", Metric::talk), 50 * 60'000);
  assert_int_equal(desk.ledger->counting_since_s(), since);
  agrees(desk);
  assert_true(desk.keep(call(49), Origin::api) == Admitted::too_old);  // it was counted before
  assert_true(desk.keep(call(50), Origin::api) == Admitted::counted);
  desk.settle_all();
  agrees(desk);
  desk.reopen();
  assert_int_equal(desk.count("all", Metric::answered), 51);
  agrees(desk);
}

void it_is_written_whole_or_not_at_all(void**) {
  Counted desk;
  assert_int_equal(fs::status(desk.beside()).permissions() & fs::perms::mask, fs::perms(0600));
  const auto before = fs::file_size(desk.beside());
  fs::create_directory(desk.beside() + ".new");  // in the way
  std::ofstream(desk.beside() + ".new/x") << "x";
  assert_false(desk.ledger->write_counters().ok());
  assert_int_equal(fs::file_size(desk.beside()), before);
  fs::remove_all(desk.beside() + ".new");
  desk.keep(call(100));
  Keeping::must(desk.ledger->write_counters());
  Keeping::must(desk.ledger->write_counters());  // again and again
  assert_false(fs::exists(desk.beside() + ".new"));
  assert_true(desk.keep(call(101)) == Admitted::counted);
}

void one_that_cannot_be_read_is_told(void**) {
  for (const char* content : {"", "this is no database, and long enough to be taken for one: 0123456789"}) {
    Counted desk;
    desk.lose();
    std::ofstream(desk.beside(), std::ios::trunc) << content;
    desk.reopen();
    assert_true(desk.said("cannot be read"));
    assert_true(fs::exists(desk.beside() + ".unreadable"));
    assert_int_equal(desk.count("all", Metric::answered), 0);
    assert_true(desk.keep(call(1)) == Admitted::counted);
    desk.settle_all();
    agrees(desk);
  }
}

void without_both_everything_begins_anew(void**) {
  Counted desk;
  desk.lose();
  fs::remove(desk.beside());
  desk.clock.pass(3'600);
  desk.reopen();
  assert_int_equal(desk.count("all", Metric::answered), 0);
  assert_int_equal(desk.ledger->counting_since_s(), desk.clock.wall);
  desk.clock.pass(60);
  desk.reopen();
  assert_int_equal(desk.ledger->counting_since_s(), desk.clock.wall - 60);
}

void what_was_set_aside_is_listed_and_goes_with_retention(void**) {
  Keeping desk;
  desk.settings.retention_s = 10 * 86'400;
  desk.reopen();
  const std::string directory = desk.settings.directory + "/";
  for (const char* name : {"ledger.db.foreign-20260120T000000Z", "ledger.db.damaged-20260131T000000Z",
                           "ledger.db.damaged-20260131T000000Z-2", "ledger.db.damaged-20260120T000000Z",
                           "ledger.db.damaged-20260120T000000Z-wal"}) {
    std::ofstream(directory + name) << "5550142";
    fs::last_write_time(directory + name, fs::file_time_type::clock::now() - std::chrono::hours(24 * 3'650));
  }
  for (const char* name :
       {"ledger.db.2026-01-02.gz", "ledger.db.bak-20251001", "ledger.db.damaged-20260101"}) {
    std::ofstream(directory + name) << "the operator's own";
  }
  assert_int_equal(desk.ledger->files_aside().size(), 4);
  assert_text(desk.ledger->files_aside().front(), "ledger.db.damaged-20260120T000000Z");
  desk.forget();  // it is 2026-02-02
  assert_int_equal(desk.ledger->files_aside().size(), 2);
  assert_false(fs::exists(directory + "ledger.db.damaged-20260120T000000Z-wal"));
  assert_true(desk.said("has been deleted"));
  assert_true(fs::exists(directory + "ledger.db.2026-01-02.gz") &&
              fs::exists(directory + "ledger.db.bak-20251001"));
  std::ofstream(directory + "ledger.db.damaged-19700101T000000Z") << "by a clock that was wrong, just now";
  desk.forget();
  assert_int_equal(desk.ledger->files_aside().size(), 3);
}

}  // namespace

int counters_file_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(counters_outlive_the_ledger),
      cmocka_unit_test(it_is_written_whole_or_not_at_all),
      cmocka_unit_test(one_that_cannot_be_read_is_told),
      cmocka_unit_test(without_both_everything_begins_anew),
      cmocka_unit_test(what_was_set_aside_is_listed_and_goes_with_retention),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
