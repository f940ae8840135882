#include "net/loop.h"

#include <uv.h>

#include <algorithm>
#include <utility>

#include "base/guard.h"
#include "base/text.h"

namespace ucm::net {

namespace {

// The libuv loop and what runs on it. Watches and timers hold it too, so that the order in which they and the
// Loop are destroyed does not matter.
struct Core {
  uv_loop_t loop{};
  uv_prepare_t before_wait{};
  uv_check_t after_wait{};
  uv_idle_t no_sleep{};  // active: the wait returns at once
  uv_async_t woken{};

  std::function<void()> end_of_turn;
  std::function<void()> on_wake;
  bool open = false;
  bool running = false;
  bool orphaned = false;  // the Loop has gone
  bool stopped = false;
  bool worked = false;  // something ran that the end of the turn has not seen yet
  Wall wall;            // around what libuv calls

  Core() = default;
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core();

  // What the calls hold may hold a watch, and that this: a circle.
  void forget() {
    end_of_turn = nullptr;
    on_wake = nullptr;
  }
};

using Shared = std::shared_ptr<Core>;

void close_if_open(uv_handle_t* handle, void*) {
  if (uv_is_closing(handle) == 0) uv_close(handle, nullptr);
}

Core::~Core() {
  if (!open) return;
  uv_walk(&loop, close_if_open, nullptr);
  while (uv_run(&loop, UV_RUN_NOWAIT) != 0) {
  }
  uv_loop_close(&loop);
}

Core& core_of(const void* data) {
  return *static_cast<Core*>(const_cast<void*>(data));
}

void no_op(uv_idle_t*) {}

void before_wait(uv_prepare_t* handle) {
  Core& core = core_of(handle->data);
  if (core.worked || core.stopped) uv_idle_start(&core.no_sleep, no_op);
}

void after_wait(uv_check_t* handle) {
  Core& core = core_of(handle->data);
  uv_idle_stop(&core.no_sleep);
}

void woken(uv_async_t* handle) {
  Core& core = core_of(handle->data);
  core.worked = true;
  if (core.on_wake) core.wall.keep(core.on_wake);
}

// A libuv handle and its callback. It goes when libuv has let go of the handle, which is after any callback
// of it that is running now; the owner has gone before.
template <class Handle, class Call>
struct Held {
  Handle handle{};
  Call call;
  Core* core = nullptr;
  bool owned = true;

  static void release(std::unique_ptr<Held> held) {
    held->owned = false;
    uv_close(reinterpret_cast<uv_handle_t*>(&held.release()->handle),
             [](uv_handle_t* closed) { const std::unique_ptr<Held> last(static_cast<Held*>(closed->data)); });
  }
};

using Poll = Held<uv_poll_t, Loop::Ready>;
using Tick = Held<uv_timer_t, std::function<void()>>;
using Next = Held<uv_idle_t, std::function<void()>>;

class UvWatch final : public Loop::Watch {
 public:
  UvWatch(Shared core, int descriptor, Loop::Ready ready) : core_(std::move(core)) {
    auto poll = std::make_unique<Poll>();
    poll->core = core_.get();
    poll->call = std::move(ready);
    poll->handle.data = poll.get();
    if (uv_poll_init(&core_->loop, &poll->handle, descriptor) == 0) poll_ = std::move(poll);
  }
  UvWatch(const UvWatch&) = delete;
  UvWatch& operator=(const UvWatch&) = delete;
  ~UvWatch() override {
    if (poll_) Poll::release(std::move(poll_));
  }

  void want(bool read, bool write) override {
    if (!poll_) return;
    const int events = (read ? UV_READABLE : 0) | (write ? UV_WRITABLE : 0);
    if (events == 0) {
      uv_poll_stop(&poll_->handle);
    } else {
      uv_poll_start(&poll_->handle, events, on_events);
    }
    events_ = events;
    poll_->handle.data = poll_.get();
  }

 private:
  static void on_events(uv_poll_t* handle, int status, int events) {
    auto& poll = *static_cast<Poll*>(handle->data);
    if (!poll.owned) return;
    poll.core->worked = true;
    // libuv stops a watch whose descriptor has an error pending; the owner finds it when it reads or writes.
    if (status < 0) uv_poll_start(handle, UV_READABLE | UV_WRITABLE, on_events);
    const bool readable = status < 0 || (events & UV_READABLE) != 0;
    const bool writable = status < 0 || (events & UV_WRITABLE) != 0;
    poll.core->wall.keep([&] { poll.call(readable, writable); });
  }

  Shared core_;
  std::unique_ptr<Poll> poll_;
  int events_ = 0;
};

class UvTimer final : public Loop::Timer {
 public:
  UvTimer(Shared core, std::int64_t ms, bool again, std::function<void()> call) : core_(std::move(core)) {
    tick_ = std::make_unique<Tick>();
    tick_->core = core_.get();
    tick_->call = std::move(call);
    tick_->handle.data = tick_.get();
    uv_timer_init(&core_->loop, &tick_->handle);
    uv_update_time(&core_->loop);
    const auto wait = static_cast<std::uint64_t>(std::max<std::int64_t>(ms, 1));
    uv_timer_start(&tick_->handle, on_time, wait, again ? wait : 0);
  }
  UvTimer(const UvTimer&) = delete;
  UvTimer& operator=(const UvTimer&) = delete;
  ~UvTimer() override { Tick::release(std::move(tick_)); }

 private:
  static void on_time(uv_timer_t* handle) {
    auto& tick = *static_cast<Tick*>(handle->data);
    if (!tick.owned) return;
    tick.core->worked = true;
    tick.core->wall.keep(tick.call);
  }

  Shared core_;
  std::unique_ptr<Tick> tick_;
};

// A timer of 0 ms: the next time round. libuv's own would keep it from looking at descriptors when it is
// started anew in its call.
class UvNext final : public Loop::Timer {
 public:
  UvNext(Shared core, std::function<void()> call) : core_(std::move(core)) {
    next_ = std::make_unique<Next>();
    next_->core = core_.get();
    next_->call = std::move(call);
    next_->handle.data = next_.get();
    uv_idle_init(&core_->loop, &next_->handle);
    uv_idle_start(&next_->handle, on_next);
  }
  UvNext(const UvNext&) = delete;
  UvNext& operator=(const UvNext&) = delete;
  ~UvNext() override { Next::release(std::move(next_)); }

 private:
  static void on_next(uv_idle_t* handle) {
    auto& next = *static_cast<Next*>(handle->data);
    uv_idle_stop(handle);
    if (!next.owned) return;
    next.core->worked = true;
    next.core->wall.keep(next.call);
  }

  Shared core_;
  std::unique_ptr<Next> next_;
};

// However run() ends.
class Running {
 public:
  explicit Running(Shared core) : core_(std::move(core)) { core_->running = true; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    core_->running = core_->stopped = false;
    if (core_->orphaned) core_->forget();
  }
  [[nodiscard]] Core& core() const noexcept { return *core_; }

 private:
  Shared core_;
};

class UvLoop final : public Loop {
 public:
  explicit UvLoop(Shared core) : core_(std::move(core)) {}
  UvLoop(const UvLoop&) = delete;
  UvLoop& operator=(const UvLoop&) = delete;
  ~UvLoop() override {
    core_->stopped = true;
    core_->orphaned = true;
    if (!core_->running) core_->forget();
  }

  std::unique_ptr<Watch> watch(int descriptor, bool read, bool write, Ready ready) override {
    auto watch = std::make_unique<UvWatch>(core_, descriptor, std::move(ready));
    watch->want(read, write);
    return watch;
  }
  std::unique_ptr<Timer> every(std::int64_t ms, std::function<void()> tick) override {
    return std::make_unique<UvTimer>(core_, ms, true, std::move(tick));
  }
  std::unique_ptr<Timer> once(std::int64_t ms, std::function<void()> tick) override {
    if (ms <= 0) return std::make_unique<UvNext>(core_, std::move(tick));
    return std::make_unique<UvTimer>(core_, ms, false, std::move(tick));
  }

  void set_end_of_turn(std::function<void()> turn) override { core_->end_of_turn = std::move(turn); }
  void set_on_wake(std::function<void()> woken) override { core_->on_wake = std::move(woken); }
  void wake() noexcept override { uv_async_send(&core_->woken); }

  void run() override {
    const Running running(core_);  // the Loop may be destroyed in a call
    Core& core = running.core();
    while (!core.stopped) {
      uv_run(&core.loop, UV_RUN_ONCE);
      core.worked = false;
      core.wall.let_go();
      if (core.end_of_turn) core.end_of_turn();
    }
  }
  void stop() override { core_->stopped = true; }

 private:
  Shared core_;
};

}  // namespace

Result<std::unique_ptr<Loop>> Loop::create() {
  auto core = std::make_shared<Core>();
  if (const int failed = uv_loop_init(&core->loop); failed != 0) {
    return Error{Fault::config, text("cannot start the event loop: {} (is the limit of open files reached?)",
                                     uv_strerror(failed))};
  }
  core->open = true;
  uv_prepare_init(&core->loop, &core->before_wait);
  uv_check_init(&core->loop, &core->after_wait);
  uv_idle_init(&core->loop, &core->no_sleep);
  if (const int failed = uv_async_init(&core->loop, &core->woken, woken); failed != 0) {
    return Error{Fault::config, text("cannot start the event loop: {}", uv_strerror(failed))};
  }
  core->before_wait.data = core->after_wait.data = core->woken.data = core.get();
  uv_prepare_start(&core->before_wait, before_wait);
  uv_check_start(&core->after_wait, after_wait);
  return std::unique_ptr<Loop>(std::make_unique<UvLoop>(std::move(core)));
}

}  // namespace ucm::net
