// How the asking of a PBX stands: what its replies mean for the next question, the values and the operator.
#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/digest.h"
#include "base/spans.h"
#include "base/text.h"
#include "service/pbx_asking.h"

namespace ucm::service {

namespace {

using api::Trouble;
using metrics::Metric;

// What is not permitted is looked at again when somebody may have ticked it.
constexpr std::int64_t kActionRestMs = 3'600'000;
constexpr std::int64_t kSpoilerRestMs = 60'000;
constexpr std::int64_t kSaidMs = 600'000;  // between two lines about the same trouble
constexpr std::int64_t kEnough = 20;       // answers whose mean is worth showing before the interval is over
constexpr std::string_view kRefused = "api_refused";

Metric counter_of(Trouble trouble) noexcept {
  switch (trouble) {
    case Trouble::none:
    case Trouble::protocol:
      break;
    case Trouble::auth:
      return Metric::errors_auth;
    case Trouble::permission:
      return Metric::errors_permission;
    case Trouble::connect:
      return Metric::errors_connect;
    case Trouble::timeout:
      return Metric::errors_timeout;
    case Trouble::tls:
      return Metric::errors_tls;
  }
  return Metric::errors_protocol;
}

// That a recording is not there is an answer.
ActionStanding::State state_of(std::string_view action, const api::Reply& reply) noexcept {
  const bool nothing_there =
      action == "recapi" && reply.refused.trouble == Trouble::protocol && reply.of_action;
  if (reply.well() || nothing_there) return ActionStanding::State::answered;
  if (reply.refused.verdict == wire::ApiVerdict::not_permitted) return ActionStanding::State::not_permitted;
  if (reply.refused.verdict == wire::ApiVerdict::unsupported) return ActionStanding::State::not_offered;
  return ActionStanding::State::failing;
}

}  // namespace

std::string_view word_for(ActionStanding::State state) noexcept {
  constexpr std::array<std::string_view, 4> kWords{"ok", "not permitted", "not offered", "failing"};
  return kWords.at(static_cast<std::size_t>(state));
}

std::string PbxAsking::credentials_digest() const {
  const std::array<std::string_view, 3> parts{session_.access().url, session_.access().user,
                                              session_.access().password};
  return hex(digest128(parts), 4);
}

void PbxAsking::resume() {
  const ledger::Ledger& ledger = ports_.ledger;
  zone_.resume(ledger.remembered(pbx_, "utc_offset"));
  backfill_.resume(whole_number(ledger.remembered(pbx_, "read_until")));
  if (queues_) queues_->resume(whole_number(ledger.remembered(pbx_, "queues_until")));
  if (state_) state_->resume(pbx_, ledger);
  // "digest times until": whoever restarts with the same wrong password does not start guessing anew.
  const std::string refused(ledger.remembered(pbx_, kRefused));
  const std::size_t first = refused.find(' ');
  const std::size_t second = refused.rfind(' ');
  if (first == std::string::npos || second == first || refused.substr(0, first) != credentials_digest())
    return;
  const auto times = whole_number(std::string_view(refused).substr(first + 1, second - first - 1));
  const auto until_s = whole_number(std::string_view(refused).substr(second + 1));
  if (!times || !until_s) return;
  const Moment now = moment_of(ports_.clock);
  // No refusal is waited out for longer than a day: beyond that, a clock was wrong.
  const std::int64_t left_s = std::min(*until_s - now.wall_s, kDay);
  patience_.resume(static_cast<int>(std::clamp<std::int64_t>(*times, 0, 100)), left_s * 1000, now.ms);
  if (patience_.may_ask(now.ms)) return;
  trouble_ = Trouble::auth;
  const std::string what = *times == 0 ? "locked this user or address out"
                                       : text("refused this user and password {} times", *times);
  detail_ = text("the PBX has {}: correct that; until then it is asked seldom, lest it ban us", what);
  ports_.log.say(Severity::error, text("{}: {}", settings_.name, detail_));
}

void PbxAsking::count(const api::Reply& reply) {
  metrics::Book& book = ports_.ledger.book(pbx_);
  const api::SessionCounts& counts = session_.counts();
  book.add_asked(Metric::api_requests, counts.requests - counted_.requests);
  book.add_asked(Metric::api_logins, counts.logins - counted_.logins);
  counted_ = counts;
  if (!reply.well()) book.add_asked(counter_of(reply.refused.trouble));
  if (reply.http_status == 0) return;
  response_sum_ms_ += static_cast<double>(reply.elapsed_ms);
  ++responses_;
}

void PbxAsking::note_action(const std::string& action, const api::Reply& reply, Moment now) {
  ActionStanding& standing = actions_[action];
  const ActionStanding::State before = standing.state;
  standing.state = state_of(action, reply);
  standing.what = reply.what;
  standing.at_s = now.wall_s;
  const bool rests = standing.state == ActionStanding::State::not_permitted ||
                     standing.state == ActionStanding::State::not_offered;
  standing.rests_until_ms = rests ? now.ms + kActionRestMs : 0;
  broke_.erase(action);
  if (standing.state == ActionStanding::State::answered) return;
  if (standing.state == before || (standing.said_ms > 0 && now.ms < standing.said_ms + kActionRestMs)) return;
  standing.said_ms = now.ms;
  const bool ours = standing.state == ActionStanding::State::not_permitted;
  ports_.log.say(ours ? Severity::warning : Severity::notice, text("{}: {}", settings_.name, reply.what));
}

void PbxAsking::note_success(Moment now) {
  patience_.succeeded();
  // What was answered long ago says nothing about now: some actions are asked once an hour.
  const ApiSettings& api = *settings_.api;
  const std::int64_t since_s = now.wall_s - 2 * std::max(api.status_interval_s, api.backfill_interval_s);
  const bool some = std::any_of(actions_.begin(), actions_.end(), [since_s](const auto& action) {
    return action.second.state == ActionStanding::State::answered && action.second.at_s >= since_s;
  });
  others_answered_ = true;
  if (trouble_ != Trouble::none && told_) {
    ports_.log.say(Severity::notice, text("{}: its API answers again", settings_.name));
    told_ = false;
  } else if (!greeted_) {
    ports_.log.say(Severity::info, text("{}: its API lets us in and answers", settings_.name));
  }
  greeted_ = true;
  if (!ports_.ledger.remembered(pbx_, kRefused).empty())
    to_remember_.insert_or_assign(std::string(kRefused), "");
  trouble_ = Trouble::none;
  detail_.clear();
  up_ = some;
}

void PbxAsking::note_refusal(const api::Reply& reply, Moment now) {
  const std::int64_t wait_ms = patience_.refused(reply.refused, now.ms);
  others_answered_ = false;
  // A PBX that comes and goes does not fill the log.
  const bool new_to_us =
      trouble_ != reply.refused.trouble && (said_ != reply.refused.trouble || now.ms >= said_ms_ + kSaidMs);
  std::string detail = reply.what;
  if (reply.refused.verdict == wire::ApiVerdict::password) {
    detail += text("; it is tried again in {} min, so that the PBX does not lock this address out",
                   (wait_ms + 59'999) / 60'000);
  }
  if (reply.refused.trouble == Trouble::auth) remember_refusal(now);
  const bool waits = reply.refused.verdict == wire::ApiVerdict::wait_15_s ||
                     reply.refused.verdict == wire::ApiVerdict::wait_60_s;
  up_ = up_ && waits;
  trouble_ = reply.refused.trouble;
  detail_ = std::move(detail);
  if (!new_to_us) return;
  said_ms_ = now.ms;
  said_ = trouble_;
  told_ = true;
  ports_.log.say(Severity::warning, text("{}: {}", settings_.name, detail_));
}

bool PbxAsking::spoils_alone(const std::string& action, const api::Reply& reply) {
  using wire::ApiVerdict;
  const bool of_pbx = reply.refused.verdict != ApiVerdict::failed || !reply.let_in;
  if (of_pbx) return false;
  const bool again = ++broke_[action] >= 2;
  return again && others_answered_;
}

// From a minute on twice as long each time, up to an hour.
void PbxAsking::note_spoiler(const std::string& action, const api::Reply& reply, Moment now) {
  ActionStanding& standing = actions_[action];
  standing.state = ActionStanding::State::failing;
  standing.what = text("{}: {}", action, reply.what);
  standing.at_s = now.wall_s;
  standing.rests_until_ms =
      now.ms + std::min(kActionRestMs, kSpoilerRestMs << std::min(broke_[action] - 2, 6));
  if (standing.said_ms > 0 && now.ms < standing.said_ms + kActionRestMs) return;
  standing.said_ms = now.ms;
  ports_.log.say(Severity::warning,
                 text("{}: {}; it rests, the others go on", settings_.name, standing.what));
}

void PbxAsking::remember_refusal(Moment now) {
  const std::int64_t until_s = now.wall_s + (patience_.rests_until_ms() - now.ms) / 1000;
  to_remember_.insert_or_assign(
      std::string(kRefused), text("{} {} {}", credentials_digest(), patience_.passwords_refused(), until_s));
}

std::int64_t PbxAsking::rests_ms() const {
  return std::max<std::int64_t>(0, patience_.rests_until_ms() - ports_.clock.mono_ms());
}

std::optional<std::int64_t> PbxAsking::certificate_days() const {
  if (!session_.certificate()) return std::nullopt;
  return std::max<std::int64_t>(0, (session_.certificate()->expires_s - ports_.clock.wall_s()) / kDay);
}

void PbxAsking::show_levels() {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  const Moment now = moment_of(ports_.clock);
  metrics::Book& book = ports_.ledger.book(pbx_);
  book.level(Metric::api_up, up_ ? 1 : 0);
  const auto last_s = backfill_.last_good_s();
  book.level(Metric::since_poll, last_s ? static_cast<double>(now.wall_s - *last_s) : kUnknown);
  book.level(Metric::gap, static_cast<double>(backfill_.gap(now.ms)));
  const auto days = certificate_days();
  book.level(Metric::certificate_days, days ? static_cast<double>(*days) : kUnknown);
  if (now.ms < responses_since_ms_ + settings_.api->status_interval_s * 1000 && responses_ < kEnough) return;
  book.level(Metric::api_response,
             responses_ == 0 ? kUnknown : response_sum_ms_ / static_cast<double>(responses_) / 1000);
  response_sum_ms_ = 0;
  responses_ = 0;
  responses_since_ms_ = now.ms;
}

}  // namespace ucm::service
