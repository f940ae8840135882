// The live round with one PBX, question after question.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "api/session.h"
#include "net/loop.h"
#include "service/errand.h"
#include "service/trial.h"
#include "wire/json.h"

namespace ucm::service {

class TrialRound {
 public:
  // REQUIRES: settings.api; everything given by reference outlives it.
  TrialRound(const PbxSettings& settings, net::Client& client, const Clock& clock);
  TrialRound(const TrialRound&) = delete;
  TrialRound& operator=(const TrialRound&) = delete;

  // `done` runs once, when all is asked or no more can be, and it is logged out.
  void begin(std::function<void()> done);
  // It has taken too long: ends the round as it stands.
  void out_of_time();

  [[nodiscard]] std::int64_t most_ms() const noexcept;  // after which out_of_time() is due
  [[nodiscard]] PbxTrial& trial() noexcept { return trial_; }

 private:
  struct Step {
    api::Question question;
    // Of a good answer; what is wrong with it, "" = nothing.
    std::function<std::string(const api::Reply&)> read = {};
    // Whether a refusal for this reason shows that the action is permitted: it was asked for nothing.
    bool asks_for_nothing = false;
  };
  void plan_state();
  void plan_lists();
  void plan_queue(const std::string& queue);
  [[nodiscard]] Step records_step(std::int64_t back_s, std::int64_t most);
  [[nodiscard]] Step queue_report_step() const;
  void next();
  void replied(const Step& step, const api::Reply& reply);
  void note(const Step& step, const api::Reply& reply);
  void stop(const api::Reply& reply);
  void finish();
  [[nodiscard]] ActionTrial& standing(std::string_view action);
  [[nodiscard]] std::string read_status(const api::Reply& reply);
  [[nodiscard]] std::string read_records(const api::Reply& reply, std::int64_t back_s, std::int64_t most);
  [[nodiscard]] std::string read_queue_list(const wire::Json& response);
  [[nodiscard]] std::int64_t offset_s() const;

  const Clock& clock_;
  api::Session session_;
  PbxTrial trial_;
  std::deque<Step> steps_;
  std::function<void()> done_;
  bool over_ = false;  // nothing more is asked
  int faults_ = 0;     // actions that the PBX did not answer, though it let us in
};

}  // namespace ucm::service
