// How the alerts of all PBXes take part in the turn.
#include <algorithm>
#include <utility>

#include "base/spans.h"
#include "base/text.h"
#include "service/core.h"

namespace ucm::service {

namespace {

constexpr std::int64_t kLookMs = 1'000;
constexpr std::int64_t kTakingMs = 60'000;

}  // namespace

bool Core::takes_pushes() const {
  return trouble_.empty() &&
         std::all_of(doors_.begin(), doors_.end(), [](const Door& door) { return door.listener != nullptr; });
}

// A full disk takes a turn in which there is nothing to write: that is no end of it, but a push that was kept
// is, or a while in which there was no trouble.
void Core::note_whether_refusing() {
  const std::int64_t now = clock_.mono_ms();
  const bool takes = takes_pushes();
  if (!takes || !refusing_) taking_since_ms_ = now;
  const bool over = refusing_ && now - taking_since_ms_ >= kTakingMs;
  const bool worse = refusing_ && refusing_->by_door && !trouble_.empty();
  if (over || worse) refusing_.reset();
  if (!takes && !refusing_) begin_refusing();
}

// How long a PBX's buffer still lasts is told by what it sent in the hour before it could send no more.
void Core::begin_refusing() {
  refusing_ = Refusing{clock_.mono_ms(), trouble_.empty(), {}};
  for (api::LastHour& pushed : pushed_) {
    refusing_->rates.push_back(static_cast<double>(pushed.sum(refusing_->since_ms)) /
                               static_cast<double>(kHour));
  }
}

// One door of several may be shut: whoever has pushed since goes in by another.
bool Core::is_refused(std::size_t pbx) const {
  return refusing_ && (!kept_push_ms_[pbx] || *kept_push_ms_[pbx] <= refusing_->since_ms);
}

// A record that the disk has is the end of what was wrong with the disk.
void Core::note_kept(const std::vector<Delivery>& deliveries) {
  const std::int64_t now = clock_.mono_ms();
  for (const Delivery& delivery : deliveries) {
    for (const Leg& leg : delivery.decoded.legs) {
      const auto pbx = senders_.which(delivery.senders, leg.sn);
      if (!pbx) continue;
      kept_push_ms_[*pbx] = now;
      pushed_[*pbx].add(1, now);
      if (refusing_ && !refusing_->by_door) refusing_.reset();
    }
  }
}

std::optional<double> Core::buffer_left_s(std::size_t pbx) const {
  constexpr double kBuffer = 10'000;  // records that a UCM keeps
  if (!is_refused(pbx) || refusing_->rates[pbx] <= 0) return std::nullopt;
  const double elapsed = static_cast<double>(clock_.mono_ms() - refusing_->since_ms) / 1000;
  return std::max(0.0, kBuffer / refusing_->rates[pbx] - elapsed);
}

PbxOutlook Core::outlook(std::size_t pbx) {
  PbxOutlook outlook;
  if (const PbxAsking* asked = asking(pbx)) {
    outlook.asked = true;
    outlook.api_up = asked->up();
    outlook.certificate_days = asked->certificate_days();
  }
  outlook.pushes = !settings_.pbxes[pbx].from.empty();
  outlook.last_push_s = last_record_s_[pbx];
  outlook.unavailable = !trouble_.empty();
  outlook.refusing = is_refused(pbx);
  outlook.buffer_left_s = buffer_left_s(pbx);
  return outlook;
}

// Goes on while the ledger cannot commit: that is what some alerts are about.
void Core::look_around() {
  const Moment now = moment_of(clock_);
  if (now.ms < look_ms_) return;
  look_ms_ = now.ms + kLookMs;
  note_whether_refusing();
  look_at_certificates(now.wall_s);
  for (std::size_t pbx = 0; pbx < alerts_.size(); ++pbx) alerts_[pbx]->look(outlook(pbx), now);
}

void Core::judge(const std::vector<ledger::Ended>& ended) {
  for (const ledger::Ended& end : ended) {
    if (end.pbx < alerts_.size()) alerts_[end.pbx]->ended(end, clock_.wall_s());
  }
}

void Core::tell_alerts() {
  for (std::size_t pbx = 0; pbx < alerts_.size(); ++pbx) {
    Alerts& alerts = *alerts_[pbx];
    for (metrics::Notice& notice : alerts.take(clock_.wall_s(), board_.room())) {
      const std::uint64_t number = board_.tell(notice);
      alerts.given(number, std::move(notice));
      changed_ = true;
    }
    if (const std::int64_t lost = alerts.take_lost(); lost > 0) {
      log_.say(Severity::warning, text("{}: {} more notifications were not told; the values and `ucmctl "
                                       "status` show what is on",
                                       settings_.pbxes[pbx].name, lost));
    }
  }
}

bool Core::alerts_wait() const {
  return std::any_of(alerts_.begin(), alerts_.end(), [](const auto& alerts) { return alerts->waiting(); });
}

Result<void> Core::resume_alerts() {
  for (std::size_t pbx = 0; pbx < alerts_.size(); ++pbx) {
    if (auto resumed = alerts_[pbx]->resume(pbx, ledger_, clock_.wall_s()); !resumed) return resumed;
  }
  return {};
}

void Core::tell_of_agent(metrics::Urgency urgency, std::string_view what, std::string words) {
  static_cast<void>(board_.tell({settings_.agent_host, std::move(words), "self", "count", what, urgency}));
}

// A PBX that verifies it pushes nothing any more when it has expired.
void Core::look_at_certificates(std::int64_t now_s) {
  constexpr std::int64_t kSoonDays = 14;
  certificate_days_.reset();
  std::string_view url;
  for (const Door& door : doors_) {
    const auto expires_s = door.listener ? door.listener->certificate_expires_s() : std::nullopt;
    if (!expires_s) continue;
    const std::int64_t days = std::max<std::int64_t>(0, (*expires_s - now_s) / kDay);
    if (certificate_days_ && days >= *certificate_days_) continue;
    certificate_days_ = days;
    url = door.endpoint.url;
  }
  const bool soon = certificate_days_ && *certificate_days_ <= kSoonDays;
  if (soon == certificate_told_) return;
  certificate_told_ = soon;
  const std::string words =
      soon ? text("The certificate of {} {}. Renew it; it is read again without a restart", url,
                  *certificate_days_ == 0 ? "has expired or does so today"
                                          : text("expires in {} days", *certificate_days_))
           : "Alert listener_certificate is over: the certificate was renewed";
  log_.say(soon ? Severity::warning : Severity::notice, words);
  tell_of_agent(soon ? metrics::Urgency::warning : metrics::Urgency::okay, "listener_certificate", words);
}

// Of the agent as a whole, and so no alert of a PBX. Told at each start until it is mended, and then once
// more.
Result<void> Core::tell_configuration() {
  constexpr std::string_view kFaulty = "configuration_faulty";
  if (settings_.pbxes.empty()) return {};
  const bool faulty = !settings_.faults.empty();
  const bool was = !ledger_.remembered(0, kFaulty).empty();
  if (!faulty && !was) return {};
  tell_of_agent(faulty ? metrics::Urgency::failure : metrics::Urgency::okay, "configuration_errors",
                faulty ? text("The configuration has {} errors, and what they are about is not watched: {}. "
                              "`ucmctl status` names all",
                              settings_.faults.size(), settings_.faults.front())
                       : "Alert configuration_errors is over: the configuration has none");
  return faulty == was ? Result<void>() : ledger_.remember(0, kFaulty, faulty ? "1" : "");
}

Result<void> Core::keep_alerts() {
  const std::uint64_t heard = board_.heard();
  for (std::size_t pbx = 0; pbx < alerts_.size(); ++pbx) {
    alerts_[pbx]->heard(heard);
    if (!alerts_[pbx]->waiting()) continue;
    if (auto kept = alerts_[pbx]->keep(pbx, ledger_); !kept) return kept;
  }
  return {};
}

// Calls that the last turn has settled may have raised some: the host reads no more, the next run tells them.
Result<void> Core::keep_last_alerts() {
  if (!alerts_wait()) return {};
  if (auto ready = ledger_.ready(); !ready) return ready;
  if (auto kept = keep_alerts(); !kept) return kept;
  if (auto ended = ledger_.commit(true); !ended) return ended.error();
  return {};
}

void Core::alerts_kept() {
  for (const auto& alerts : alerts_) alerts->kept();
}

}  // namespace ucm::service
