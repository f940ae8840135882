// The one loop. Everything mutable in the core is touched from the thread that runs it. The only door to
// libuv.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"

namespace ucm::net {

class Loop {
 public:
  // Watches one descriptor, level-triggered, until it is destroyed; it does not own the descriptor.
  class Watch {
   public:
    Watch() = default;
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    virtual ~Watch() = default;
    virtual void want(bool read, bool write) = 0;
  };
  class Timer {
   public:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    virtual ~Timer() = default;
  };

  [[nodiscard]] static Result<std::unique_ptr<Loop>> create();
  virtual ~Loop() = default;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // A Watch, a Timer and the loop may be destroyed from inside their own callbacks.
  using Ready = std::function<void(bool readable, bool writable)>;
  [[nodiscard]] virtual std::unique_ptr<Watch> watch(int descriptor, bool read, bool write, Ready ready) = 0;
  // once(0, ..) runs the next time round, after a look at the descriptors.
  [[nodiscard]] virtual std::unique_ptr<Timer> every(std::int64_t ms, std::function<void()> tick) = 0;
  [[nodiscard]] virtual std::unique_ptr<Timer> once(std::int64_t ms, std::function<void()> tick) = 0;

  // Runs once after each round of I/O and timers: the place of the turn's one commit.
  virtual void set_end_of_turn(std::function<void()> turn) = 0;

  // Runs on the loop's thread some time after wake() was called on any thread; several wakes may share one
  // run.
  virtual void set_on_wake(std::function<void()> woken) = 0;
  virtual void wake() noexcept = 0;

  // Until stop(). What a call throws comes out of it, once libuv has returned.
  virtual void run() = 0;
  virtual void stop() = 0;  // on the loop's thread

 protected:
  Loop() = default;
};

}  // namespace ucm::net
