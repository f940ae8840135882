// The core as a host holds it: started, stopped in bounded time, started again.
#include "service/service.h"

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "check.h"
#include "running.h"
#include "service/core.h"

namespace {

using namespace ucm;
using namespace ucm::service;
using metrics::Metric;
namespace fs = std::filesystem;

std::size_t entries(const char* folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}
std::size_t threads() {
  return entries("/proc/self/task");
}
std::size_t descriptors() {
  return entries("/proc/self/fd");
}

// A field of the status of the one thread that is called `name`.
std::string of_thread(const std::string& name, const std::string& field) {
  for (const auto& task : fs::directory_iterator("/proc/self/task")) {
    std::ifstream file(task.path() / "status");
    std::string line;
    std::string found;
    bool ours = false;
    while (std::getline(file, line)) {
      ours = ours || line == "Name:\t" + name;
      if (line.starts_with(field + ":\t")) found = line.substr(field.size() + 2);
    }
    if (ours) return found;
  }
  return "";
}

// The kernel goes on listing a thread for a moment after its join: a count is waited for. What
// ThreadSanitizer starts beside the first thread stays, so the count is taken while that thread lives.
void nothing_is_left_after_a_stop(void**) {
  std::size_t threads_before = 0;
  {
    Running first;  // what libraries open once and keep is opened now
    first.start();
    assert_int_equal(post(first.http(), record("a")), 200);
    threads_before = threads() - 1;
  }
  assert_true(until([&] { return threads() == threads_before; }));
  const std::size_t descriptors_before = descriptors();
  for (int round = 0; round < 3; ++round) {
    Running core;
    core.start();
    assert_int_equal(threads(), threads_before + 1);
    assert_int_equal(post(core.http(), record("a")), 200);
    const Client open(core.tcp());
    core.service->stop(static_cast<int>(kPatienceMs));
    assert_true(until([&] { return threads() == threads_before; }));
    assert_int_equal(descriptors(), descriptors_before + 1);  // the client's own
    assert_false(fs::exists(core.settings.control_socket));
    core.service->stop(static_cast<int>(kPatienceMs));  // twice is once
    core.service->flush();
  }
  assert_int_equal(descriptors(), descriptors_before);
}

void the_thread_is_named_and_deaf_to_signals(void**) {
  Running core;
  core.start();
  assert_true(until([] { return !of_thread("ucm", "SigBlk").empty(); }));
  const std::string blocked = of_thread("ucm", "SigBlk");
  // All but KILL, STOP and the two that the C library keeps for itself.
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1, SIGCHLD, SIGPIPE, SIGHUP}) {
    const auto mask = std::stoull(blocked, nullptr, 16);
    assert_true((mask >> (static_cast<unsigned>(signal) - 1U) & 1U) != 0);
  }
  sigset_t mine;
  sigemptyset(&mine);
  pthread_sigmask(SIG_SETMASK, nullptr, &mine);
  assert_int_equal(sigismember(&mine, SIGTERM), 0);  // the host's own thread hears them
}

void the_host_is_told_on_the_new_thread(void**) {
  Running core;
  std::atomic<int> told{0};
  std::atomic<bool> elsewhere{false};
  const std::thread::id mine = std::this_thread::get_id();
  auto started = Service::start(core.settings, {[](Severity, const std::string&) {},
                                                [&] {
                                                  elsewhere = std::this_thread::get_id() != mine;
                                                  ++told;
                                                }});
  assert_true(started.ok());
  assert_true(until([&] { return told == 1; }));
  assert_true(elsewhere);
  started.value()->stop(static_cast<int>(kPatienceMs));
  assert_int_equal(told, 1);
}

void stuck_clients_hold_nobody_up(void**) {
  constexpr int kStuck_s = 600;  // who waited for one of them
  Running core;
  for (net::Endpoint& door : core.settings.listeners) door.limits.request_s = door.limits.idle_s = kStuck_s;
  core.start();
  const int http = core.http();
  const int tcp = core.tcp();
  std::vector<std::unique_ptr<Client>> stuck;
  const auto add = [&](int port, std::string_view bytes) {
    stuck.push_back(std::make_unique<Client>(port));
    assert_true(stuck.back()->connected());
    stuck.back()->send(bytes);
  };
  for (int i = 0; i < 20; ++i) {
    add(http, "");
    add(http, "POST / HT");
    add(http, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"uniqueid\"");
    add(http, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{");
    add(tcp, "");
    add(tcp, "{\"uniqueid\":");
  }
  assert_int_equal(post(http, record("a")), 200);
  const std::int64_t before = system_clock().mono_ms();
  core.service->stop(static_cast<int>(kPatienceMs));
  assert_true(system_clock().mono_ms() - before < kPatienceMs);
  core.service.reset();
  core.start();
  core.comes_to(1, "hq", "all", Metric::answered);
}

void counters_go_on_after_a_restart(void**) {
  Running core;
  core.settings.settle_s = 3'600;
  core.start();
  assert_int_equal(post(core.http(), record("a")), 200);
  core.comes_to(1, "hq", "self", Metric::settling);
  core.restart();
  assert_int_equal(post(core.http(), record("a")), 200);
  core.comes_to(1, "hq", "self", Metric::legs_duplicate);
  assert_true(core.value("hq", "all", Metric::answered) == 0.0);
  core.settings.settle_s = 0;
  core.restart();
  core.comes_to(1, "hq", "all", Metric::answered);
  core.restart();
  assert_true(core.value("hq", "all", Metric::answered) == 1.0);  // from the first moment on
  assert_true(core.value("hq", "self", Metric::legs_accepted) == 1.0);
}

void what_belongs_to_no_record_is_kept_at_the_end_or_when_asked(void**) {
  Running core;
  core.start();
  assert_int_equal(post(core.http(), record("a"), "127.0.0.9"), 403);
  core.comes_to(1, "", "self", Metric::agent_senders_refused);
  core.restart();
  assert_true(core.value("", "self", Metric::agent_senders_refused) == 1.0);
  assert_int_equal(post(core.http(), record("a"), "127.0.0.9"), 403);
  core.comes_to(2, "", "self", Metric::agent_senders_refused);
  core.service->flush();
  const std::string wal = core.settings.state_directory + "/ledger.db-wal";
  assert_true(until([&] { return fs::exists(wal) && fs::file_size(wal) > 0; }));
}

void the_second_of_two_waits_for_the_first(void**) {
  Running first;
  Running second;
  second.settings.state_directory = first.settings.state_directory;
  second.settings.control_socket = second.scratch / "s";
  first.start();
  assert_int_equal(post(first.http(), record("a")), 200);
  second.start();
  assert_int_equal(post(second.http(), record("b")), 503);
  first.stop();
  assert_true(until([&] { return post(second.http(), record("b")) == 200; }));
  second.comes_to(2, "hq", "all", Metric::answered);
}

void a_door_that_does_not_open_leaves_the_others(void**) {
  Running first;
  first.start();
  Running second;
  second.settings.listeners[1] =
      std::move(net::parse_endpoint(text("tcp://127.0.0.1:{}", first.tcp()))).value();
  second.start();
  assert_int_equal(post(second.http(), record("a")), 200);
  second.comes_to(1, "hq", "all", Metric::answered);
  assert_text(second.status().get("listeners").at(1).get("state").scalar().value_or(""), "failed");
  assert_false(second.status().get("listeners").at(1).get("detail").scalar().value_or("").empty());
}

// It is on the board when the host reads no more.
void what_the_last_turn_raises_is_told_by_the_next_run(void**) {
  Running hq;
  hq.settings.pbxes[0].long_call_s = 60;
  hq.settings.settle_s = 3'600;
  hq.start();
  assert_int_equal(post(hq.http(), record("a")), 200);
  hq.stop();

  hq.settings.settle_s = 0;
  metrics::Board unread;
  Log log([](Severity, const std::string&) {});
  auto core = Core::create(hq.settings, unread, log, system_clock());
  assert_true(core.ok());
  core.value()->ask_to_stop();
  core.value()->run();
  std::move(core).value().reset();
  assert_int_equal(unread.take().notices.size(), 1);

  hq.start();
  std::vector<metrics::Notice> told;
  assert_true(until([&] {
    for (metrics::Notice& notice : hq.service->board().take().notices) told.push_back(std::move(notice));
    return !told.empty();
  }));
  assert_int_equal(told.size(), 1);
  assert_true(told.front().text.find("A call of 1 min 5 s ended") == 0);
}

}  // namespace

int service_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_left_after_a_stop),
      cmocka_unit_test(the_thread_is_named_and_deaf_to_signals),
      cmocka_unit_test(the_host_is_told_on_the_new_thread),
      cmocka_unit_test(stuck_clients_hold_nobody_up),
      cmocka_unit_test(counters_go_on_after_a_restart),
      cmocka_unit_test(what_belongs_to_no_record_is_kept_at_the_end_or_when_asked),
      cmocka_unit_test(the_second_of_two_waits_for_the_first),
      cmocka_unit_test(a_door_that_does_not_open_leaves_the_others),
      cmocka_unit_test(what_the_last_turn_raises_is_told_by_the_next_run),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
