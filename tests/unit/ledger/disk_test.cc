// Disks that are full, may not be written or are somebody else's: nothing is counted that is not kept, and it
// goes on by itself. What needs another process is tried in a child.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <filesystem>

#include "check.h"
#include "keeping.h"
#include "ledger/ledger.h"
#include "ledger/store.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;
using metrics::Metric;
namespace fs = std::filesystem;

// In a child nothing of CMocka works: a test is a function that gives the line that failed, or 0.
#define require(truth) \
  if (!(truth)) return __LINE__

void in_a_child(int (*body)(Keeping& desk), Keeping& desk) {
  const pid_t child = ::fork();
  assert_true(child >= 0);
  if (child == 0) {
    const int line = body(desk);
    if (line != 0) print_error("line %d failed in the child\n", line);
    ::_exit(line == 0 ? 0 : 1);
  }
  int status = 0;
  assert_int_equal(::waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

Leg call(int number) {
  return dialled(text("s{}", number), "ANSWERED", number, 5, 60);
}

// A turn of one leg; a fault gives the turn up.
Result<void> turn(Keeping& desk, const Leg& leg) {
  const auto tried = [&]() -> Result<void> {
    if (auto ready = desk.ledger->ready(); !ready) return ready;
    if (const auto admitted = desk.ledger->admit(0, leg, Origin::push); !admitted) return admitted.error();
    if (const auto settled = desk.ledger->settle(1'000); !settled) return settled.error();
    if (const auto committed = desk.ledger->commit(); !committed) return committed.error();
    return {};
  };
  Result<void> done = tried();
  if (!done) desk.ledger->abandon(done.error());
  return done;
}

void limit_files_to(rlim_t bytes) {
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, RLIM_INFINITY};
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

// No more than this many files in the directory, however often it was tried.
std::size_t files_in(const std::string& directory) {
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(directory)) ++files;
  return files;
}

int full_and_free_again(Keeping& desk) {
  desk.reopen();
  limit_files_to(200'000);
  int kept = 0;
  int refused = 0;
  // A ledger that is opened anew may find some room in its own log: that is used up too.
  for (int i = 0; i < 10'000 && refused < 20; ++i) {
    const Result<void> done = turn(desk, call(kept));
    done.ok() ? ++kept : ++refused;
    require(done.ok() || done.error().fault == Fault::storage);
    require(desk.self(Metric::legs_accepted) == kept);
    require(desk.count("all", Metric::leg_answered) == kept);
  }
  require(kept > 10 && refused == 20);

  limit_files_to(RLIM_INFINITY);
  require(turn(desk, call(kept)).ok());  // at once: nobody has to start anything again
  require(desk.self(Metric::legs_accepted) == kept + 1);
  require(desk.number("SELECT count(*) FROM legs") == kept + 1);
  desk.clock.pass(60);
  require(desk.ledger->settle(100'000).ok());
  require(desk.ledger->commit().ok());
  require(desk.count("all", Metric::answered) == kept + 1);
  desk.reopen();
  require(desk.self(Metric::legs_accepted) == kept + 1);
  require(desk.count("all", Metric::talk) == 60'000L * (kept + 1));
  return 0;
}

void a_full_disk_counts_nothing_and_recovers(void**) {
  Keeping desk;
  desk.close();
  in_a_child(full_and_free_again, desk);
}

int full_at_the_start(Keeping& desk) {
  limit_files_to(0);
  desk.open();
  for (int i = 0; i < 10; ++i) {
    require(!turn(desk, call(1)).ok());
    require(!desk.ledger->loaded());
  }
  limit_files_to(RLIM_INFINITY);
  require(turn(desk, call(1)).ok());
  require(desk.self(Metric::legs_accepted) == 8);  // those of the earlier run and this one
  return 0;
}

void a_disk_that_is_full_at_the_start(void**) {
  Keeping desk;
  for (int i = 100; i < 107; ++i) desk.keep(call(i));
  desk.close();
  in_a_child(full_at_the_start, desk);
}

int full_when_the_file_is_set_aside(Keeping& desk) {
  desk.reopen();
  limit_files_to(8'192);  // enough to begin a new file, not to finish it
  for (int i = 0; i < 2; ++i) {
    desk.ledger->abandon({Fault::malformed, "database disk image is malformed"});
    desk.clock.pass(5);
  }
  for (int i = 0; i < 12; ++i) require(!turn(desk, call(1)).ok());
  require(files_in(desk.settings.directory) <= 8);  // one file aside, not one for each attempt
  require(desk.count("all", Metric::answered) == 7);
  limit_files_to(RLIM_INFINITY);
  require(turn(desk, call(1)).ok());
  desk.reopen();
  require(desk.self(Metric::legs_accepted) == 8);
  require(desk.count("all", Metric::answered) == 7);
  return 0;
}

void damage_on_a_full_disk_costs_no_number(void**) {
  Keeping desk;
  for (int i = 100; i < 107; ++i) desk.keep(call(i));
  desk.settle_all();
  desk.close();
  in_a_child(full_when_the_file_is_set_aside, desk);
}

// Root may write anywhere: it becomes somebody who may not.
bool become_nobody(const std::string& owns) {
  if (::geteuid() != 0) return true;
  constexpr uid_t kNobody = 65'534;
  for (const auto& entry : fs::recursive_directory_iterator(owns)) {
    if (::chown(entry.path().c_str(), kNobody, kNobody) != 0) return false;
  }
  return ::chown(owns.c_str(), kNobody, kNobody) == 0 && ::setresuid(kNobody, kNobody, kNobody) == 0;
}

int may_not_write(Keeping& desk) {
  const std::string& directory = desk.settings.directory;
  require(become_nobody(desk.scratch.path()));
  require(::chmod(directory.c_str(), 0555) == 0 && ::chmod(desk.file().c_str(), 0444) == 0);
  require(::chmod((directory + "/ledger.lock").c_str(), 0444) == 0);
  desk.open();
  const Result<void> done = turn(desk, call(1));
  require(!done.ok() && done.error().fault == Fault::storage);
  require(done.error().what.find(directory) != std::string::npos);
  require(!desk.ledger->loaded());
  require(::chmod((directory + "/ledger.lock").c_str(), 0644) == 0);
  require(!turn(desk, call(1)).ok());  // the file itself is still read-only
  require(::chmod(directory.c_str(), 0755) == 0 && ::chmod(desk.file().c_str(), 0644) == 0);
  require(turn(desk, call(1)).ok());
  require(desk.self(Metric::legs_accepted) == 2);
  require(files_in(directory) <= 4);
  return 0;
}

void a_directory_that_may_not_be_written(void**) {
  Keeping desk;
  desk.keep(call(0));
  desk.close();
  in_a_child(may_not_write, desk);
}

void a_directory_that_cannot_be_made(void**) {
  Keeping desk;
  desk.close();
  fs::remove_all(desk.settings.directory);
  const int descriptor = ::open(desk.settings.directory.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  assert_true(descriptor >= 0);
  ::close(descriptor);
  desk.open();
  const Result<void> done = desk.ledger->ready();
  assert_false(done.ok());
  assert_true(done.error().what.find(desk.settings.directory) != std::string::npos);
  desk.ledger->abandon(done.error());
  fs::remove(desk.settings.directory);
  Keeping::must(desk.ledger->ready());
}

int finds_it_taken(Keeping& desk) {
  desk.open();
  const Result<void> done = desk.ledger->ready();
  require(!done.ok() && done.error().fault == Fault::busy);
  require(done.error().what.find("another process") != std::string::npos);
  return 0;
}

void one_process_keeps_a_ledger(void**) {
  Keeping desk;
  Keeping second;
  second.settings.directory = desk.settings.directory;
  second.close();
  in_a_child(finds_it_taken, second);
  desk.close();
  second.reopen();
  second.keep(call(0));
}

void a_lock_goes_with_its_process(void**) {
  Keeping desk;
  desk.keep(call(0));
  desk.close();
  // The child takes the ledger and dies in the middle of a turn.
  in_a_child(
      [](Keeping& mine) -> int {
        mine.reopen();
        static_cast<void>(mine.admit(call(1)));
        return 0;
      },
      desk);
  desk.reopen();
  assert_int_equal(desk.self(Metric::legs_accepted), 1);
  assert_true(desk.keep(call(1)) == Admitted::counted);
}

void somebody_writing_in_the_file_is_waited_for(void**) {
  Keeping desk;
  desk.keep(call(0));
  {
    auto other = Database::open(desk.file());
    assert_true(other.ok());
    Keeping::must(other.value().run("BEGIN IMMEDIATE"));
    const Result<void> done = turn(desk, call(1));
    assert_false(done.ok());
    assert_true(done.error().fault == Fault::busy);
    assert_int_equal(desk.self(Metric::legs_accepted), 1);
  }
  Keeping::must(turn(desk, call(1)));
  assert_int_equal(desk.self(Metric::legs_accepted), 2);
}

void nobody_else_may_read_the_file(void**) {
  Keeping desk;
  desk.keep(call(0));
  for (const char* suffix : {"", "-wal"}) {
    struct stat status {};
    assert_int_equal(::stat((desk.file() + suffix).c_str(), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
  }
  struct stat status {};
  assert_int_equal(::stat(desk.settings.directory.c_str(), &status), 0);
  assert_int_equal(status.st_mode & 0777, 0750);
}

}  // namespace

int disk_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_full_disk_counts_nothing_and_recovers),
      cmocka_unit_test(a_disk_that_is_full_at_the_start),
      cmocka_unit_test(damage_on_a_full_disk_costs_no_number),
      cmocka_unit_test(a_directory_that_may_not_be_written),
      cmocka_unit_test(a_directory_that_cannot_be_made),
      cmocka_unit_test(one_process_keeps_a_ledger),
      cmocka_unit_test(a_lock_goes_with_its_process),
      cmocka_unit_test(somebody_writing_in_the_file_is_waited_for),
      cmocka_unit_test(nobody_else_may_read_the_file),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
