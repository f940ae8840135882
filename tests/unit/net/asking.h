// A loop, a client on it, and PBXes that run beside them as pbx.py says.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "net/client.h"
#include "net/descriptor.h"
#include "net/loop.h"
#include "scratch.h"

namespace ucm::net {

// For what hangs alone: a busy machine may need long.
inline constexpr std::int64_t kAskingPatienceMs = 90'000;

// Runs to its end; true when it ends well.
inline bool shell(const std::string& line) {
  return std::system(("( " + line + " ) >/dev/null 2>&1").c_str()) == 0;
}

struct Paper {
  std::string certificate;
  std::string key;
  std::string pin;
};

// Certificates of every kind, made by the openssl program.
class Papers {
 public:
  // Signed by itself, for 127.0.0.1. `key`: arguments of openssl req.
  [[nodiscard]] Paper own(const std::string& name,
                          const std::string& key = "ec -pkeyopt ec_paramgen_curve:P-256") {
    Paper paper = files(name);
    made = made && shell(text("openssl req -x509 -newkey {} -nodes -days 2 -subj /CN={} -addext "
                              "subjectAltName=IP:127.0.0.1,DNS:localhost -keyout {} -out {}",
                              key, name, paper.key, paper.certificate));
    return with_pin(paper);
  }
  // Signed by `authority`, valid for `times`, for the names in `names`.
  [[nodiscard]] Paper signed_by(const Paper& authority, const std::string& name,
                                const std::string& names = "IP:127.0.0.1",
                                const std::string& times = "-days 2") {
    Paper paper = files(name);
    const std::string folder = scratch_ / (name + ".ca");
    std::filesystem::create_directory(folder);
    std::ofstream(folder + "/index.txt");
    std::ofstream(folder + "/serial") << "1000\n";
    std::ofstream(folder + "/cnf") << text(
        "[ca]\ndefault_ca = d\n[d]\nnew_certs_dir = {0}\ndatabase = {0}/index.txt\nserial = {0}/serial\n"
        "default_md = sha256\npolicy = p\nx509_extensions = x\n[p]\ncommonName = supplied\n[x]\n"
        "subjectAltName = {1}\n",
        folder, names);
    made = made &&
           shell(text("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN={} "
                      "-keyout {} -out {}/request && openssl ca -batch -config {}/cnf -in {}/request -cert "
                      "{} -keyfile {} {} -out {} -notext",
                      name, paper.key, folder, folder, folder, authority.certificate, authority.key, times,
                      paper.certificate));
    return with_pin(paper);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return scratch_ / name; }

  bool made = true;

 private:
  [[nodiscard]] Paper files(const std::string& name) const {
    return {scratch_ / (name + ".pem"), scratch_ / (name + ".key"), {}};
  }
  // As the openssl program computes it.
  [[nodiscard]] Paper with_pin(Paper paper) {
    const std::string out = scratch_ / "pin";
    made = made &&
           shell(text("openssl x509 -in {} -pubkey -noout | openssl pkey -pubin -outform DER | openssl dgst "
                      "-sha256 -binary | openssl base64 -A > {}",
                      paper.certificate, out));
    std::ifstream(out) >> paper.pin;
    paper.pin = "sha256//" + paper.pin;
    return paper;
  }

  Scratch scratch_;
};

// pbx.py as a child; it ends with this.
class Pbx {
 public:
  explicit Pbx(const Paper& paper, std::vector<std::string> more = {}) {
    std::vector<std::string> words{
        "python3", "-B",     UCM_TEST_DATA "/../unit/net/pbx.py", "--certificate", paper.certificate,
        "--key",   paper.key};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    auto [input, held] = tube();
    auto [told, output] = tube();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, output.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (::posix_spawnp(&child_, arguments[0], &actions, nullptr, arguments.data(), environ) != 0) child_ = 0;
    ::posix_spawn_file_actions_destroy(&actions);
    output.close();
    input_ = std::move(held);
    port_ = first_line(told);
  }
  Pbx(const Pbx&) = delete;
  Pbx& operator=(const Pbx&) = delete;
  ~Pbx() { end(); }

  void end() {
    if (child_ == 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }
  // "" when it has not started.
  [[nodiscard]] const std::string& port() const { return port_; }
  [[nodiscard]] std::string url(const std::string& path, const std::string& host = "127.0.0.1") const {
    return text("https://{}:{}{}", host, port_, path);
  }

 private:
  static std::pair<Descriptor, Descriptor> tube() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
    return {Descriptor(ends[0]), Descriptor(ends[1])};
  }
  static std::string first_line(const Descriptor& from) {
    std::string line;
    char letter = 0;
    while (::read(from.get(), &letter, 1) == 1 && letter != '\n') line += letter;
    return line;
  }

  pid_t child_ = 0;
  Descriptor input_;
  std::string port_;
};

inline ClientRequest request_to(const Pbx& pbx, const std::string& path, const Paper& believed) {
  ClientRequest request;
  request.url = pbx.url(path);
  request.trust.ca_file = believed.certificate;
  request.timeout_ms = kAskingPatienceMs;
  return request;
}

class Asking {
 public:
  explicit Asking(std::int64_t idle_ms = Client::kIdle_ms)
      : loop(std::move(Loop::create()).value()), client(std::move(Client::create(*loop, idle_ms)).value()) {
    loop->set_end_of_turn([this] { ++turns; });
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  ~Asking() = default;

  [[nodiscard]] bool until(const std::function<bool()>& reached, std::int64_t ms = kAskingPatienceMs) {
    if (reached()) return true;
    const std::int64_t end = system_clock().mono_ms() + ms;
    const auto look = loop->every(2, [&] {
      if (reached() || system_clock().mono_ms() > end) loop->stop();
    });
    loop->run();
    return reached();
  }
  void pass(std::int64_t ms) {
    const std::int64_t end = system_clock().mono_ms() + ms;
    static_cast<void>(until([end] { return system_clock().mono_ms() >= end; }));
  }

  // Asks and waits; nothing when no answer comes.
  [[nodiscard]] std::optional<ClientAnswer> answer_to(ClientRequest request) {
    std::optional<ClientAnswer> got;
    const auto exchange =
        client->ask(std::move(request), [&got](ClientAnswer answer) { got = std::move(answer); });
    if (!until([&got] { return got.has_value(); })) return std::nullopt;
    return got;
  }
  // The body of what was answered, otherwise how far it came and why.
  [[nodiscard]] std::string told(ClientRequest request) {
    const auto answer = answer_to(std::move(request));
    if (!answer) return "no answer at all";
    if (answer->reach == Reach::answered && answer->status == 200) return answer->body;
    return text("{} {}: {}", static_cast<int>(answer->reach), answer->status, answer->what);
  }

  std::unique_ptr<Loop> loop;
  std::unique_ptr<Client> client;
  int turns = 0;
};

// Descriptors of this process.
inline std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

}  // namespace ucm::net
