// The asking of one PBX: one session, its errands, one question at a time, and what the operator is told
// about it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/patience.h"
#include "api/session.h"
#include "base/log.h"
#include "service/alerts.h"
#include "service/backfill.h"
#include "service/errand.h"
#include "service/queue_report.h"
#include "service/recording_watch.h"
#include "service/settings.h"
#include "service/state_round.h"
#include "service/zone_watch.h"

namespace ucm::service {

// How one action fares.
struct ActionStanding {
  enum class State { answered, not_permitted, not_offered, failing };
  State state = State::answered;
  std::string what;  // unless answered
  std::int64_t at_s = 0;
  std::int64_t rests_until_ms = 0;
  std::int64_t said_ms = 0;  // when the log last named it
};
[[nodiscard]] std::string_view word_for(ActionStanding::State state) noexcept;

class PbxAsking {
 public:
  struct Ports {
    net::Client& client;
    ledger::Ledger& ledger;
    Alerts& alerts;
    Log& log;
    const Clock& clock;
    PagesHeld& held;
    std::function<void()> on_waiting;  // something waits to be kept; may be said again
  };
  // REQUIRES: settings.api; `settings`, `zone` and everything in `ports` outlive it. `first_due`: when it may
  // begin.
  PbxAsking(std::size_t pbx, const PbxSettings& settings, ZoneWatch& zone, Ports ports, Moment first_due);
  PbxAsking(const PbxAsking&) = delete;
  PbxAsking& operator=(const PbxAsking&) = delete;

  // What earlier runs know; once, when the ledger is loaded.
  void resume();
  // Asks what is due, if nothing is under way.
  void tick();
  void heard(const Leg& leg);  // a new leg was pushed

  // The ledger's turn, as of Errand.
  [[nodiscard]] Result<void> keep(std::size_t& budget);
  void kept();
  void lost();
  [[nodiscard]] bool waiting() const;

  // Whether a reply came since it was last asked this.
  [[nodiscard]] bool moved() noexcept { return std::exchange(moved_, false); }
  // Of answers, since it was last asked this.
  [[nodiscard]] std::size_t bytes_read() noexcept { return std::exchange(bytes_read_, 0); }
  // Levels that age by themselves; before a snapshot.
  void show_levels();
  // `done` once it is logged out, or cannot be.
  void log_out(std::function<void()> done);

  // For status.
  [[nodiscard]] const api::Session& session() const noexcept { return session_; }
  [[nodiscard]] const std::map<std::string, ActionStanding>& actions() const noexcept { return actions_; }
  [[nodiscard]] bool up() const noexcept { return up_; }
  [[nodiscard]] api::Trouble trouble() const noexcept { return trouble_; }
  [[nodiscard]] const std::string& detail() const noexcept { return detail_; }
  [[nodiscard]] std::int64_t rests_ms() const;  // 0: it is asked when something is due
  [[nodiscard]] const Backfill& backfill() const noexcept { return backfill_; }
  [[nodiscard]] const StateRound* state() const noexcept { return state_.get(); }
  [[nodiscard]] const ZoneWatch& zone() const noexcept { return zone_; }
  [[nodiscard]] std::optional<std::int64_t> certificate_days() const;

 private:
  void ask_what_is_due(Moment now);
  void ask(Errand& errand, api::Question question);
  void replied(Errand& errand, const std::string& action, const api::Reply& reply);
  void count(const api::Reply& reply);
  void watch_zone(Moment now);
  void note_action(const std::string& action, const api::Reply& reply, Moment now);
  void note_refusal(const api::Reply& reply, Moment now);
  // Whether this action has broken the asking a second time, while others were answered in between: then it
  // is at fault, and not the PBX.
  [[nodiscard]] bool spoils_alone(const std::string& action, const api::Reply& reply);
  void note_spoiler(const std::string& action, const api::Reply& reply, Moment now);
  void note_success(Moment now);
  void remember_refusal(Moment now);
  [[nodiscard]] bool may(std::string_view action) const;
  [[nodiscard]] std::string credentials_digest() const;

  std::size_t pbx_;
  const PbxSettings& settings_;
  ZoneWatch& zone_;
  Ports ports_;
  api::Session session_;
  api::Patience patience_;
  std::unique_ptr<StateRound> state_;  // of the new API
  Backfill backfill_;
  std::unique_ptr<QueueReport> queues_;
  RecordingWatch recordings_;
  std::vector<Errand*> errands_;  // in the order of their precedence
  std::map<std::string, ActionStanding> actions_;
  std::map<std::string, std::string> to_remember_;
  api::SessionCounts counted_;
  bool greeted_ = false;  // it has answered in this run
  bool up_ = false;
  bool moved_ = false;
  std::size_t bytes_read_ = 0;
  std::map<std::string, int> broke_;  // times in a row that an action broke off the asking as a whole
  bool others_answered_ = false;      // since the asking was last broken off
  std::int64_t said_ms_ = 0;          // when the log last told of a refusal
  api::Trouble said_ = api::Trouble::none;
  bool told_ = false;  // and has not told that it is over
  api::Trouble trouble_ = api::Trouble::none;
  std::string detail_;
  double response_sum_ms_ = 0;
  std::int64_t responses_ = 0;
  std::int64_t responses_since_ms_ = 0;
  std::int64_t zone_due_ms_ = 0;
};

}  // namespace ucm::service
