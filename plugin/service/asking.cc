#include "service/asking.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace ucm::service {

namespace {

// Between the first questions to two PBXes: a thousand are spread over a minute, the StatusInterval as it
// comes.
constexpr std::int64_t kApartMs = 60;
constexpr std::int64_t kPausesMs = 6'000;  // longer than any pause between two pages

// How long a connection is kept: for the next round where that is soon, else for the pauses within one. Each
// PBX with a key of its own costs three open files meanwhile, and a host may have no more than 1024.
std::int64_t idle_ms_for(const std::vector<PbxSettings>& settings) {
  std::int64_t soonest_s = std::numeric_limits<std::int64_t>::max() / 1000;
  for (const PbxSettings& pbx : settings) {
    if (pbx.api) soonest_s = std::min({soonest_s, pbx.api->status_interval_s, pbx.api->backfill_interval_s});
  }
  return soonest_s * 1000 < net::Client::kIdle_ms ? net::Client::kIdle_ms : kPausesMs;
}

}  // namespace

Asking::Asking(net::Loop& loop, std::unique_ptr<net::Client> client, ledger::Ledger& ledger)
    : loop_(loop), ledger_(ledger), client_(std::move(client)) {}

Result<std::unique_ptr<Asking>> Asking::create(const std::vector<PbxSettings>& settings, net::Loop& loop,
                                               std::vector<ZoneWatch>& zones,
                                               std::vector<std::unique_ptr<Alerts>>& alerts,
                                               ledger::Ledger& ledger, Log& log, const Clock& clock) {
  Result<std::unique_ptr<net::Client>> client = net::Client::create(loop, idle_ms_for(settings));
  if (!client) return client.error();
  std::unique_ptr<Asking> asking(new Asking(loop, std::move(client).value(), ledger));
  Moment due = moment_of(clock);
  for (std::size_t pbx = 0; pbx < settings.size(); ++pbx) {
    asking->pbxes_.emplace_back();
    if (!settings[pbx].api) continue;
    const auto on_waiting = [self = asking.get(), pbx] { self->waiting_.insert(pbx); };
    const PbxAsking::Ports ports{*asking->client_, ledger,    *alerts[pbx], log, clock,
                                 asking->held_,    on_waiting};
    asking->pbxes_.back() = std::make_unique<PbxAsking>(pbx, settings[pbx], zones[pbx], ports, due);
    due.ms += kApartMs;
  }
  return asking;
}

void Asking::tick() {
  if (!ledger_.loaded() || (!resumed_ && !ledger_.known())) return;
  const bool resume = !std::exchange(resumed_, true);
  for (const auto& pbx : pbxes_) {
    if (!pbx) continue;
    if (resume) pbx->resume();
    pbx->tick();
  }
}

void Asking::heard(std::size_t pbx, const Leg& leg) {
  if (pbxes_[pbx]) pbxes_[pbx]->heard(leg);
}

Result<void> Asking::keep() {
  std::size_t budget = kMostInATurn;
  const auto first = waiting_.lower_bound(first_);
  for (auto pbx = first; pbx != waiting_.end(); ++pbx) {
    if (auto kept = pbxes_[*pbx]->keep(budget); !kept) return kept;
  }
  for (auto pbx = waiting_.begin(); pbx != first; ++pbx) {
    if (auto kept = pbxes_[*pbx]->keep(budget); !kept) return kept;
  }
  return {};
}

void Asking::kept() {
  const auto first = waiting_.lower_bound(first_);
  first_ = first == waiting_.end() ? 0 : *first + 1;
  for (auto pbx = waiting_.begin(); pbx != waiting_.end();) {
    pbxes_[*pbx]->kept();
    pbx = pbxes_[*pbx]->waiting() ? std::next(pbx) : waiting_.erase(pbx);
  }
}

void Asking::lost() {
  for (const std::size_t pbx : waiting_) pbxes_[pbx]->lost();
}

bool Asking::moved() {
  bool any = false;
  for (const auto& pbx : pbxes_) any = (pbx && pbx->moved()) || any;
  return any;
}

std::size_t Asking::bytes_read() {
  std::size_t all = 0;
  for (const auto& pbx : pbxes_) all += pbx ? pbx->bytes_read() : 0;
  return all;
}

void Asking::show_levels() {
  for (const auto& pbx : pbxes_) {
    if (pbx) pbx->show_levels();
  }
}

void Asking::log_out(std::int64_t most_ms) {
  std::size_t left = 0;
  const auto timer = loop_.once(most_ms, [this] { loop_.stop(); });
  for (const auto& pbx : pbxes_) {
    if (!pbx || !pbx->session().logged_in()) continue;
    ++left;
    pbx->log_out([this, &left] {
      if (--left == 0) loop_.stop();
    });
  }
  if (left > 0) loop_.run();
  pbxes_.clear();  // nothing calls back to `left` any more
}

}  // namespace ucm::service
