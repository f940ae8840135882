// collectd's entry points. Nothing is started before init: the daemon forks between config and init.
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/guard.h"
#include "base/text.h"
#include "service/service.h"
#include "shim/collectd/host.h"

namespace ucm::collectd {

namespace {

// collectd has got SIGTERM and waits. A stop takes some tens of ms; longer only beside a disk that hangs, or
// on a machine with no time for us. A thread that is left behind uses what the host's exit destroys: OpenSSL
// frees its tables there.
constexpr int kStopMs = 20'000;

struct Plugin {
  std::vector<service::ConfigNode> options;  // of every <Plugin ucm> block, before init
  std::mutex mutex;  // guards what follows, for a copy: a flush comes on any thread, even while init or
                     // shutdown runs
  std::shared_ptr<service::Service> service;
};

// Never destroyed: the daemon's parent runs static destructors after its fork, and at exit a thread that was
// given up may still be there.
Plugin& plugin() {
  static Plugin* const only = std::make_unique<Plugin>().release();
  return *only;
}

std::shared_ptr<service::Service> running() {
  const std::scoped_lock lock(plugin().mutex);
  return plugin().service;
}

// Returns what was there before.
std::shared_ptr<service::Service> run_from_now_on(std::shared_ptr<service::Service> service) {
  const std::scoped_lock lock(plugin().mutex);
  return std::exchange(plugin().service, std::move(service));
}

template <class Body>
int guarded_entry(const char* entry, Body body) noexcept {
  const auto report = [entry](const char* what) noexcept {
    try {
      log(Severity::error, text("{}: {}", entry, what));
    } catch (...) {
      return;  // no memory even for the message
    }
  };
  return guarded(std::move(body), report, -1);
}

int on_config(const service::ConfigNode& block) noexcept {
  // A block alone cannot be judged: others may follow. What is wrong is said in init, when all are there.
  return guarded_entry("config", [&block] {
    std::vector<service::ConfigNode>& all = plugin().options;
    all.insert(all.end(), block.children.begin(), block.children.end());
    return 0;
  });
}

int start() {
  // The daemon has changed into BaseDir by now, whatever form BaseDir was given in.
  service::Places places;
  places.state_directory = (std::filesystem::current_path() / "ucm").string();
  std::vector<service::Finding> findings;
  const std::vector<service::ConfigNode> options = std::exchange(plugin().options, {});
  service::Settings settings = service::read_settings(options, places, findings);
  settings.agent_host = host_name();
  for (const service::Finding& finding : findings) log(finding.severity, service::to_string(finding));
  if (!service::usable(settings)) {
    log(Severity::error,
        "nothing usable is configured: <Plugin ucm> needs at least one <Listen \"http://0.0.0.0:5000\"> and "
        "one "
        "<PBX \"name\"> with From \"its address\". `ucmctl check --config FILE` says more");
    return -1;
  }
  remember_context();
  auto started = service::Service::start(settings, {log, adopt_context});
  if (!started) {
    log(Severity::error, started.error().what);
    return -1;
  }
  run_from_now_on(std::move(started).value());
  enroll_read();
  return 0;
}

int on_init() noexcept {
  return guarded_entry("init", start);
}

int on_read() noexcept {
  // Never anything but 0: collectd would leave a plugin alone for longer and longer that says otherwise.
  const int ignored = guarded_entry("read", [] {
    const auto service = running();
    if (!service) return 0;
    const metrics::Board::Taken taken = service->board().take();
    if (taken.snapshot) dispatch(*taken.snapshot);
    for (const metrics::Notice& notice : taken.notices) dispatch(notice);
    return 0;
  });
  static_cast<void>(ignored);
  return 0;
}

int on_flush() noexcept {
  return guarded_entry("flush", [] {
    if (const auto service = running()) service->flush();
    return 0;
  });
}

int on_shutdown() noexcept {
  return guarded_entry("shutdown", [] {
    if (const auto service = run_from_now_on(nullptr)) service->stop(kStopMs);
    return 0;
  });
}

}  // namespace

}  // namespace ucm::collectd

extern "C" __attribute__((visibility("default"))) void module_register(void);

extern "C" void module_register(void) {
  using namespace ucm::collectd;
  static_cast<void>(guarded_entry("register", [] {
    enroll({on_config, on_init, on_read, on_flush, on_shutdown});
    return 0;
  }));
}
