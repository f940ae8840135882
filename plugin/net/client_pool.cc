#include "net/client_pool.h"

#include <curl/multi.h>
#include <unistd.h>

#include <map>
#include <utility>

#include "base/clock.h"
#include "base/guard.h"
#include "net/client_run.h"

namespace ucm::net {

namespace {

constexpr long kMostKept = 64;  // connections that wait for a next exchange

struct DropMulti {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};

class CurlPool final : public Pool {
 public:
  CurlPool(Loop& loop, TlsTrust trust, std::int64_t idle_ms, Ended ended)
      : loop_(loop),
        side_(std::move(trust)),
        idle_ms_(idle_ms),
        ended_(std::move(ended)),
        multi_(curl_multi_init()) {
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kMostKept);
  }
  CurlPool(const CurlPool&) = delete;
  CurlPool& operator=(const CurlPool&) = delete;
  ~CurlPool() override {
    for (const auto& [transfer, run] : runs_) curl_multi_remove_handle(multi_.get(), run->easy());
  }

  [[nodiscard]] const TlsTrust& trust() const noexcept override { return side_.trust(); }
  [[nodiscard]] std::size_t running() const noexcept override { return runs_.size(); }
  [[nodiscard]] bool busy() const noexcept override { return busy_; }

  void start(Transfer& transfer) override {
    transfer.started_ms = system_clock().mono_ms();
    auto run = Run::create(transfer, side_, idle_ms_);
    if (!run) return ended_(transfer);
    // The connection may outlive this exchange, not this pool.
    curl_easy_setopt(run->easy(), CURLOPT_CLOSESOCKETFUNCTION, on_close);
    curl_easy_setopt(run->easy(), CURLOPT_CLOSESOCKETDATA, this);
    CURL* const easy = runs_.emplace(&transfer, std::move(run)).first->second->easy();
    const CURLMcode added = curl_multi_add_handle(multi_.get(), easy);
    wall_.let_go();
    if (added != CURLM_OK) {
      runs_.erase(&transfer);
      transfer.trouble = curl_multi_strerror(added);
      ended_(transfer);
    }
  }

  void stop(const Transfer& transfer) override {
    const auto run = runs_.extract(&transfer);
    if (run) curl_multi_remove_handle(multi_.get(), run.mapped()->easy());
  }

 private:
  static CurlPool& pool(void* context) noexcept { return *static_cast<CurlPool*>(context); }

  static int on_socket(CURL*, curl_socket_t socket, int what, void* context, void*) noexcept {
    pool(context).wall_.keep([&] { pool(context).watch(socket, what); });
    return 0;
  }
  void watch(curl_socket_t socket, int what) {
    const bool read = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
    const bool write = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
    if (what == CURL_POLL_REMOVE) {
      watches_.erase(socket);
    } else if (const auto known = watches_.find(socket); known != watches_.end()) {
      known->second->want(read, write);
    } else {
      const auto ready = [this, socket](bool readable, bool writable) {
        act(socket, (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0));
      };
      watches_.emplace(socket, loop_.watch(socket, read, write, ready));
    }
  }

  // The library takes a socket back before it closes it, but not in every release.
  static int on_close(void* context, curl_socket_t socket) noexcept {
    pool(context).watches_.erase(socket);
    return ::close(socket);
  }

  static int on_timer(CURLM*, long ms, void* context) noexcept {
    const auto start = [&, self = &pool(context)] {
      const auto due = [self] { self->act(CURL_SOCKET_TIMEOUT, 0); };
      self->timer_ = ms < 0 ? nullptr : self->loop_.once(ms, due);
    };
    pool(context).wall_.keep(start);
    return 0;
  }

  void act(curl_socket_t socket, int ready) {
    int running = 0;
    busy_ = true;
    curl_multi_socket_action(multi_.get(), socket, ready, &running);
    busy_ = false;
    wall_.let_go();
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      Run& run = Run::of(message->easy_handle);
      Transfer& transfer = run.transfer();
      run.end(message->data.result);
      stop(transfer);
      ended_(transfer);
    }
  }

  Loop& loop_;
  TlsSide side_;
  std::int64_t idle_ms_;
  Ended ended_;
  bool busy_ = false;
  Wall wall_;  // around what the library calls
  // The library calls back until it is gone: these go after it.
  std::map<curl_socket_t, std::unique_ptr<Loop::Watch>> watches_;
  std::unique_ptr<Loop::Timer> timer_;
  std::unique_ptr<CURLM, DropMulti> multi_;
  std::map<const Transfer*, std::unique_ptr<Run>> runs_;
};

}  // namespace

std::unique_ptr<Pool> Pool::open(Loop& loop, TlsTrust trust, std::int64_t idle_ms, Ended ended) {
  return std::make_unique<CurlPool>(loop, std::move(trust), idle_ms, std::move(ended));
}

}  // namespace ucm::net
