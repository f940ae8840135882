// From what a round found to the values of the book.
#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "service/state_round.h"

namespace ucm::service {

namespace {

using metrics::Group;
using metrics::Metric;
using metrics::ScopeKind;

constexpr std::int64_t kBootSlack = 120;        // two clocks and a whole round
constexpr std::int64_t kQueueListMs = 600'000;  // queues come and go by an operator's hand

struct Sums {
  double up = 0;
  bool says = false;
  double active = 0;
  double ringing = 0;
};

std::optional<std::int64_t> seconds_of(std::string_view remembered) {
  return whole_number(remembered);
}

}  // namespace

void StateRound::resume(std::size_t pbx, const ledger::Ledger& ledger) {
  pbx_ = pbx;
  versions_.model = ledger.remembered(pbx, "model");
  versions_.firmware = ledger.remembered(pbx, "firmware");
  boot_s_ = seconds_of(ledger.remembered(pbx, "boot"));
}

// Half a list is not a small one.
void StateRound::drop_what_is_spoilt() {
  const auto spoilt = [this](std::string_view action) { return spoilt_.contains(action); };
  if (spoilt("listVoIPTrunk") || spoilt("listAnalogTrunk") || spoilt("listDigitalTrunk"))
    found_.trunks.reset();
  if (spoilt("listAccount")) found_.extensions.reset();
  if (spoilt("listBridgedChannels")) found_.bridged.reset();
  if (spoilt("listUnBridgedChannels")) found_.unbridged.reset();
  if (spoilt("listQueue")) found_.queues.reset();
}

// Until the next whole list, the last one is as good as any: queues come and go seldom.
void StateRound::take_queue_list() {
  if (!listed_ || spoilt_.contains("listQueue")) return;
  queues_ = std::exchange(listed_, std::nullopt);
  queues_due_ms_ = moment_ms_ + kQueueListMs;
}

void StateRound::show(Moment now) {
  drop_what_is_spoilt();
  take_queue_list();
  for (const Group group : {Group::live, Group::trunk, Group::queue, Group::system})
    ports_.book.unknown(group);
  show_system(now);
  show_trunks();
  show_calls();
  show_queues();
  alert(now);
}

void StateRound::alert(Moment now) {
  const auto known = [](const auto& found) { return found ? &*found : nullptr; };
  const bool clock = found_.system && found_.system->time;
  ports_.alerts.observe({known(found_.trunks), known(found_.bridged), known(found_.unbridged), known(queues_),
                         clock ? drift_s_ : std::nullopt},
                        now);
}

void StateRound::show_system(Moment) {
  if (found_.extensions) {
    const ExtensionStates& states = *found_.extensions;
    ports_.book.level(Metric::extensions_idle, static_cast<double>(states.idle));
    ports_.book.level(Metric::extensions_in_use, static_cast<double>(states.in_use));
    ports_.book.level(Metric::extensions_ringing, static_cast<double>(states.ringing));
    ports_.book.level(Metric::extensions_busy, static_cast<double>(states.busy));
    ports_.book.level(Metric::extensions_unavailable, static_cast<double>(states.unavailable));
  }
  if (!found_.system) return;
  if (found_.system->time) {
    drift_s_ = drift(*found_.system, found_.system_at);
    if (drift_s_) ports_.book.level(Metric::system_clock, static_cast<double>(*drift_s_));
  }
  if (found_.system->uptime_s) {
    ports_.book.level(Metric::system_uptime, static_cast<double>(*found_.system->uptime_s));
    note_boot(*found_.system->uptime_s, found_.system_at);
  }
}

// A firmware that names a zone in its time may name a wrong one, as a zone we know may be of before a change
// of the clocks, and day and month may stand either way round. Of all readings the one that makes the clock
// look best is right: no clock is wrong by whole hours or months.
std::optional<std::int64_t> StateRound::drift(const SystemStatus& status, Moment at) const {
  std::optional<std::int64_t> best;
  for (const auto& told_s : {std::optional(status.time->local_s), status.time->other_s}) {
    for (const auto& offset_s : {zone_.offset_at(at.wall_s), status.time->offset_s}) {
      if (!told_s || !offset_s) continue;
      const std::int64_t ahead_s = *told_s - *offset_s - at.wall_s;
      if (!best || std::abs(ahead_s) < std::abs(*best)) best = ahead_s;
    }
  }
  return best;
}

// Within a run by the clock that never jumps; the first look of a run by the moment of the start that an
// earlier run knew.
void StateRound::note_boot(std::int64_t uptime_s, Moment at) {
  const std::int64_t boot_s = at.wall_s - uptime_s;
  const bool restarted =
      uptime_s_ ? uptime_s + kBootSlack < *uptime_s_ + (at.ms - uptime_ms_) / 1000 || uptime_s < *uptime_s_
                : boot_s_ && boot_s - *boot_s_ > kBootSlack;
  if (restarted) {
    ports_.book.add_asked(Metric::system_restarts);
    versions_due_ms_ = 0;  // an update ends in a restart
    ports_.log.say(Severity::notice, text("{} has restarted, {} s ago", settings_.name, uptime_s));
    ports_.alerts.restarted(uptime_s, at.wall_s);
  }
  uptime_s_ = uptime_s;
  uptime_ms_ = at.ms;
  if (boot_s_ && std::abs(boot_s - *boot_s_) <= kBootSlack / 2 && !restarted) return;
  boot_s_ = boot_s;
  to_remember_.insert_or_assign("boot", text("{}", boot_s));
}

void StateRound::note_versions(const Versions& versions, Moment now) {
  if (versions.model.empty() && versions.firmware.empty()) return;
  const bool known = !versions_.firmware.empty() || !versions_.model.empty();
  const bool changed = versions.model != versions_.model || versions.firmware != versions_.firmware;
  if (known && changed) {
    const std::string message = text("{} is now {} with firmware {}; it was {} with {}", settings_.name,
                                     versions.model, versions.firmware, versions_.model, versions_.firmware);
    ports_.log.say(Severity::notice, message);
    ports_.alerts.firmware_changed(message, now.wall_s);
  }
  versions_ = versions;
  if (!changed) return;
  to_remember_.insert_or_assign("model", versions.model);
  to_remember_.insert_or_assign("firmware", versions.firmware);
}

// Several trunks may share a scope: those that MaxSeries left no room for.
void StateRound::show_trunks() {
  if (!found_.trunks) return;
  std::map<std::string, Sums> scopes;
  double up = 0;
  double down = 0;
  for (const TrunkState& trunk : *found_.trunks) {
    if (trunk.up) (*trunk.up ? up : down) += 1;
    const std::string scope = ports_.book.scope_of(ScopeKind::trunk, trunk.name);
    if (scope.empty()) continue;
    if (trunk.channels > 0) ports_.book.set_capacity(trunk.name, trunk.channels);
    Sums& sums = scopes[scope];
    if (!trunk.up) continue;
    sums.says = true;
    sums.up += *trunk.up ? 1 : 0;
  }
  ports_.book.level(Metric::trunks_up, up);
  ports_.book.level(Metric::trunks_down, down);
  for (const auto& [scope, sums] : scopes) {
    if (sums.says) ports_.book.level(scope, Metric::trunk_up, sums.up);
  }
}

void StateRound::show_calls() {
  if (!found_.bridged || !found_.unbridged) return;
  const LiveCalls live = count_live(*found_.bridged, *found_.unbridged);
  ports_.book.level(Metric::live_active, static_cast<double>(live.all.active));
  ports_.book.level(Metric::live_ringing, static_cast<double>(live.all.ringing));
  std::map<std::string, Sums> trunks;
  std::map<std::string, Sums> queues;
  const auto add = [](Sums& sums, const LiveCount& count) {
    sums.active += static_cast<double>(count.active);
    sums.ringing += static_cast<double>(count.ringing);
  };
  // What is listed and quiet is 0, not unknown.
  for (const TrunkState& trunk : found_.trunks.value_or(std::vector<TrunkState>())) {
    trunks[ports_.book.scope_of(ScopeKind::trunk, trunk.name)];
  }
  for (const auto& [name, count] : live.trunks)
    add(trunks[ports_.book.scope_of(ScopeKind::trunk, name)], count);
  static const Names kNone;
  const Names& known = queues_ ? *queues_ : kNone;
  for (const std::string& queue : known) queues[ports_.book.scope_of(ScopeKind::queue, queue)];
  for (const auto& [number, count] : live.features) {
    // A ring group's number is no queue's.
    if (known.contains(number)) add(queues[ports_.book.scope_of(ScopeKind::queue, number)], count);
  }
  for (const auto& [scope, sums] : trunks) {
    ports_.book.level(scope, Metric::trunk_active, sums.active);
    ports_.book.level(scope, Metric::trunk_ringing, sums.ringing);
  }
  for (const auto& [scope, sums] : queues) {
    ports_.book.level(scope, Metric::queue_active, sums.active);
    ports_.book.level(scope, Metric::queue_ringing, sums.ringing);
  }
}

void StateRound::show_queues() {
  if (!found_.queues) return;
  std::map<std::pair<std::string, Metric>, double> sums;
  for (const auto& [queue, state] : *found_.queues) {
    const std::string scope = ports_.book.scope_of(ScopeKind::queue, queue);
    const auto add = [&](Metric metric, std::int64_t n) { sums[{scope, metric}] += static_cast<double>(n); };
    if (state.waiting) add(Metric::queue_waiting, *state.waiting);
    if (state.talking) add(Metric::queue_talking, *state.talking);
    if (!state.members) continue;
    add(Metric::queue_agents, state.members->logged_in);
    add(Metric::queue_paused, state.members->paused);
  }
  for (const auto& [place, sum] : sums) ports_.book.level(place.first, place.second, sum);
}

}  // namespace ucm::service
