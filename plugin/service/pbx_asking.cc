#include "service/pbx_asking.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/text.h"

namespace ucm::service {

namespace {

using metrics::Metric;

constexpr std::int64_t kShortestFirstMs = 1'000;
constexpr std::int64_t kLongestFirstMs = 5'000;
constexpr std::int64_t kShortestLongestMs = 5'000;
constexpr std::int64_t kLongestMs = 300'000;

std::uint32_t seed_of(const PbxSettings& settings, const Clock& clock) {
  return static_cast<std::uint32_t>(std::hash<std::string>()(settings.name) ^
                                    static_cast<std::size_t>(clock.mono_ms()));
}

api::Patience patience_for(const PbxSettings& settings, const Clock& clock) {
  const std::int64_t interval_ms = settings.api->status_interval_s * 1000;
  return {std::clamp(interval_ms / 12, kShortestFirstMs, kLongestFirstMs),
          std::clamp(5 * interval_ms, kShortestLongestMs, kLongestMs), seed_of(settings, clock)};
}

}  // namespace

PbxAsking::PbxAsking(std::size_t pbx, const PbxSettings& settings, ZoneWatch& zone, Ports ports,
                     Moment first_due)
    : pbx_(pbx),
      settings_(settings),
      zone_(zone),
      ports_(ports),
      session_(ports.client, access_of(*settings.api)),
      patience_(patience_for(settings, ports.clock)),
      backfill_(pbx, settings, zone, ports.log, ports.held, first_due),
      recordings_(settings, ports.ledger.book(pbx), ports.log, first_due) {
  if (session_.access().kind == api::ApiKind::current) {
    state_ = std::make_unique<StateRound>(
        settings, StateRound::Ports{ports.ledger.book(pbx), ports.alerts, ports.log}, zone,
        [this](std::string_view action) { return may(action); }, first_due);
    queues_ = std::make_unique<QueueReport>(pbx, settings, ports.ledger.settings().retention_s, zone,
                                            ports.log, first_due);
    errands_ = {state_.get(), &backfill_, queues_.get(), &recordings_};
  } else {
    errands_ = {&backfill_, &recordings_};
  }
  backfill_.set_on_new([this](const Leg& leg) { recordings_.heard(leg); });
  ports.ledger.book(pbx).level(Metric::api_up, 0);
}

bool PbxAsking::may(std::string_view action) const {
  const auto standing = actions_.find(std::string(action));
  return standing == actions_.end() || standing->second.rests_until_ms <= ports_.clock.mono_ms();
}

void PbxAsking::tick() {
  const Moment now = moment_of(ports_.clock);
  watch_zone(now);
  ask_what_is_due(now);
  if (waiting()) ports_.on_waiting();
}

void PbxAsking::ask_what_is_due(Moment now) {
  if (session_.busy() || !patience_.may_ask(now.ms)) return;
  for (Errand* errand : errands_) {
    auto question = errand->next(now);
    if (!question) continue;
    if (!may(question->action)) {
      api::Reply resting;
      resting.refused = {api::Trouble::permission, wire::ApiVerdict::not_permitted, {}, {}};
      resting.of_action = true;
      errand->answered(resting, now);
      continue;
    }
    ask(*errand, std::move(*question));
    return;
  }
}

void PbxAsking::ask(Errand& errand, api::Question question) {
  const std::string action = question.action;
  session_.ask(std::move(question),
               [this, &errand, action](const api::Reply& reply) { replied(errand, action, reply); });
}

void PbxAsking::replied(Errand& errand, const std::string& action, const api::Reply& reply) {
  const Moment now = moment_of(ports_.clock);
  moved_ = true;
  bytes_read_ += reply.too_large ? api::Question{}.most_bytes : reply.body.size();
  count(reply);
  if (reply.well() || reply.of_action) {
    note_action(action, reply, now);
    note_success(now);
    errand.answered(reply, now);
  } else if (reply.too_large && reply.let_in && errand.asks_for_less()) {
    note_success(now);
  } else if (spoils_alone(action, reply)) {
    note_spoiler(action, reply, now);
    errand.answered(reply, now);
  } else {
    note_refusal(reply, now);
    // Asked too often: the same question is put again when the PBX wants it.
    const bool waits = reply.refused.verdict == wire::ApiVerdict::wait_15_s ||
                       reply.refused.verdict == wire::ApiVerdict::wait_60_s;
    for (Errand* each : errands_) {
      if (!waits) each->broken(now);
    }
  }
  tick();
}

void PbxAsking::heard(const Leg& leg) {
  const Moment now = moment_of(ports_.clock);
  backfill_.pushed(now.wall_s);
  recordings_.heard(leg);
  if (recordings_.waiting()) ports_.on_waiting();
}

// Seldom: most of the time nothing has changed.
void PbxAsking::watch_zone(Moment now) {
  constexpr std::int64_t kEveryMs = 5'000;
  if (now.ms < zone_due_ms_ || !zone_.setting().automatic()) return;
  zone_due_ms_ = now.ms + kEveryMs;
  const auto verdict = zone_.verdict();
  if (!verdict) return;
  std::string offset = text("{}", verdict->offset_s);
  if (ports_.ledger.remembered(pbx_, "utc_offset") == offset) return;
  to_remember_.insert_or_assign("utc_offset", std::move(offset));
}

Result<void> PbxAsking::keep(std::size_t& budget) {
  for (const auto& [name, value] : to_remember_) {
    if (auto kept = ports_.ledger.remember(pbx_, name, value); !kept) return kept;
  }
  for (Errand* errand : errands_) {
    if (auto kept = errand->keep(ports_.ledger, budget); !kept) return kept;
  }
  return {};
}

void PbxAsking::kept() {
  to_remember_.clear();
  const Moment now = moment_of(ports_.clock);
  for (Errand* errand : errands_) errand->kept(now);
}

void PbxAsking::lost() {
  for (Errand* errand : errands_) errand->lost();
}

bool PbxAsking::waiting() const {
  return !to_remember_.empty() || std::any_of(errands_.begin(), errands_.end(),
                                              [](const Errand* errand) { return errand->waiting(); });
}

void PbxAsking::log_out(std::function<void()> done) {
  session_.log_out([done = std::move(done)](const api::Reply&) { done(); });
}

}  // namespace ucm::service
