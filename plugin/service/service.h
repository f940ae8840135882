// The whole core as a shim sees it: started in the host's init, read from the host's threads, stopped in
// bounded time.
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "base/log.h"
#include "base/result.h"
#include "metrics/snapshot.h"
#include "service/settings.h"

namespace ucm::service {

struct Ports {
  Log::Port log;
  std::function<void()>
      on_thread;  // first thing on the core's own thread: a host's thread context; may be empty
};

class Service {
 public:
  // Reads the ledger and opens the listeners in the caller's thread, then goes on in one of its own, with
  // every signal blocked in it. Never before the host's last fork. A fault is of the system (no descriptors,
  // no thread).
  [[nodiscard]] static Result<std::unique_ptr<Service>> start(const Settings& settings, Ports ports);

  // Stops within `patience_ms` or gives the thread up: it then keeps what it needs and the process may end.
  void stop(int patience_ms);
  // Stops as with 5 s.
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Host's threads.
  [[nodiscard]] metrics::Board& board() noexcept;
  // Writes what is otherwise written with the next record. Returns at once.
  void flush() noexcept;

 private:
  struct Shared;
  Service(std::shared_ptr<Shared> shared, std::thread thread);
  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace ucm::service
