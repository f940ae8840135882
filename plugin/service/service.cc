#include "service/service.h"

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "base/guard.h"
#include "base/text.h"
#include "net/client.h"
#include "service/core.h"
#include "wire/startup.h"

namespace ucm::service {

namespace {

constexpr auto kBeforeRestart = std::chrono::seconds(5);

// Signals are the host's business: one that landed on our thread would not wake its main loop.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

// Outlives the Service when its thread had to be given up.
struct Service::Shared {
  Settings settings;
  Ports ports;
  Log log;
  metrics::Board board;

  std::mutex mutex;  // guards what follows; never held while the core works
  std::condition_variable changed;
  std::unique_ptr<Core> core;
  bool stop = false;
  bool finished = false;
  const std::string no_memory = "the loop failed: no memory is left. It is started again in 5 s";

  Shared(Settings wanted, Ports given)
      : settings(std::move(wanted)), ports(std::move(given)), log(ports.log) {}

  void run();
  [[nodiscard]] std::unique_ptr<Core> take_core();
  [[nodiscard]] bool run_once();
  void say_without_memory() noexcept;
};

void Service::Shared::say_without_memory() noexcept {
  try {
    ports.log(Severity::error, no_memory);
  } catch (...) {
    return;
  }
}

// True: the core ended because it was asked to.
bool Service::Shared::run_once() {
  const auto report = [this](const char* what) noexcept {
    try {
      log.say(Severity::error, text("the loop failed: {}. It is started again in 5 s", what));
    } catch (...) {
      say_without_memory();
    }
  };
  return guarded(
      [this] {
        if (!core) {
          Result<std::unique_ptr<Core>> made = Core::create(settings, board, log, system_clock());
          if (!made) {
            log.say(Severity::error, made.error().what);
            return false;
          }
          const std::scoped_lock lock(mutex);
          core = std::move(made).value();
          if (stop) return true;
        }
        core->run();
        return true;
      },
      report, false);
}

// Out of reach of the host's threads, and destroyed without the lock.
std::unique_ptr<Core> Service::Shared::take_core() {
  const std::scoped_lock lock(mutex);
  return std::move(core);
}

void Service::Shared::run() {
  pthread_setname_np(pthread_self(), "ucm");
  if (ports.on_thread) ports.on_thread();
  while (!run_once()) {
    std::unique_ptr<Core> failed = take_core();
    failed.reset();
    std::unique_lock lock(mutex);
    if (changed.wait_for(lock, kBeforeRestart, [this] { return stop; })) break;
  }
  std::unique_ptr<Core> ended = take_core();
  ended.reset();
  const std::scoped_lock lock(mutex);
  finished = true;
  changed.notify_all();
}

Result<std::unique_ptr<Service>> Service::start(const Settings& settings, Ports ports) {
  wire::prepare_xml();
  net::prepare_client();
  auto shared = std::make_shared<Shared>(settings, std::move(ports));
  Result<std::unique_ptr<Core>> core =
      Core::create(shared->settings, shared->board, shared->log, system_clock());
  if (!core) return core.error();
  shared->core = std::move(core).value();
  const AllSignalsBlocked blocked;
  try {
    std::thread thread([shared] { shared->run(); });
    return std::unique_ptr<Service>(new Service(std::move(shared), std::move(thread)));
  } catch (const std::system_error& fault) {
    return Error{Fault::busy, text("cannot start a thread: {}", fault.what())};
  }
}

Service::Service(std::shared_ptr<Shared> shared, std::thread thread)
    : shared_(std::move(shared)), thread_(std::move(thread)) {}

Service::~Service() {
  stop(5'000);
}

void Service::stop(int patience_ms) {
  if (!thread_.joinable()) return;
  bool finished = false;
  {
    std::unique_lock lock(shared_->mutex);
    shared_->stop = true;
    if (shared_->core) shared_->core->ask_to_stop();
    shared_->changed.notify_all();
    finished = shared_->changed.wait_for(lock, std::chrono::milliseconds(patience_ms),
                                         [this] { return shared_->finished; });
  }
  if (finished) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

metrics::Board& Service::board() noexcept {
  return shared_->board;
}

void Service::flush() noexcept {
  const std::scoped_lock lock(shared_->mutex);
  if (shared_->core) shared_->core->ask_to_flush();
}

}  // namespace ucm::service
