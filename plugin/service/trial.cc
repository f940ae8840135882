#include "service/trial.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/text.h"
#include "service/short_asking.h"
#include "service/trial_round.h"

namespace ucm::service {

namespace {

constexpr int kStatusPatience_ms = 3'000;  // with the control socket
constexpr std::size_t kMostAtOnce = 64;    // PBXes; each has its own time

class Trials {
 public:
  Trials(ShortAsking& asking, const Clock& clock) : asking_(asking), clock_(clock) {}

  // `untried`: why not to ask it; "" = it is asked.
  void add(const PbxSettings& pbx, std::string untried) {
    rounds_.push_back(std::make_unique<TrialRound>(pbx, asking_.client(), clock_));
    rounds_.back()->trial().untried = std::move(untried);
  }
  // The trials in the order in which they were added.
  [[nodiscard]] std::vector<PbxTrial> run() {
    timers_.resize(rounds_.size());
    const std::size_t first = std::min(rounds_.size(), kMostAtOnce);
    for (std::size_t i = 0; i < first; ++i) begin_next();
    if (ended_ < rounds_.size()) asking_.loop().run();
    timers_.clear();
    std::vector<PbxTrial> trials;
    for (const auto& round : rounds_) trials.push_back(std::move(round->trial()));
    return trials;
  }

 private:
  void begin_next() {
    while (begun_ < rounds_.size() && !rounds_[begun_]->trial().untried.empty()) {
      ++begun_;
      ++ended_;
    }
    if (begun_ == rounds_.size()) return;
    const std::size_t which = begun_++;
    TrialRound& round = *rounds_[which];
    timers_[which] = asking_.loop().once(round.most_ms(), [&round] { round.out_of_time(); });
    round.begin([this, which] {
      timers_[which].reset();
      ++ended_;
      begin_next();
      if (ended_ == rounds_.size()) asking_.loop().stop();
    });
  }

  ShortAsking& asking_;
  const Clock& clock_;
  std::vector<std::unique_ptr<TrialRound>> rounds_;
  std::vector<std::unique_ptr<net::Loop::Timer>> timers_;  // by round
  std::size_t begun_ = 0;
  std::size_t ended_ = 0;
};

}  // namespace

std::string_view word_for(ActionTrial::Fared fared) noexcept {
  constexpr std::array<std::string_view, 5> kWords{"allowed", "not permitted", "not offered", "failing",
                                                   "not tried"};
  return kWords.at(static_cast<std::size_t>(fared));
}

const PbxReport* AgentView::of(std::string_view pbx) const noexcept {
  if (!report) return nullptr;
  const auto found = std::find_if(report->pbxes.begin(), report->pbxes.end(),
                                  [pbx](const PbxReport& each) { return each.name == pbx; });
  return found == report->pbxes.end() ? nullptr : &*found;
}

AgentView look_at_agent(const std::string& socket) {
  AgentView view{.socket = socket, .report = {}, .silence = {}};
  const auto answer = inquire(socket, R"({"get":"status"})", kStatusPatience_ms);
  auto report = answer ? read_status(answer.value()) : Result<StatusReport>(answer.error());
  if (report) {
    view.report = std::move(report).value();
  } else {
    view.silence = report.error().what;
  }
  return view;
}

std::string rest_of(const AgentView& agent, const PbxSettings& pbx) {
  const PbxReport* known = agent.of(pbx.name);
  if (known == nullptr || !known->api || !pbx.api) return {};
  const ApiReport& api = *known->api;
  if (api.trouble != "auth" || api.rests_s <= 0 || api.url != access_of(*pbx.api).url) return {};
  return text(
      "the running agent was refused there and tries again in {} min, so that the PBX does not lock this "
      "address out: {}",
      (api.rests_s + 59) / 60, api.detail);
}

Result<std::vector<PbxTrial>> try_apis(const Settings& settings, const AgentView& agent, bool force,
                                       const Clock& clock) {
  auto asking = ShortAsking::open();
  if (!asking) return asking.error();
  Trials trials(*asking.value(), clock);
  for (const PbxSettings& pbx : settings.pbxes) {
    if (pbx.api) trials.add(pbx, force ? "" : rest_of(agent, pbx));
  }
  return trials.run();
}

}  // namespace ucm::service
