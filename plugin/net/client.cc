#include "net/client.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "net/client_pool.h"
#include "net/client_run.h"
#include "net/client_transfer.h"

namespace ucm::net {

namespace {

// The exchanges and the pools they run in. A pool only reports: what follows from it waits for the next turn,
// where no call of the library is under way, and whoever asks or goes there meets no half-done work.
class Desk : public std::enable_shared_from_this<Desk> {
 public:
  Desk(Loop& loop, std::int64_t idle_ms) : loop_(loop), idle_ms_(idle_ms) {}
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk() = default;

  std::uint64_t take(ClientRequest request, Client::Done done);
  void drop(std::uint64_t id);
  void close();
  [[nodiscard]] std::size_t on_the_wire() const noexcept;

 private:
  struct Place {
    std::unique_ptr<Pool> pool;
    std::unique_ptr<Loop::Timer> unused;  // runs while nothing does there
  };
  struct Item {
    explicit Item(std::uint64_t id, ClientRequest request, Client::Done done)
        : transfer(id, std::move(request), std::move(done)) {}
    Transfer transfer;
    Pool* pool = nullptr;  // while it is on the wire
  };
  using Items = std::map<std::uint64_t, std::unique_ptr<Item>>;

  void turn_soon();
  void turn();
  void sweep();
  void tell();
  void begin();
  void ended(Transfer& transfer);
  [[nodiscard]] Place& place_for(const TlsTrust& trust);
  void look_whether_unused(const Pool& pool);

  Loop& loop_;
  std::int64_t idle_ms_;
  std::uint64_t last_ = 0;
  std::vector<std::unique_ptr<Place>> places_;
  Items items_;
  // Numbers of items; those of items that have gone are passed over.
  std::deque<std::uint64_t> waiting_;
  std::deque<std::uint64_t> finished_;
  std::vector<std::uint64_t> abandoned_;
  std::unique_ptr<Loop::Timer> turn_;
};

std::uint64_t Desk::take(ClientRequest request, Client::Done done) {
  const std::uint64_t id = ++last_;
  items_.emplace(id, std::make_unique<Item>(id, std::move(request), std::move(done)));
  waiting_.push_back(id);
  turn_soon();
  return id;
}

void Desk::drop(std::uint64_t id) {
  const auto found = items_.find(id);
  if (found == items_.end()) return;
  Item& item = *found->second;
  if (item.pool != nullptr && item.pool->busy()) {
    item.transfer.abandoned = true;
    abandoned_.push_back(id);
    return turn_soon();
  }
  if (item.pool != nullptr) {
    item.pool->stop(item.transfer);
    look_whether_unused(*item.pool);
    turn_soon();
  }
  const auto gone = items_.extract(found);  // what its calls hold may drop others
}

void Desk::close() {
  turn_.reset();
  places_.clear();
  const Items gone = std::exchange(items_, {});
}

std::size_t Desk::on_the_wire() const noexcept {
  std::size_t sum = 0;
  for (const auto& place : places_) sum += place->pool->running();
  return sum;
}

void Desk::turn_soon() {
  if (turn_) return;
  turn_ = loop_.once(0, [this] {
    const auto keep = shared_from_this();  // a Done may destroy the Client
    turn();
  });
}

void Desk::turn() {
  turn_.reset();
  sweep();
  begin();
  tell();
}

void Desk::sweep() {
  for (const std::uint64_t id : std::exchange(abandoned_, {})) drop(id);
}

void Desk::begin() {
  while (!waiting_.empty() && on_the_wire() < Client::kMostAtOnce) {
    const auto found = items_.find(waiting_.front());
    waiting_.pop_front();
    if (found == items_.end()) continue;
    Item& item = *found->second;
    Place& place = place_for(item.transfer.request.trust);
    place.unused.reset();
    item.pool = place.pool.get();
    place.pool->start(item.transfer);
  }
}

// Those that had ended when it began: what ends meanwhile has the next turn.
void Desk::tell() {
  for (const std::uint64_t id : std::exchange(finished_, {})) {
    const auto item = items_.extract(id);
    if (!item) continue;
    Transfer& transfer = item.mapped()->transfer;
    ClientAnswer answer = transfer.answer();
    const Client::Done done = std::move(transfer.done);
    done(std::move(answer));
  }
}

void Desk::ended(Transfer& transfer) {
  transfer.ended_ms = system_clock().mono_ms();
  const auto found = items_.find(transfer.id);
  if (found == items_.end()) return;
  look_whether_unused(*std::exchange(found->second->pool, nullptr));
  if (!transfer.abandoned) finished_.push_back(transfer.id);
  turn_soon();
}

Desk::Place& Desk::place_for(const TlsTrust& trust) {
  const auto same = [&trust](const auto& place) { return place->pool->trust() == trust; };
  const auto found = std::find_if(places_.begin(), places_.end(), same);
  if (found != places_.end()) return **found;
  auto place = std::make_unique<Place>();
  place->pool = Pool::open(loop_, trust, idle_ms_, [this](Transfer& transfer) { ended(transfer); });
  places_.push_back(std::move(place));
  return *places_.back();
}

// A pool that has nothing to do looks at its connections no more: it goes with them.
void Desk::look_whether_unused(const Pool& pool) {
  if (pool.running() > 0) return;
  const auto is_it = [&pool](const auto& place) { return place->pool.get() == &pool; };
  const auto found = std::find_if(places_.begin(), places_.end(), is_it);
  if (found == places_.end()) return;
  (*found)->unused = loop_.once(idle_ms_, [this, is_it] {
    places_.erase(std::remove_if(places_.begin(), places_.end(), is_it), places_.end());
  });
}

class Claim final : public Client::Exchange {
 public:
  Claim(const std::shared_ptr<Desk>& desk, std::uint64_t id) : desk_(desk), id_(id) {}
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  ~Claim() override {
    if (const auto desk = desk_.lock()) desk->drop(id_);
  }

 private:
  std::weak_ptr<Desk> desk_;
  std::uint64_t id_;
};

class DeskClient final : public Client {
 public:
  DeskClient(Loop& loop, std::int64_t idle_ms) : desk_(std::make_shared<Desk>(loop, idle_ms)) {}
  DeskClient(const DeskClient&) = delete;
  DeskClient& operator=(const DeskClient&) = delete;
  ~DeskClient() override { desk_->close(); }

  std::unique_ptr<Exchange> ask(ClientRequest request, Done done) override {
    return std::make_unique<Claim>(desk_, desk_->take(std::move(request), std::move(done)));
  }
  [[nodiscard]] std::size_t on_the_wire() const noexcept override { return desk_->on_the_wire(); }

 private:
  std::shared_ptr<Desk> desk_;
};

}  // namespace

Result<std::unique_ptr<Client>> Client::create(Loop& loop, std::int64_t idle_ms) {
  if (const auto prepared = prepare_library(); !prepared) return prepared.error();
  return std::unique_ptr<Client>(std::make_unique<DeskClient>(loop, idle_ms));
}

void prepare_client() {
  static_cast<void>(prepare_library());  // create() says what it says
}

}  // namespace ucm::net
