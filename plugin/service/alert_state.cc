#include "service/alert_state.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/spans.h"

namespace ucm::service {

namespace {

using metrics::ScopeKind;

constexpr std::int64_t kBeat_ms = 2'000;  // rounds do not keep time to the second
constexpr std::int64_t kWaitOff = 80;     // percent of QueueWait
constexpr std::int64_t kListened_s = 600;
constexpr std::int64_t kRefused_s = 30;  // a disk that is full for a moment is none

// Whether it has been so for `wanted_s`.
bool lasted(std::optional<std::int64_t> since_ms, std::int64_t now_ms, std::int64_t wanted_s) {
  const std::int64_t wanted_ms = wanted_s * 1000;
  return since_ms && now_ms - *since_ms >= wanted_ms - std::min(kBeat_ms, wanted_ms / 10);
}

std::string trunk_of(const Channel& channel) {
  const std::string& trunk = channel.outbound_trunk.empty() ? channel.inbound_trunk : channel.outbound_trunk;
  return trunk.empty() ? "over no trunk" : text("over trunk {}", trunk);
}

// Those that are on and no longer in `seen`.
std::vector<std::string> gone(const AlertsOn& on, Alert alert,
                              const std::set<std::string, std::less<>>& seen) {
  std::vector<std::string> keys;
  for (const auto& [key, thing] : on.things(alert)) {
    if (!seen.contains(key)) keys.push_back(key);
  }
  return keys;
}

}  // namespace

void AlertState::Spell::note(bool down, std::int64_t now_ms) {
  auto& begun = down ? down_ms : up_ms;
  (down ? up_ms : down_ms).reset();
  if (!begun) begun = now_ms;
}

void AlertState::observe(const PbxRound& round, Moment now) {
  const AlertSettings& wanted = ports_.settings.alerts;
  if (round.trunks != nullptr && wanted.trunk_down_s > 0) observe_trunks(*round.trunks, now);
  if (!round.drift_s) return;  // moments of the PBX mean nothing then
  const std::int64_t pbx_now_s = now.wall_s + *round.drift_s;
  if (round.bridged != nullptr && wanted.long_running_s > 0)
    observe_bridged(*round.bridged, pbx_now_s, now.wall_s);
  if (round.unbridged != nullptr && round.queues != nullptr && wanted.queue_wait_s > 0)
    observe_queues(round, pbx_now_s, now.wall_s);
  if (wanted.clock_wrong_s > 0) observe_clock(*round.drift_s, now.wall_s);
}

void AlertState::observe_trunk(const TrunkState& trunk, Moment now) {
  const std::int64_t wanted_s = ports_.settings.alerts.trunk_down_s;
  if (trunk.disabled == true) {
    trunks_.erase(trunk.name);
    return ports_.on.end(Alert::trunk_down, trunk.name, "it is switched off on the PBX");
  }
  Spell& spell = trunks_[trunk.name];
  spell.note(trunk.up == false, now.ms);
  if (lasted(spell.down_ms, now.ms, wanted_s)) {
    ports_.on.begin(
        {Alert::trunk_down, trunk.name, text("trunk {}", trunk.name),
         ports_.scope(ScopeKind::trunk, trunk.name),
         text("Trunk {} has been down for {} s or more. Look at its registration and its network on the "
              "PBX, then ask the provider",
              trunk.name, wanted_s)},
        now.wall_s);
  }
  if (lasted(spell.up_ms, now.ms, wanted_s))
    ports_.on.end(Alert::trunk_down, trunk.name, text("it has not been down for {} s", wanted_s));
}

void AlertState::observe_trunks(const std::vector<TrunkState>& trunks, Moment now) {
  std::set<std::string, std::less<>> seen;
  for (const TrunkState& trunk : trunks) {
    if (seen.insert(trunk.name).second) observe_trunk(trunk, now);
  }
  std::erase_if(trunks_, [&](const auto& known) { return !seen.contains(known.first); });
  for (const std::string& key : gone(ports_.on, Alert::trunk_down, seen))
    ports_.on.end(Alert::trunk_down, key, "the PBX has no such trunk any more");
}

// A call is known by its channel, which the PBX gives to no other.
void AlertState::observe_bridged(const std::vector<Channel>& bridged, std::int64_t pbx_now_s,
                                 std::int64_t now_s) {
  const std::int64_t wanted_s = ports_.settings.alerts.long_running_s;
  std::set<std::string, std::less<>> seen;
  for (const Channel& channel : bridged) {
    std::string key = private_key(channel.channel);
    seen.insert(key);
    if (!channel.since_s || pbx_now_s - *channel.since_s < wanted_s) continue;
    const std::int64_t for_s = pbx_now_s - *channel.since_s;
    ports_.on.begin(
        {Alert::long_call_running, std::move(key), text("a call {}", trunk_of(channel)), "all",
         text("A call has been running for {} min ({}); LongCallRunning is {} s. Look at the active calls "
              "of the PBX and hang it up there if nobody talks",
              for_s / 60, trunk_of(channel), wanted_s)},
        now_s);
  }
  for (const std::string& key : gone(ports_.on, Alert::long_call_running, seen))
    ports_.on.end(Alert::long_call_running, key, "it has ended");
}

void AlertState::observe_queues(const PbxRound& round, std::int64_t pbx_now_s, std::int64_t now_s) {
  const std::int64_t wanted_s = ports_.settings.alerts.queue_wait_s;
  std::map<std::string, std::int64_t> longest;
  for (const Channel& channel : *round.unbridged) {
    const bool waits = channel.service == "queue" && !channel.channel.starts_with("Local/") &&
                       channel.since_s && round.queues->contains(channel.feature);
    if (!waits) continue;
    std::int64_t& wait_s = longest[channel.feature];
    wait_s = std::max(wait_s, pbx_now_s - *channel.since_s);
  }
  for (const auto& [queue, wait_s] : longest) {
    if (wait_s < wanted_s) continue;
    ports_.on.begin(
        {Alert::queue_wait, queue, text("queue {}", queue), ports_.scope(ScopeKind::queue, queue),
         text("A caller of queue {} has been waiting for {} s; QueueWait is {} s. Let more agents log in",
              queue, wait_s, wanted_s)},
        now_s);
  }
  for (const std::string& queue : gone(ports_.on, Alert::queue_wait, {})) {
    const auto waits = longest.find(queue);
    const std::int64_t wait_s = waits == longest.end() ? 0 : waits->second;
    if (wait_s * 100 < wanted_s * kWaitOff)
      ports_.on.end(Alert::queue_wait, queue,
                    text("nobody has been waiting there for more than {} s", wait_s));
  }
}

void AlertState::observe_clock(std::int64_t drift_s, std::int64_t now_s) {
  const std::int64_t wanted_s = ports_.settings.alerts.clock_wrong_s;
  const std::int64_t off_s = std::abs(drift_s);
  if (off_s >= wanted_s) {
    ports_.on.begin(
        {Alert::clock_wrong, "", "the PBX's clock", "system",
         text("The clock of the PBX is {} s {}; ClockWrong is {} s. Set an NTP server on the PBX, or look "
              "at the clock of this machine",
              off_s, drift_s > 0 ? "ahead" : "behind", wanted_s)},
        now_s);
  }
  if (2 * off_s < wanted_s) ports_.on.end(Alert::clock_wrong, "", text("it is {} s off", off_s));
}

void AlertState::look(const PbxOutlook& outlook, Moment now) {
  const AlertSettings& wanted = ports_.settings.alerts;
  if (outlook.asked && wanted.api_down_s > 0) look_at_api(outlook.api_up, now);
  if (wanted.push_silent_s > 0 && outlook.pushes) look_at_push(outlook, now);
  if (wanted.certificate_days > 0 && outlook.certificate_days)
    look_at_certificate(*outlook.certificate_days, now.wall_s);
  if (wanted.buffer_left_s > 0) look_at_buffer(outlook, now);
}

void AlertState::look_at_api(bool up, Moment now) {
  const std::int64_t wanted_s = ports_.settings.alerts.api_down_s;
  api_.note(!up, now.ms);
  if (lasted(api_.down_ms, now.ms, wanted_s)) {
    ports_.on.begin(
        {Alert::api_down, "", "the API", "self",
         text("The API of the PBX has not answered for {} s or more: `ucmctl status` says why and what to do",
              wanted_s)},
        now.wall_s);
  }
  if (lasted(api_.up_ms, now.ms, wanted_s))
    ports_.on.end(Alert::api_down, "", text("it has been answering for {} s", wanted_s));
}

// Silence counts in business hours alone; where some are given and no zone is known, not at all. Hours are
// counted minute by minute: no sooner again than the answer can be another.
bool AlertState::is_silent(std::int64_t last_s, Moment now) {
  const AlertSettings& wanted = ports_.settings.alerts;
  if (now.wall_s - last_s < wanted.push_silent_s) return false;
  if (!wanted.hours.known()) return true;
  const auto then_s = ports_.zone.offset_at(last_s);
  const auto offset_s = ports_.zone.offset_at(now.wall_s);
  if (!then_s || !offset_s || now.ms < silence_ms_) return false;
  const std::int64_t local_s = now.wall_s + *offset_s;
  const std::int64_t left_s =
      wanted.push_silent_s - wanted.hours.open_between(last_s + *then_s, local_s, wanted.push_silent_s);
  const std::int64_t next_s = wanted.hours.open_at(local_s) ? std::min(left_s, kMinute) : kMinute;
  silence_ms_ = now.ms + std::min(next_s, kMinute - local_s % kMinute) * 1000;
  return left_s <= 0;
}

// Whoever was away himself has heard nothing, and says so only after a while in which he listened.
void AlertState::look_at_push(const PbxOutlook& outlook, Moment now) {
  const std::int64_t wanted_s = ports_.settings.alerts.push_silent_s;
  if (outlook.unavailable) listening_s_ = now.wall_s;
  if (ports_.on.is_on(Alert::push_silent, "")) {
    if (outlook.last_push_s && now.wall_s - *outlook.last_push_s < wanted_s)
      ports_.on.end(Alert::push_silent, "", "a record was pushed");
    return;
  }
  const bool listened = now.wall_s - listening_s_ >= std::min(wanted_s, kListened_s);
  if (!listened || !is_silent(outlook.last_push_s.value_or(started_s_), now)) return;
  ports_.on.begin(
      {Alert::push_silent, "", "the push", "self",
       text("No record was pushed for {} s{}. Make a call; then look at the CDR Real-time Output Settings "
            "of the PBX and the network between",
            wanted_s, ports_.settings.alerts.hours.known() ? " of business hours" : "")},
      now.wall_s);
}

void AlertState::look_at_certificate(std::int64_t days, std::int64_t now_s) {
  const std::int64_t wanted = ports_.settings.alerts.certificate_days;
  if (days <= wanted) {
    ports_.on.begin(
        {Alert::certificate_expiring, "", "the certificate of the API", "self",
         text("The certificate of the PBX's API expires in {} days. Renew it on the PBX; a PinnedPublicKey "
              "changes with it",
              days)},
        now_s);
  }
  if (days > wanted + 1) ports_.on.end(Alert::certificate_expiring, "", text("it expires in {} days", days));
}

void AlertState::look_at_buffer(const PbxOutlook& outlook, Moment now) {
  const auto wanted_s = static_cast<double>(ports_.settings.alerts.buffer_left_s);
  pushes_.note(outlook.refusing, now.ms);
  if (!outlook.refusing) return ports_.on.end(Alert::buffer_overflow, "", "pushes are taken again");
  if (!outlook.buffer_left_s) return;
  const double left_s = *outlook.buffer_left_s;
  if (left_s < wanted_s && lasted(pushes_.down_ms, now.ms, kRefused_s)) {
    ports_.on.begin(
        {Alert::buffer_overflow, "", "the PBX's buffer", "self",
         text("Pushes cannot be taken, and the PBX's buffer of records overflows in about {:.0f} min. "
              "`ucmctl status` and the log say what to mend",
              left_s / 60)},
        now.wall_s);
  }
  if (left_s > 2 * wanted_s)
    ports_.on.end(Alert::buffer_overflow, "", text("it lasts for about {:.0f} min", left_s / 60));
}

void AlertState::restarted(std::int64_t uptime_s, std::int64_t now_s) {
  if (!ports_.settings.alerts.restarts) return;
  ports_.on.happened(
      {Alert::pbx_restarted, "", "the PBX", "system",
       text("The PBX has restarted, {} s ago. If nobody did that, look at its power and its system log",
            uptime_s)},
      ports_.settings.alerts.hold_s, now_s);
}

void AlertState::firmware_changed(const std::string& what, std::int64_t now_s) {
  if (!ports_.settings.alerts.firmware) return;
  ports_.on.happened({Alert::firmware_changed, "", "the PBX", "system", what}, ports_.settings.alerts.hold_s,
                     now_s);
}

void AlertState::end_unwatched(bool asked) {
  const AlertSettings& wanted = ports_.settings.alerts;
  const std::pair<Alert, bool> kWatched[] = {
      {Alert::long_call_running, asked && wanted.long_running_s > 0},
      {Alert::trunk_down, asked && wanted.trunk_down_s > 0},
      {Alert::api_down, asked && wanted.api_down_s > 0},
      {Alert::push_silent, wanted.push_silent_s > 0 && !ports_.settings.from.empty()},
      {Alert::failure_rate, wanted.failure_jump > 0},
      {Alert::queue_wait, asked && wanted.queue_wait_s > 0},
      {Alert::certificate_expiring, asked && wanted.certificate_days > 0},
      {Alert::buffer_overflow, wanted.buffer_left_s > 0},
      {Alert::clock_wrong, asked && wanted.clock_wrong_s > 0},
  };
  for (const auto& [alert, watched] : kWatched) {
    if (watched) continue;
    for (const std::string& key : gone(ports_.on, alert, {}))
      ports_.on.end(alert, key, "nobody watches it any more");
  }
}

}  // namespace ucm::service
