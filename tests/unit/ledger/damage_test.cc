// Files that cannot be used: kept under a new name, never overwritten, and the numbers go on where they can.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "check.h"
#include "keeping.h"
#include "ledger/ledger.h"
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

// A ledger with some calls, closed.
struct Filled : Keeping {
  Filled() {
    for (int i = 0; i < 300; ++i) static_cast<void>(admit(call(i)));
    settle_all();
    close();
  }
};

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const fs::path& path, std::size_t offset, const std::string& bytes) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(offset));
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// The files that were set aside for `why`, without their companions.
std::vector<fs::path> aside(const Keeping& desk, const std::string& why) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(desk.settings.directory)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("ledger.db." + why + "-") && !name.ends_with("-wal") && !name.ends_with("-shm")) {
      found.push_back(entry.path());
    }
  }
  return found;
}

// What seems damaged is looked at again, a little later.
void not_yet_judged(Keeping& desk) {
  for (int i = 0; i < 5; ++i) {
    const auto ready = desk.ledger->ready();
    assert_false(ready.ok());
    if (i > 0) assert_true(ready.error().what.find("read again") != std::string::npos);
    desk.ledger->abandon({Fault::storage, ready.error().what});
  }
  assert_int_equal(aside(desk, "damaged").size(), 0);
  assert_true(desk.said("seems damaged"));
  desk.clock.pass(5);
}

// Found so in use, twice.
void find_damaged(Keeping& desk) {
  for (int i = 0; i < 2; ++i) {
    desk.clock.pass(5);
    desk.ledger->abandon({Fault::malformed, "database disk image is malformed"});
  }
}

void begins_anew_and_keeps_the_old(Keeping& desk, const std::string& why) {
  const std::string before = content(desk.file());
  desk.open();
  if (why == "damaged") not_yet_judged(desk);
  Keeping::must(desk.ledger->ready());
  const auto kept = aside(desk, why);
  assert_int_equal(kept.size(), 1);
  assert_true(content(kept[0]) == before);
  assert_true(desk.said("cannot be used"));
  assert_true(desk.said(kept[0].filename().string()));
  assert_int_equal(desk.count("all", Metric::answered), 0);
  assert_true(desk.keep(call(1)) == Admitted::counted);
  desk.reopen();
  assert_int_equal(aside(desk, why).size(), 1);
  assert_int_equal(desk.self(Metric::legs_accepted), 1);
}

void a_file_without_a_header(void**) {
  Filled desk;
  overwrite(desk.file(), 0, std::string(100, 'x'));
  begins_anew_and_keeps_the_old(desk, "damaged");
}

void a_file_that_is_no_database(void**) {
  Filled desk;
  std::ofstream(desk.file(), std::ios::trunc) << "Dear operator, this is a letter.\n";
  begins_anew_and_keeps_the_old(desk, "damaged");
}

void a_file_cut_short(void**) {
  Filled desk;
  fs::resize_file(desk.file(), fs::file_size(desk.file()) / 2);
  begins_anew_and_keeps_the_old(desk, "damaged");
}

void a_file_with_pages_of_rubbish(void**) {
  Filled desk;
  const auto size = fs::file_size(desk.file());
  for (std::size_t page = 1; page * 4096 < size; page += 2)
    overwrite(desk.file(), page * 4096, std::string(64, '\x5a'));
  begins_anew_and_keeps_the_old(desk, "damaged");
}

void a_file_whose_tables_are_gone(void**) {
  Filled desk;
  {
    auto database = Database::open(desk.file());
    assert_true(database.ok());
    Keeping::must(database.value().run("DROP TABLE calls"));
  }
  desk.open();
  not_yet_judged(desk);  // seen only when it is used
  Keeping::must(desk.ledger->ready());
  assert_int_equal(aside(desk, "damaged").size(), 1);
}

void a_file_of_another_program(void**) {
  Filled desk;
  fs::remove(desk.file());
  {
    auto database = Database::open(desk.file());
    assert_true(database.ok());
    Keeping::must(
        database.value().run("CREATE TABLE recipes (cake TEXT); INSERT INTO recipes VALUES ('apple')"));
  }
  begins_anew_and_keeps_the_old(desk, "foreign");
}

void a_file_of_a_later_version(void**) {
  Filled desk;
  {
    auto database = Database::open(desk.file());
    assert_true(database.ok());
    Keeping::must(database.value().run(text("PRAGMA user_version = {}", migrations().size() + 1)));
  }
  begins_anew_and_keeps_the_old(desk, "newer");
  assert_true(desk.said("downgraded"));
}

void two_files_set_aside_in_one_second_are_both_kept(void**) {
  Filled desk;
  for (int i = 0; i < 3; ++i) {
    std::ofstream(desk.file(), std::ios::trunc) << "letter " << i;
    desk.open();
    assert_false(desk.ledger->ready().ok());
    desk.clock.mono += 5'000;  // the name of the file is by the other clock
    Keeping::must(desk.ledger->ready());
    desk.close();
  }
  const auto kept = aside(desk, "damaged");
  assert_int_equal(kept.size(), 3);
  for (int i = 0; i < 3; ++i) {
    const std::string wanted = text("letter {}", i);
    assert_true(
        std::any_of(kept.begin(), kept.end(), [&](const fs::path& one) { return content(one) == wanted; }));
  }
}

void damage_found_in_use_costs_no_number(void**) {
  Filled desk;
  desk.reopen();
  desk.ledger->agent().add(Metric::agent_senders_refused, 4);
  const std::int64_t talk = desk.count("trunk-isp", Metric::talk);
  assert_true(talk > 0);
  find_damaged(desk);
  Keeping::must(desk.ledger->ready());
  assert_int_equal(aside(desk, "damaged").size(), 1);
  assert_int_equal(desk.count("trunk-isp", Metric::talk), talk);
  desk.keep(call(1'000));
  desk.settle_all();
  desk.reopen();  // the new file has all of it
  assert_int_equal(desk.count("trunk-isp", Metric::talk), talk + 60'000);
  assert_int_equal(desk.count("all", Metric::leg_answered), 301);
  assert_int_equal(desk.self(Metric::legs_accepted), 301);
  assert_int_equal(desk.ledger->agent().value(Metric::agent_senders_refused), 4);
  assert_int_equal(aside(desk, "damaged").size(), 1);
}

void turns_that_fail_after_the_damage_cost_no_number(void**) {
  Filled desk;
  desk.reopen();
  const std::int64_t talk = desk.count("trunk-isp", Metric::talk);
  find_damaged(desk);
  for (int i = 0; i < 12; ++i) {  // past the turn at which the file is opened anew
    Keeping::must(desk.ledger->ready());
    static_cast<void>(desk.admit(call(1'000)));
    desk.ledger->abandon({Fault::storage, "a disk that is full"});
  }
  assert_int_equal(desk.count("trunk-isp", Metric::talk), talk);
  Keeping::must(desk.ledger->ready());
  desk.keep(call(1'000));
  desk.settle_all();
  desk.reopen();
  assert_int_equal(desk.count("trunk-isp", Metric::talk), talk + 60'000);
  assert_int_equal(desk.self(Metric::legs_accepted), 301);
  assert_int_equal(aside(desk, "damaged").size(), 1);
}

// One bad look is none.
void a_file_that_is_found_whole_again_stays(void**) {
  Filled desk;
  desk.reopen();
  desk.keep(call(1'000));
  desk.ledger->abandon({Fault::malformed, "database disk image is malformed"});
  assert_false(desk.ledger->ready().ok());
  desk.clock.pass(5);
  Keeping::must(desk.ledger->ready());
  assert_true(desk.keep(call(1'000)) == Admitted::duplicate);
  desk.keep(call(1'001));
  assert_int_equal(aside(desk, "damaged").size(), 0);
  // Long after, it is the first bad look again.
  desk.clock.pass(3'600);
  desk.ledger->abandon({Fault::malformed, "database disk image is malformed"});
  desk.clock.pass(5);
  Keeping::must(desk.ledger->ready());
  desk.settle_all();
  assert_int_equal(desk.self(Metric::legs_accepted), 302);
  assert_int_equal(aside(desk, "damaged").size(), 0);
}

void a_file_taken_away_in_use_costs_no_number(void**) {
  for (const bool with_companions : {true, false}) {
    Filled desk;
    desk.reopen();
    desk.keep(call(999));  // its session is open
    fs::remove(desk.file());
    if (with_companions) {
      for (const char* suffix : {"-wal", "-shm"}) fs::remove(desk.file() + suffix);
    }
    const auto ready = desk.ledger->ready();  // before a record is told to be kept
    assert_false(ready.ok());
    assert_true(ready.error().fault == Fault::storage);
    desk.ledger->abandon(ready.error());
    Keeping::must(desk.ledger->ready());
    assert_int_equal(desk.self(Metric::legs_accepted), 301);
    desk.keep(call(1'000));
    desk.settle_all();
    assert_int_equal(desk.count("trunk-isp", Metric::answered), 302);
    desk.reopen();
    desk.settle_all();
    assert_int_equal(desk.self(Metric::legs_accepted), 302);
    assert_int_equal(desk.count("trunk-isp", Metric::answered), 302);
    assert_int_equal(aside(desk, "damaged").size(), 0);
  }
}

void another_file_in_its_place_is_used(void**) {
  Filled desk;
  desk.reopen();
  fs::copy_file(desk.file(), desk.file() + ".copy");
  desk.keep(call(1'000));
  fs::rename(desk.file() + ".copy", desk.file());  // beside the log of the one that was in use
  assert_false(desk.ledger->ready().ok());
  Keeping::must(desk.ledger->ready());
  assert_int_equal(desk.self(Metric::legs_accepted), 301);  // counters never fall
  assert_true(desk.keep(call(5)) == Admitted::duplicate);
  desk.keep(call(1'001));
  desk.settle_all();
  desk.reopen();
  assert_int_equal(desk.self(Metric::legs_accepted), 302);
}

void a_link_to_nothing_is_not_followed(void**) {
  Keeping desk;
  desk.close();
  fs::remove(desk.file());
  const std::string target = desk.scratch / "elsewhere.db";
  fs::create_symlink(target, desk.file());
  desk.open();
  const auto ready = desk.ledger->ready();
  assert_false(ready.ok());
  assert_true(ready.error().what.find("symbolic link") != std::string::npos);
  assert_false(fs::exists(target));
  fs::remove(desk.file());
  Keeping::must(desk.ledger->ready());
}

// Nothing was new in this run.
void what_earlier_runs_had_is_not_counted_again(void**) {
  Filled desk;
  desk.reopen();
  fs::remove(desk.file());
  assert_false(desk.ledger->ready().ok());
  Keeping::must(desk.ledger->ready());
  assert_true(desk.keep(call(5), Origin::api) == Admitted::too_old);
  fs::remove(desk.file());
  assert_false(desk.ledger->ready().ok());
  Keeping::must(desk.ledger->ready());
  assert_true(desk.keep(call(5), Origin::api) == Admitted::too_old);
  assert_int_equal(desk.self(Metric::legs_accepted), 300);
}

// After the file is lost, what the API offers of before may have been counted; a year that is wrong is no
// limit.
void a_start_of_another_century_does_not_shut_the_api_out(void**) {
  Filled desk;
  desk.reopen();
  Leg ahead = call(999);
  ahead.start = "2099-01-01 00:00:00";
  desk.keep(ahead);
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(desk.file() + suffix);
  assert_false(desk.ledger->ready().ok());
  Keeping::must(desk.ledger->ready());
  assert_true(desk.keep(call(10), Origin::api) == Admitted::too_old);
  desk.clock.pass(86'400);
  assert_true(desk.keep(dialled("later", "ANSWERED", 86'400, 5, 60), Origin::api) == Admitted::counted);
}

void rubbish_in_any_place_is_survived(void**) {
  Filled desk;
  const std::string good = content(desk.file());
  std::uint32_t chance = 12345;
  for (int round = 0; round < 60; ++round) {
    desk.close();
    for (const auto& entry : fs::directory_iterator(desk.settings.directory)) fs::remove(entry.path());
    std::ofstream(desk.file(), std::ios::binary) << good;
    for (int i = 0; i < 8; ++i) {
      chance = chance * 1'664'525 + 1'013'904'223;
      overwrite(desk.file(), chance % good.size(), text("{}", chance));
    }
    desk.open();
    // Ready at once, or after the file was set aside; a turn that fails is given up, and then it works.
    bool works = false;
    for (int attempt = 0; attempt < 8 && !works; ++attempt) {
      Result<void> done = desk.ledger->ready();
      if (done) {
        if (const auto admitted = desk.ledger->admit(0, call(2000), Origin::push); !admitted)
          done = admitted.error();
      }
      if (done) {
        if (const auto committed = desk.ledger->commit(); !committed) done = committed.error();
      }
      works = done.ok();
      if (!works) desk.ledger->abandon(done.error());
      desk.clock.pass(5);
    }
    assert_true(works);
  }
}

}  // namespace

int damage_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_file_without_a_header),
      cmocka_unit_test(a_file_that_is_no_database),
      cmocka_unit_test(a_file_cut_short),
      cmocka_unit_test(a_file_with_pages_of_rubbish),
      cmocka_unit_test(a_file_whose_tables_are_gone),
      cmocka_unit_test(a_file_of_another_program),
      cmocka_unit_test(a_file_of_a_later_version),
      cmocka_unit_test(two_files_set_aside_in_one_second_are_both_kept),
      cmocka_unit_test(damage_found_in_use_costs_no_number),
      cmocka_unit_test(turns_that_fail_after_the_damage_cost_no_number),
      cmocka_unit_test(a_file_that_is_found_whole_again_stays),
      cmocka_unit_test(a_file_taken_away_in_use_costs_no_number),
      cmocka_unit_test(another_file_in_its_place_is_used),
      cmocka_unit_test(what_earlier_runs_had_is_not_counted_again),
      cmocka_unit_test(a_link_to_nothing_is_not_followed),
      cmocka_unit_test(a_start_of_another_century_does_not_shut_the_api_out),
      cmocka_unit_test(rubbish_in_any_place_is_survived),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
