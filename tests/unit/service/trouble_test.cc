// A ledger that cannot keep records: the PBX is told to keep them, nothing is counted, and it goes on by
// itself.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "check.h"
#include "ledger/database.h"
#include "running.h"
#include "service/core.h"

namespace {

using namespace ucm;
using namespace ucm::service;
using metrics::Metric;

// Another agent that keeps its ledger in the directory.
class Lock {
 public:
  explicit Lock(const std::string& directory) {
    std::filesystem::create_directories(directory);
    descriptor_ = ::open((directory + "/ledger.lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    assert_int_equal(::flock(descriptor_, LOCK_EX | LOCK_NB), 0);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() { release(); }
  void release() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_ = -1;
};

// Somebody with a shell who writes in the file.
class Writer {
 public:
  explicit Writer(const std::string& directory)
      : database_(std::move(ledger::Database::open(directory + "/ledger.db")).value()) {
    assert_true(database_.run("BEGIN IMMEDIATE").ok());
  }
  void leave() { assert_true(database_.run("COMMIT").ok()); }

 private:
  ledger::Database database_;
};

void kept_sooner_or_later(Running& core, const std::string& body) {
  assert_true(until([&] { return post(core.http(), body) == 200; }));
}

void a_ledger_taken_at_the_start_is_got_later(void**) {
  Running core;
  Lock lock(core.settings.state_directory);
  core.start();
  assert_int_equal(post(core.http(), record("a")), 503);
  assert_true(core.said("another process"));
  assert_text(core.status().get("ledger").get("state").scalar().value_or(""), "failing");
  // What earlier runs counted is not known: nothing is shown that would begin at zero and jump.
  assert_false(core.value("hq", "all", Metric::answered).has_value());
  assert_false(core.value("", "self", Metric::agent_unavailable).has_value());
  assert_true(core.value("", "self", Metric::agent_ledger) == 0.0);
  assert_false(Client(core.tcp()).connected());  // it has no answer: the PBX is to keep its records

  lock.release();
  kept_sooner_or_later(core, record("a"));
  core.comes_to(1, "hq", "all", Metric::answered);
  core.comes_to(1, "", "self", Metric::agent_ledger);
  assert_true(*core.value("", "self", Metric::agent_unavailable) >= 1);
  assert_true(core.said("keeps records again"));
  assert_text(core.status().get("ledger").get("state").scalar().value_or(""), "ok");
  assert_true(until([&] { return Client(core.tcp()).connected(); }));
}

void counters_known_before_are_known_through_the_trouble(void**) {
  Running core;
  core.start();
  assert_int_equal(post(core.http(), record("a")), 200);
  core.comes_to(1, "hq", "all", Metric::answered);
  Writer writer(core.settings.state_directory);
  assert_int_equal(post(core.http(), record("b")), 503);
  core.comes_to(0, "", "self", Metric::agent_ledger);
  assert_true(core.value("hq", "all", Metric::answered) == 1.0);
  assert_true(core.value("hq", "self", Metric::legs_accepted) == 1.0);
  writer.leave();
  kept_sooner_or_later(core, record("b"));
  core.comes_to(2, "hq", "all", Metric::answered);
  core.comes_to(2, "hq", "self", Metric::legs_accepted);
}

void what_came_over_tcp_is_held(void**) {
  Running core;
  core.start();
  const int door = core.tcp();
  Client early(door);
  assert_true(early.send(record("a") + "\n"));
  core.comes_to(1, "hq", "all", Metric::answered);
  Writer writer(core.settings.state_directory);
  assert_true(early.send(record("b") + "\n"));
  core.comes_to(0, "", "self", Metric::agent_ledger);
  assert_false(Client(door).connected());
  writer.leave();
  core.comes_to(2, "hq", "all", Metric::answered);  // nobody sent it again
  assert_true(early.send(record("c") + "\n"));
  core.comes_to(3, "hq", "all", Metric::answered);
  assert_true(core.value("hq", "self", Metric::legs_duplicate) == 0.0);
}

void what_cannot_be_kept_at_the_end_is_told(void**) {
  Running core;
  core.start();
  Client early(core.tcp());
  Writer writer(core.settings.state_directory);
  assert_true(early.send(record("a") + "\n"));
  core.comes_to(0, "", "self", Metric::agent_ledger);
  core.stop();
  assert_true(core.said("what came over tcp:// is lost"));
}

void a_directory_that_cannot_be_is_waited_for(void**) {
  Running core;
  const int descriptor = ::open((core.scratch / "state").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  ::close(descriptor);
  core.settings.control_socket = core.scratch / "s";
  core.start();
  assert_int_equal(post(core.http(), record("a")), 503);
  std::filesystem::remove(core.scratch / "state");
  kept_sooner_or_later(core, record("a"));
  core.comes_to(1, "hq", "all", Metric::answered);
}

void a_database_damaged_in_use_is_replaced(void**) {
  Running core;
  core.start();
  assert_int_equal(post(core.http(), record("a")), 200);
  core.comes_to(1, "hq", "all", Metric::answered);
  {
    auto other = ledger::Database::open(core.settings.state_directory + "/ledger.db");
    assert_true(other.ok());
    assert_true(other.value().run("DROP TABLE legs").ok());
  }
  kept_sooner_or_later(core, record("b"));
  core.comes_to(2, "hq", "all", Metric::answered);
  assert_true(core.said("cannot be used"));
  core.restart();
  core.comes_to(2, "hq", "all", Metric::answered);
}

}  // namespace

int trouble_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_ledger_taken_at_the_start_is_got_later),
      cmocka_unit_test(counters_known_before_are_known_through_the_trouble),
      cmocka_unit_test(what_came_over_tcp_is_held),
      cmocka_unit_test(what_cannot_be_kept_at_the_end_is_told),
      cmocka_unit_test(a_directory_that_cannot_be_is_waited_for),
      cmocka_unit_test(a_database_damaged_in_use_is_replaced),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
