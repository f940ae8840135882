#include "net/control.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <thread>

#include "net/unix_path.h"
#include "stage.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm;
using namespace ucm::net;

namespace {

class Folder {
 public:
  Folder() {
    std::array<char, 32> name{"/tmp/ucm-control-XXXXXX"};
    assert_non_null(::mkdtemp(name.data()));
    path_ = name.data();
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    ::unlink(socket().c_str());
    ::rmdir(path_.c_str());
  }
  [[nodiscard]] std::string socket() const { return path_ + "/ucm.sock"; }

 private:
  std::string path_;
};

std::string echo(std::string_view line) {
  return text("[{}]", line);
}

// Asks from another thread while the loop runs on this one.
Result<std::string> asked(Stage& stage, const std::string& path, const std::string& line) {
  Result<std::string> answer = Error{};
  std::thread asker([&] {
    answer = ask(path, line, static_cast<int>(kPatienceMs));
    stage.loop->wake();
  });
  stage.loop->set_on_wake([&] { stage.loop->stop(); });
  stage.loop->run();
  asker.join();
  return answer;
}

Descriptor connected(const std::string& path) {
  Descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto address = unix_address(path);
  assert_int_equal(::connect(made.get(), as_sockaddr(*address), sizeof *address), 0);
  return made;
}

// What came, up to the end of the connection or of the wait; `ended` says which.
std::string heard(Stage& stage, const Descriptor& peer, const std::function<bool(const std::string&)>& enough,
                  bool& ended) {
  std::string all;
  ended = false;
  const bool reached = stage.until([&] {
    std::array<char, 65536> buffer;
    ssize_t count = 0;
    while ((count = ::recv(peer.get(), buffer.data(), buffer.size(), 0)) > 0) {
      all.append(buffer.data(), static_cast<std::size_t>(count));
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) ended = true;
    return ended || enough(all);
  });
  static_cast<void>(reached);
  return all;
}

void a_line_is_answered_by_a_line(void**) {
  const Folder folder;
  Stage stage;
  const auto control = Control::open(*stage.loop, folder.socket(), echo, stage.log);
  assert_true(control.ok());
  const auto answer = asked(stage, folder.socket(), R"({"get":"status"})");
  assert_true(answer.ok());
  assert_text(answer.value(), R"([{"get":"status"}])");
  struct stat found {};
  assert_int_equal(::stat(folder.socket().c_str(), &found), 0);
  assert_int_equal(found.st_mode & 0777, 0660);
}

void several_lines_and_large_answers_come_in_order(void**) {
  const Folder folder;
  Stage stage;
  const std::string large(1'000'000, 'x');
  const auto control = Control::open(
      *stage.loop, folder.socket(), [&](std::string_view line) { return text("{}{}", line, large); },
      stage.log);
  const Descriptor peer = connected(folder.socket());
  assert_int_equal(::send(peer.get(), "1\n2\r\n\n3", 7, 0), 7);
  bool ended = false;
  const std::size_t two = 2 * (large.size() + 2);
  std::string all = heard(
      stage, peer, [&](const std::string& so_far) { return so_far.size() >= two; }, ended);
  assert_int_equal(all.size(), two);
  assert_int_equal(::send(peer.get(), "\n", 1, 0), 1);
  ::shutdown(peer.get(), SHUT_WR);
  all += heard(
      stage, peer, [](const std::string&) { return false; }, ended);
  assert_true(ended);
  assert_true(all == "1" + large + "\n2" + large + "\n3" + large + "\n");
}

void a_stale_file_is_replaced_and_a_live_one_is_not(void**) {
  const Folder folder;
  Stage stage;
  {
    const auto address = unix_address(folder.socket());
    const Descriptor dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    assert_int_equal(::bind(dead.get(), as_sockaddr(*address), sizeof *address), 0);
  }
  auto first = Control::open(*stage.loop, folder.socket(), echo, stage.log);
  assert_true(first.ok());
  const auto second = Control::open(*stage.loop, folder.socket(), echo, stage.log);
  assert_false(second.ok());
  assert_true(second.error().fault == Fault::busy);
  first.value().reset();
  assert_int_equal(::access(folder.socket().c_str(), F_OK), -1);  // taken away with its owner
}

void a_file_that_is_no_socket_is_left_alone(void**) {
  const Folder folder;
  Stage stage;
  { const Descriptor file(::open(folder.socket().c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600)); }
  const auto control = Control::open(*stage.loop, folder.socket(), echo, stage.log);
  assert_false(control.ok());
  assert_int_equal(::access(folder.socket().c_str(), F_OK), 0);
  assert_false(Control::open(*stage.loop, "/nowhere/at/all.sock", echo, stage.log).ok());
  assert_false(Control::open(*stage.loop, std::string(200, 'x'), echo, stage.log).ok());
}

void anothers_socket_is_not_removed(void**) {
  const Folder folder;
  Stage stage;
  auto first = Control::open(*stage.loop, folder.socket(), echo, stage.log);
  ::unlink(folder.socket().c_str());
  const auto second = Control::open(*stage.loop, folder.socket(), echo, stage.log);
  assert_true(second.ok());
  first.value().reset();
  assert_true(asked(stage, folder.socket(), "x").ok());
}

void a_line_without_end_is_cut(void**) {
  const Folder folder;
  Stage stage;
  const auto control = Control::open(*stage.loop, folder.socket(), echo, stage.log);
  const Descriptor peer = connected(folder.socket());
  const std::string endless(4096, 'x');
  std::size_t sent = 0;
  assert_true(stage.until([&] {
    const ssize_t count = ::send(peer.get(), endless.data(), endless.size(), MSG_NOSIGNAL);
    if (count > 0) sent += static_cast<std::size_t>(count);
    return count < 0 && (errno == EPIPE || errno == ECONNRESET);
  }));
  assert_true(sent < 1'000'000);
}

void the_thirty_third_takes_the_place_of_the_first(void**) {
  const Folder folder;
  Stage stage;
  const auto control = Control::open(*stage.loop, folder.socket(), echo, stage.log);
  std::vector<Descriptor> peers;
  for (int i = 0; i < 32; ++i) peers.push_back(connected(folder.socket()));
  assert_true(asked(stage, folder.socket(), "hello").ok());
  bool ended = false;
  const std::string none = heard(
      stage, peers[0], [](const std::string&) { return false; }, ended);
  assert_true(ended);
}

void random_bytes_do_no_harm(void**) {
  const Folder folder;
  Stage stage;
  const auto control = Control::open(*stage.loop, folder.socket(), echo, stage.log);
  std::uint32_t state = 1;
  for (int round = 0; round < 20; ++round) {
    const Descriptor peer = connected(folder.socket());
    std::string noise(3000, '\0');
    for (char& c : noise) c = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
    assert_true(::send(peer.get(), noise.data(), noise.size(), MSG_NOSIGNAL) > 0);
  }
  assert_true(asked(stage, folder.socket(), "hello").ok());
}

void who_does_not_answer_is_a_network_fault(void**) {
  const Folder folder;
  const auto nobody = ask(folder.socket(), "x", 200);
  assert_true(!nobody.ok() && nobody.error().fault == Fault::network);
  Stage stage;  // its loop does not run, so the kernel takes the connection and nobody answers
  const auto control = Control::open(*stage.loop, folder.socket(), echo, stage.log);
  const std::int64_t began = system_clock().mono_ms();
  const auto late = ask(folder.socket(), "x", 200);
  assert_true(!late.ok() && late.error().fault == Fault::network);
  assert_true(system_clock().mono_ms() - began >= 150);
}

}  // namespace

int control_test() {
  const CMUnitTest tests[] = {cmocka_unit_test(a_line_is_answered_by_a_line),
                              cmocka_unit_test(several_lines_and_large_answers_come_in_order),
                              cmocka_unit_test(a_stale_file_is_replaced_and_a_live_one_is_not),
                              cmocka_unit_test(a_file_that_is_no_socket_is_left_alone),
                              cmocka_unit_test(anothers_socket_is_not_removed),
                              cmocka_unit_test(a_line_without_end_is_cut),
                              cmocka_unit_test(the_thirty_third_takes_the_place_of_the_first),
                              cmocka_unit_test(random_bytes_do_no_harm),
                              cmocka_unit_test(who_does_not_answer_is_a_network_fault)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
