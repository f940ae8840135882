// Asks a PBX of the new API how it is, action by action, and puts what it says into the book.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "metrics/book.h"
#include "model/pbx_status.h"
#include "service/alerts.h"
#include "service/errand.h"
#include "service/settings.h"
#include "service/zone_watch.h"
#include "wire/api_state.h"

namespace ucm::service {

// What one round found out; what is missing was not asked for, or not answered.
struct PbxFindings {
  std::optional<SystemStatus> system;
  Moment system_at;  // when
  std::optional<ExtensionStates> extensions;
  std::optional<std::vector<TrunkState>> trunks;
  std::optional<std::vector<Channel>> bridged;
  std::optional<std::vector<Channel>> unbridged;
  struct Queue {
    std::optional<std::int64_t> waiting;
    std::optional<std::int64_t> talking;
    std::optional<QueueMembers> members;
  };
  std::optional<std::map<std::string, Queue, std::less<>>> queues;
};

class StateRound final : public Errand {
 public:
  using May = std::function<bool(std::string_view action)>;  // whether the action is not resting
  struct Ports {
    metrics::Book& book;
    Alerts& alerts;
    Log& log;
  };
  // REQUIRES: everything given by reference outlives it.
  StateRound(const PbxSettings& settings, Ports ports, const ZoneWatch& zone, May may, Moment first_due);

  [[nodiscard]] std::optional<api::Question> next(Moment now) override;
  void answered(const api::Reply& reply, Moment now) override;
  void broken(Moment now) override;
  [[nodiscard]] Result<void> keep(ledger::Ledger& ledger, std::size_t& budget) override;
  void kept(Moment now) override;
  void lost() override {}
  [[nodiscard]] bool waiting() const override { return !to_remember_.empty(); }

  // What an earlier run knew: name, value.
  void resume(std::size_t pbx, const ledger::Ledger& ledger);

  // For status.
  [[nodiscard]] const Versions& versions() const noexcept { return versions_; }
  [[nodiscard]] const PbxFindings& found() const noexcept { return shown_; }
  [[nodiscard]] std::optional<std::int64_t> drift_s() const noexcept { return drift_s_; }
  [[nodiscard]] std::int64_t last_round_s() const noexcept { return last_round_s_; }

 private:
  struct Step {
    std::string action;
    wire::Parameters parameters;
    std::function<void(const api::Reply&, Moment)> read;
  };
  void begin(Moment now);
  void finish(Moment now);
  void plan(std::string action, wire::Parameters parameters,
            std::function<void(const api::Reply&, Moment)> read);
  // One page of a list; asks for the next as long as there is one.
  template <class Item>
  void plan_list(std::string action, wire::Parameters parameters,
                 Result<wire::ListPage<Item>> (*read)(const wire::Json&),
                 std::function<void(std::vector<Item>)> take, std::int64_t page = 1, std::size_t listed = 0);
  void plan_queue(const std::string& queue);
  void understood(const std::string& action, const Error& error);

  void show(Moment now);
  void show_system(Moment now);
  void show_trunks();
  void show_calls();
  void show_queues();
  void alert(Moment now);
  // Empty while no zone is known.
  [[nodiscard]] std::optional<std::int64_t> drift(const SystemStatus& status, Moment at) const;
  void drop_what_is_spoilt();
  void take_queue_list();
  void note_versions(const Versions& versions, Moment now);
  void note_boot(std::int64_t uptime_s, Moment at);

  const PbxSettings& settings_;
  Ports ports_;
  const ZoneWatch& zone_;
  May may_;
  std::deque<Step> steps_;
  bool running_ = false;
  PbxFindings found_;
  PbxFindings shown_;
  Versions versions_;
  std::optional<std::int64_t> drift_s_;
  std::optional<std::int64_t> boot_s_;    // epoch seconds of the PBX's start
  std::optional<std::int64_t> uptime_s_;  // when it was last said
  std::int64_t uptime_ms_ = 0;
  std::set<std::string, std::less<>> spoilt_;  // actions of this round that failed, or answered half a list
  using Names = std::set<std::string, std::less<>>;
  std::optional<Names> queues_;  // empty until a whole list of them was answered
  std::optional<Names> listed_;  // by this round, so far
  std::int64_t due_ms_;
  std::int64_t versions_due_ms_ = 0;
  std::int64_t queues_due_ms_ = 0;
  std::int64_t moment_ms_ = 0;  // when this round began
  std::int64_t last_round_s_ = 0;
  std::size_t pbx_ = 0;
  std::map<std::string, std::string, std::less<>> to_remember_;
};

}  // namespace ucm::service
