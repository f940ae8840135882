#include "service/core.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/spans.h"
#include "base/text.h"
#include "service/answers.h"

namespace ucm::service {

namespace {

constexpr std::int64_t kTickMs = 200;
constexpr std::int64_t kLogOutMs = 400;        // a host waits for us
constexpr std::int64_t kLastTurnsMs = 15'000;  // the host gives us twenty seconds
constexpr std::int64_t kReopenMs = 10'000;     // a listener or the control socket that could not be opened

ledger::LedgerSettings ledger_settings(const Settings& settings) {
  ledger::LedgerSettings wanted{.directory = settings.state_directory,
                                .retention_s = settings.retention_days * 86'400,
                                .settle_ms = settings.settle_s * 1000,
                                .quarantine_rows = settings.quarantine_rows,
                                .quarantine_bytes = settings.quarantine_bytes,
                                .pbxes = {}};
  for (const PbxSettings& pbx : settings.pbxes) {
    const std::array<bool, metrics::kScopeKinds> kinds{pbx.trunks,     pbx.queues, pbx.queues,
                                                       pbx.extensions, pbx.dids,   pbx.account_codes};
    const bool state = pbx.api && access_of(*pbx.api).kind == api::ApiKind::current;
    metrics::BookSettings book;
    book.host = pbx.host;
    book.kinds = kinds;
    book.max_series = pbx.max_series;
    book.asked = pbx.api.has_value();
    book.state = state;
    book.histograms = pbx.histograms;
    book.hashed = pbx.hash_names;
    book.short_call_s = pbx.short_call_s;
    book.redial_within_s = pbx.redial_within_s;
    book.service_level_s = pbx.service_level_s;
    book.short_abandon_s = pbx.short_abandon_s;
    book.formula = pbx.formula;
    book.capacities = pbx.capacities;
    wanted.pbxes.push_back({pbx.name, std::move(book)});
  }
  return wanted;
}

void say_what_limits(const Settings& settings, const net::Affordable& affordable, Log& log) {
  std::size_t wanted = 0;
  for (const net::Endpoint& endpoint : settings.listeners) {
    wanted += static_cast<std::size_t>(endpoint.limits.connections);
  }
  if (wanted <= affordable.connections) return;
  log.say(Severity::info, text("at most {} connections of PBXes are kept open, where MaxConnections allows "
                               "{}: this process may have {} "
                               "files open and needs some itself. Only if more PBXes push at the same time, "
                               "raise LimitNOFILE of the service",
                               affordable.connections, wanted, affordable.limit));
}

}  // namespace

Core::Core(const Settings& settings, metrics::Board& board, Log& log, const Clock& clock,
           std::unique_ptr<net::Loop> loop, const net::Affordable& affordable)
    : settings_(settings),
      board_(board),
      log_(log),
      clock_(clock),
      senders_(settings.pbxes),
      ledger_(ledger_settings(settings), log, clock),
      loop_(std::move(loop)),
      places_(affordable.connections),
      steadiness_(clock),
      last_record_s_(settings.pbxes.size()),
      kept_push_ms_(settings.pbxes.size()),
      pushed_(settings.pbxes.size()),
      warned_full_(settings.pbxes.size()),
      counters_ms_(clock.mono_ms()),
      started_s_(clock.wall_s()) {
  for (const PbxSettings& pbx : settings_.pbxes) zones_.emplace_back(pbx.zone);
  for (std::size_t pbx = 0; pbx < zones_.size(); ++pbx) {
    ledger_.book(pbx).set_offset_at(
        [this, pbx](std::int64_t epoch_s) { return zones_[pbx].offset_at(epoch_s); });
    alerts_.push_back(std::make_unique<Alerts>(
        settings_.pbxes[pbx], zones_[pbx],
        [this, pbx](metrics::ScopeKind kind, std::string_view name) {
          return ledger_.book(pbx).scope_of(kind, name);
        },
        started_s_));
  }
}

Core::~Core() = default;

Result<std::unique_ptr<Core>> Core::create(const Settings& settings, metrics::Board& board, Log& log,
                                           const Clock& clock) {
  Result<std::unique_ptr<net::Loop>> loop = net::Loop::create();
  if (!loop) return loop.error();
  const net::Affordable affordable = net::affordable_connections();
  say_what_limits(settings, affordable, log);
  std::unique_ptr<Core> core(new Core(settings, board, log, clock, std::move(loop).value(), affordable));
  // Counters first: what is shown must go on from where the last run ended.
  if (auto ready = core->ledger_.ready(); !ready) {
    core->ledger_.abandon(ready.error());
    core->give_up(ready.error());
  }
  core->loop_->set_end_of_turn([self = core.get()] { self->end_of_turn(); });
  core->loop_->set_on_wake([self = core.get()] {
    if (self->stop_) self->loop_->stop();
  });
  core->ticker_ = core->loop_->every(kTickMs, [self = core.get()] { self->tick(); });
  for (const net::Endpoint& endpoint : settings.listeners)
    core->doors_.push_back({.endpoint = endpoint, .inbox = {}, .listener = {}, .fault = {}});
  if (auto asking = core->begin_asking(); !asking) return asking.error();
  core->open_doors();
  core->open_control();
  core->publish_when_due(true);
  return core;
}

Result<void> Core::begin_asking() {
  const bool wanted = std::any_of(settings_.pbxes.begin(), settings_.pbxes.end(),
                                  [](const PbxSettings& pbx) { return pbx.api.has_value(); });
  if (!wanted) return {};
  auto asking = Asking::create(settings_.pbxes, *loop_, zones_, alerts_, ledger_, log_, clock_);
  if (!asking) return asking.error();
  asking_ = std::move(asking).value();
  return {};
}

void Core::open_doors() {
  for (std::size_t i = 0; i < doors_.size(); ++i) {
    Door& door = doors_[i];
    if (door.listener) continue;
    if (!door.inbox) {
      door.inbox = std::make_unique<Inbox>(
          i, senders_, door.endpoint.limits.record_bytes, backlog_,
          [this](net::Refusal refusal, const net::Address& sender) { count_refused(refusal, sender); });
    }
    Result<std::unique_ptr<net::Listener>> opened =
        net::listen(*loop_, places_, door.endpoint, *door.inbox, log_);
    if (!opened) {
      if (door.fault != opened.error().what) log_.say(Severity::error, opened.error().what);
      door.fault = opened.error().what;
      continue;
    }
    door.listener = std::move(opened).value();
    door.fault.clear();
    if (!trouble_.empty()) door.listener->hold(true);
    log_.say(Severity::info,
             text("listening for CDR pushes on {} (port {})", door.endpoint.url, door.listener->port()));
  }
}

void Core::open_control() {
  Result<std::unique_ptr<net::Control>> opened = net::Control::open(
      *loop_, settings_.control_socket, [this](std::string_view line) { return answer(*this, line); }, log_);
  if (!opened) {
    log_.say_rarely("control", Severity::error,
                    text("{}. ucmctl cannot ask this agent meanwhile", opened.error().what));
    return;
  }
  control_ = std::move(opened).value();
}

void Core::run() {
  loop_->run();
  retry_ms_ = 0;
  flush_ = true;
  stopping_ = true;
  const std::int64_t end_ms = clock_.mono_ms() + kLastTurnsMs;
  do {
    end_of_turn();
  } while (!backlog_.empty() && trouble_.empty() && clock_.mono_ms() < end_ms);
  if (auto kept = keep_last_alerts(); !kept) ledger_.abandon(kept.error());
  write_counters(true);
  if (!backlog_.empty()) {
    log_.say(Severity::error,
             text("{} deliveries could not be kept: what came over tcp:// is lost; PBXes that push over HTTP "
                  "keep theirs until they are answered 200",
                  backlog_.size()));
  }
  control_.reset();
  doors_.clear();
  ticker_.reset();
  loop_->set_on_wake(nullptr);  // whoever wakes it now wants it to stop, which it does
  if (asking_) asking_->log_out(kLogOutMs);
}

void Core::ask_to_stop() noexcept {
  stop_ = true;
  loop_->wake();
}

void Core::ask_to_flush() noexcept {
  flush_ = true;
  loop_->wake();
}

// Moments of this run move with the clock, so that what lasted a minute has still lasted a minute.
void Core::clock_moved(std::int64_t moved_s) {
  const std::int64_t minutes = (std::abs(moved_s) + kMinute / 2) / kMinute;
  log_.say(Severity::warning,
           text("the clock of this machine was set {} by {} d {} h {} min, or the machine slept. Records are "
                "counted as ever; Retention deletes nothing before the clock has been steady for {} min. If "
                "neither NTP nor you did that, look at the clock",
                moved_s > 0 ? "forwards" : "back", minutes / 1440, minutes / 60 % 24, minutes % 60,
                ledger::Ledger::kSteadyMs / 60'000));
  started_s_ += moved_s;
  for (auto& last_s : last_record_s_) {
    if (last_s) *last_s += moved_s;
  }
  for (auto& [reason, refused] : refused_) refused.last_s += moved_s;
  for (std::size_t pbx = 0; pbx < alerts_.size(); ++pbx) {
    const auto moved = alerts_[pbx]->clock_moved(pbx, ledger_, moved_s, clock_.wall_s());
    if (!moved)
      log_.say_rarely("recall", Severity::warning, text("calls are not judged anew: {}", moved.error().what));
  }
  changed_ = true;
}

void Core::tick() {
  ticked_ = true;
  const std::int64_t now = clock_.mono_ms();
  if (const std::int64_t moved_s = steadiness_.look(); moved_s != 0) clock_moved(moved_s);
  if (asking_) asking_->tick();
  for (Door& door : doors_) {
    if (!door.listener) continue;
    const std::uint64_t accepted = door.listener->accepted();
    if (accepted == door.accepted_seen) continue;
    ledger_.agent().add(metrics::Metric::agent_connections,
                        static_cast<std::int64_t>(accepted - door.accepted_seen));
    door.accepted_seen = accepted;
    changed_ = true;
  }
  const bool shut =
      std::any_of(doors_.begin(), doors_.end(), [](const Door& door) { return !door.listener; });
  if ((shut || !control_) && now >= reopen_ms_) {
    reopen_ms_ = now + kReopenMs;
    open_doors();
    if (!control_) open_control();
  }
}

}  // namespace ucm::service
