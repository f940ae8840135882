// One turn, from what has arrived to the answers.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "service/core.h"

namespace ucm::service {

namespace {

constexpr std::size_t kMostSettledInATurn = 500;
constexpr std::int64_t kRetryMs = 1'000;    // a ledger that could not commit
constexpr std::int64_t kForgetMs = 60'000;  // between two looks for what is past retention
constexpr std::int64_t kRememberMs = 60'000;
constexpr std::int64_t kCountersMs = 3'600'000;
constexpr std::string_view kLastPush = "last_push";
constexpr std::int64_t kLazilyMs = 10'000;  // counters that belong to no record

struct Counted {
  metrics::Metric metric;
  std::string_view reason;  // as status has it
};

Counted counted(net::Refusal refusal) noexcept {
  switch (refusal) {
    case net::Refusal::unknown_sender:
      return {metrics::Metric::agent_senders_refused, "unknown_sender"};
    case net::Refusal::credentials:
      return {metrics::Metric::agent_credentials_refused, "credentials"};
    case net::Refusal::too_large:
      return {metrics::Metric::agent_too_large, "too_large"};
    case net::Refusal::too_many:
      return {metrics::Metric::agent_too_many, "too_many"};
    case net::Refusal::too_slow:
      return {metrics::Metric::agent_too_slow, "too_slow"};
  }
  return {metrics::Metric::agent_senders_refused, "unknown_sender"};
}

}  // namespace

void Core::note_refused(std::string_view reason, const net::Address& from) {
  Refused& refused = refused_[reason];
  refused.hour.add(1, clock_.mono_ms());
  refused.last_s = clock_.wall_s();
  refused.from = from;
}

void Core::count_refused(net::Refusal refusal, const net::Address& sender) {
  const Counted as = counted(refusal);
  ledger_.agent().add(as.metric, 1);
  note_refused(as.reason, sender);
  changed_ = true;
  if (refusal == net::Refusal::unknown_sender) {
    log_.say_rarely(
        "sender", Severity::warning,
        text("a push from {} was refused: no PBX block names this address. Add `From \"{}\"` to the block "
             "of the PBX that it belongs to",
             net::to_string(sender), net::to_string(sender)));
  }
  if (refusal == net::Refusal::credentials) {
    log_.say_rarely(
        "credentials", Severity::warning,
        text("a push from {} was refused: user or password is wrong. Compare the PBX's CDR Real-time "
             "Output settings with User and Password of the Listen block",
             net::to_string(sender)));
  }
  if (refusal == net::Refusal::too_large) {
    log_.say_rarely(
        "large", Severity::warning,
        text("a push from {} was refused: it is larger than MaxRecordBytes", net::to_string(sender)));
  }
  if (refusal == net::Refusal::too_slow) {
    log_.say_rarely("slow", Severity::warning,
                    text("a connection from {} was cut in the middle of a push: it took longer than "
                         "RequestTimeout, or nothing came for IdleTimeout",
                         net::to_string(sender)));
  }
}

void Core::end_of_turn() {
  const bool ticked = std::exchange(ticked_, false);
  const bool flush = flush_.exchange(false);
  if (ticked) look_around();
  const bool fetched = asking_ && asking_->waiting();
  if (backlog_.empty() && !ticked && !flush && !more_due_ && !fetched) return;

  const std::int64_t now = clock_.mono_ms();
  if (!trouble_.empty() && now < retry_ms_) {
    refuse_pushes();
  } else {
    const bool lazily = now >= lazily_ms_;
    if (lazily) lazily_ms_ = now + kLazilyMs;
    settle_the_turn(ticked, flush || lazily);
  }
  if (ticked) {
    give_memory_back();
    write_counters(false);
  }
  tell_alerts();
  publish_when_due(false);
}

void Core::settle_the_turn(bool ticked, bool everything) {
  if (auto kept = keep_all(ticked, everything); !kept) {
    ledger_.abandon(kept.error());
    if (asking_) asking_->lost();
    give_up(kept.error());
    refuse_pushes();
    return;
  }
  if (!trouble_.empty()) recovered();
  const std::vector<Delivery> deliveries = backlog_.kept();
  note_kept(deliveries);
  answer_kept(deliveries);
  if (asking_) {
    asking_->kept();
    more_due_ = more_due_ || asking_->waiting();
  }
  more_due_ = more_due_ || alerts_wait() || !backlog_.empty();
  if (more_due_) loop_->wake();
}

Result<void> Core::keep_all(bool ticked, bool everything) {
  if (auto ready = ledger_.ready(); !ready) return ready;
  if (!resumed_) {
    resume_pushes();
    if (auto resumed = resume_alerts(); !resumed) return resumed;
    if (auto told = tell_configuration(); !told) return told;
    resumed_ = true;
  }
  const bool pushed = !backlog_.empty();
  if (auto kept = keep_pushes(); !kept) return kept;
  if (asking_) {
    if (auto kept = asking_->keep(); !kept) return kept;
  }
  if (auto kept = keep_alerts(); !kept) return kept;
  if (auto remembered = remember_pushes(); !remembered) return remembered;
  const Result<bool> more = ledger_.settle(kMostSettledInATurn);
  if (!more) return more.error();
  more_due_ = more.value();
  if (ticked && clock_.mono_ms() >= forget_ms_) {
    const Result<bool> forgetting = ledger_.forget(steadiness_.steady_ms());
    if (!forgetting) return forgetting.error();
    forget_ms_ = clock_.mono_ms() + (forgetting.value() ? 0 : kForgetMs);
  }
  const Result<bool> erasing = ledger_.erase_step();
  if (!erasing) return erasing.error();
  more_due_ = more_due_ || erasing.value();
  Result<std::vector<ledger::Ended>> ended = ledger_.commit(everything);
  if (!ended) return ended.error();
  changed_ = changed_ || pushed || !ended.value().empty() || (ticked && asking_ && asking_->moved());
  alerts_kept();
  judge(ended.value());
  return {};
}

// So that a PBX that has long been silent is known to be, after a restart too. Exact to a minute.
Result<void> Core::remember_pushes() {
  const std::int64_t now = clock_.mono_ms();
  if (now < remember_ms_ && !stop_) return {};
  remember_ms_ = now + kRememberMs;
  for (std::size_t pbx = 0; pbx < last_record_s_.size(); ++pbx) {
    if (!last_record_s_[pbx]) continue;
    if (auto kept = ledger_.remember(pbx, kLastPush, text("{}", *last_record_s_[pbx])); !kept) return kept;
  }
  return {};
}

void Core::resume_pushes() {
  for (std::size_t pbx = 0; pbx < last_record_s_.size(); ++pbx) {
    if (last_record_s_[pbx]) continue;
    last_record_s_[pbx] = believed(whole_number(ledger_.remembered(pbx, kLastPush)), clock_.wall_s());
  }
}

void Core::write_counters(bool now) {
  if (!trouble_.empty() || (!now && clock_.mono_ms() < counters_ms_ + kCountersMs)) return;
  counters_ms_ = clock_.mono_ms();
  if (const auto written = ledger_.write_counters(); !written) {
    log_.say_rarely(
        "counters", Severity::warning,
        text("the counters could not be written beside the ledger: {}. If the ledger is lost too, they "
             "begin at 0",
             written.error().what));
  }
}

void Core::give_up(const Error& cause) {
  retry_ms_ = clock_.mono_ms() + kRetryMs;
  changed_ = true;
  if (trouble_.empty()) {
    for (Door& door : doors_) {
      if (door.listener) door.listener->hold(true);
    }
  }
  trouble_ = cause.what;
  log_.say_rarely(
      "ledger", Severity::error,
      text("the ledger cannot keep records: {}. Nothing is counted and PBXes are told to keep theirs; "
           "counting goes on by itself when {} can be written again",
           cause.what, settings_.state_directory));
}

void Core::flush_doors() {
  for (Door& door : doors_) {
    if (door.listener) door.listener->flush();
  }
}

void Core::recovered() {
  log_.say(Severity::notice, "the ledger keeps records again");
  trouble_.clear();
  changed_ = true;
  for (Door& door : doors_) {
    if (door.listener) door.listener->hold(false);
  }
}

}  // namespace ucm::service
