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

void begins_anew_and_keeps_the_old(Keeping& desk, const std::string& why) {
  const std::string before = content(desk.file());
  desk.reopen();
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
  assert_false(desk.ledger->ready().ok());  // seen only when it is used
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
    desk.reopen();
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
  desk.ledger->abandon({Fault::malformed, "database disk image is malformed"});
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
  desk.ledger->abandon({Fault::malformed, "database disk image is malformed"});
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

void a_file_taken_away_in_use_costs_no_number(void**) {
  Filled desk;
  desk.reopen();
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(desk.file() + suffix);
  // What is written now goes nowhere; the ledger finds out when it opens the file anew.
  for (int i = 0; i < 5; ++i) desk.ledger->abandon({Fault::storage, "a disk that is away"});
  Keeping::must(desk.ledger->ready());
  desk.keep(call(1'000));
  desk.reopen();
  assert_int_equal(desk.self(Metric::legs_accepted), 301);
  assert_int_equal(desk.count("trunk-isp", Metric::answered), 300);
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
    for (int attempt = 0; attempt < 4 && !works; ++attempt) {
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
      cmocka_unit_test(a_file_taken_away_in_use_costs_no_number),
      cmocka_unit_test(rubbish_in_any_place_is_survived),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
