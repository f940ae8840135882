#include "service/trial_round.h"

#include <algorithm>
#include <utility>

#include "api/actions.h"
#include "base/spans.h"
#include "base/text.h"
#include "wire/api_records.h"
#include "wire/api_state.h"

namespace ucm::service {

namespace {

using api::Trouble;
using wire::ApiVerdict;
using Fared = ActionTrial::Fared;

constexpr std::int64_t kDayRecords = 1'000;  // the most that one answer holds
constexpr std::int64_t kWeekRecords = 100;
constexpr std::int64_t kMore_ms = 10'000;  // for what a healthy PBX takes beside two hung actions
constexpr int kMostFaults = 2;
constexpr std::string_view kNoSuchFile = "ucmctl-check-no-such-recording.wav";

// Whether the action itself answered so. recapi and pmsapi are asked for what is not there.
bool is_answer(const api::Reply& reply, bool asks_for_nothing) noexcept {
  if (!reply.of_action || !asks_for_nothing) return false;
  const ApiVerdict verdict = reply.refused.verdict;
  return verdict != ApiVerdict::not_permitted && verdict != ApiVerdict::unsupported;
}

Fared fared_of(const api::Reply& reply, bool legacy) noexcept {
  if (!reply.of_action) return Fared::failing;
  if (reply.refused.verdict == ApiVerdict::not_permitted) return Fared::not_permitted;
  // The legacy API has a path for each: what is not there is HTTP's 404.
  const bool absent = legacy && reply.refused.verdict == ApiVerdict::no_such_item;
  return absent || reply.refused.verdict == ApiVerdict::unsupported ? Fared::not_offered : Fared::failing;
}

wire::Parameters one_item(wire::Parameters parameters = {}) {
  parameters.emplace_back("page", "1");
  parameters.emplace_back("item_num", "1");
  return parameters;
}

// As the poller does it: of what the PBX says and what we know the one that makes its clock look better.
std::int64_t clock_ahead(const PbxTime& time, std::optional<std::int64_t> known, std::int64_t wall_s) {
  const std::int64_t by_known = time.local_s - known.value_or(time.offset_s.value_or(0)) - wall_s;
  const std::int64_t by_said = time.local_s - time.offset_s.value_or(known.value_or(0)) - wall_s;
  return std::abs(by_known) <= std::abs(by_said) ? by_known : by_said;
}

}  // namespace

TrialRound::TrialRound(const PbxSettings& settings, net::Client& client, const Clock& clock)
    : clock_(clock), session_(client, access_of(*settings.api)) {
  const api::Access& access = session_.access();
  trial_.pbx = settings.name;
  trial_.url = access.url;
  trial_.user = access.user;
  trial_.legacy = access.kind == api::ApiKind::legacy;
  trial_.zone = ZoneWatch(settings.zone);
  for (const api::Action& action : api::actions()) {
    if (trial_.legacy && !action.legacy) continue;
    trial_.actions.push_back({.name = std::string(action.name), .gives = std::string(action.gives)});
  }
}

std::int64_t TrialRound::most_ms() const noexcept {
  return 3 * session_.access().timeout_ms + kMore_ms;
}

void TrialRound::begin(std::function<void()> done) {
  done_ = std::move(done);
  if (!trial_.legacy) plan_state();
  // What the state says of the zone is wanted for the times of the next ones.
  steps_.push_back({.question = {.action = "cdrapi"}});
  steps_.push_back(
      {.question = {.action = "recapi",
                    .parameters = {{"filedir", "monitor"}, {"filename", std::string(kNoSuchFile)}},
                    .expected = api::Expected::anything},
       .asks_for_nothing = true});
  steps_.push_back({.question = {.action = "queueapi"}});
  steps_.push_back({.question = {.action = "pmsapi", .expected = api::Expected::anything},
                    .asks_for_nothing = !trial_.legacy});
  if (!trial_.legacy) plan_lists();
  next();
}

void TrialRound::plan_state() {
  steps_.push_back({.question = {.action = "getSystemStatus"},
                    .read = [this](const api::Reply& reply) { return read_status(reply); }});
  steps_.push_back(
      {.question = {.action = "getSystemGeneralStatus"}, .read = [this](const api::Reply& reply) {
         trial_.versions = wire::read_versions(reply.answer.response);
         return std::string();
       }});
}

void TrialRound::plan_lists() {
  steps_.push_back(
      {.question = {.action = "listAccount", .parameters = one_item({{"options", "extension,status"}})}});
  steps_.push_back({.question = {.action = "listVoIPTrunk",
                                 .parameters = one_item({{"options", "trunk_index,trunk_name,status"}})}});
  for (const std::string_view list :
       {"listAnalogTrunk", "listDigitalTrunk", "listBridgedChannels", "listUnBridgedChannels"}) {
    steps_.push_back({.question = {.action = std::string(list), .parameters = one_item()}});
  }
  steps_.push_back(
      {.question = {.action = "listQueue", .parameters = one_item({{"options", "extension,queue_name"}})},
       .read = [this](const api::Reply& reply) { return read_queue_list(reply.answer.response); }});
  for (const std::string_view of_a_queue : {"getQueueCalling", "getCallQueuesMemberMessage"})
    standing(of_a_queue).what = "listQueue gave no queue to try it with";
}

void TrialRound::plan_queue(const std::string& queue) {
  steps_.push_back(
      {.question = {.action = "getQueueCalling", .parameters = {{"extension", queue}, {"role", ""}}}});
  steps_.push_back(
      {.question = {.action = "getCallQueuesMemberMessage", .parameters = {{"extension", queue}}}});
}

std::int64_t TrialRound::offset_s() const {
  const std::int64_t now_s = clock_.wall_s();
  if (const auto known = trial_.zone.offset_at(now_s)) return *known;
  if (trial_.system && trial_.system->time) return trial_.system->time->offset_s.value_or(0);
  return 0;
}

TrialRound::Step TrialRound::records_step(std::int64_t back_s, std::int64_t most) {
  return {
      .question = {.action = "cdrapi",
                   .parameters = {{"format", "json"},
                                  {"numRecords", text("{}", most)},
                                  {"startTime", wire::api_time(clock_.wall_s() - back_s, offset_s())}},
                   .expected = api::Expected::anything},
      .read = [this, back_s, most](const api::Reply& reply) { return read_records(reply, back_s, most); }};
}

TrialRound::Step TrialRound::queue_report_step() const {
  const std::string today = wire::api_date(clock_.wall_s(), offset_s());
  return {.question = {.action = "queueapi",
                       .parameters = {{"format", "json"},
                                      {"startTime", today},
                                      {"endTime", today},
                                      {"statisticsType", "calldetail"}},
                       .expected = api::Expected::anything},
          .read = [](const api::Reply& reply) {
            const auto rows = wire::read_queue_rows(reply.body);
            return rows ? std::string() : rows.error().what;
          }};
}

void TrialRound::next() {
  if (steps_.empty()) return finish();
  Step step = std::move(steps_.front());
  steps_.pop_front();
  const bool bare = step.question.parameters.empty();
  if (bare && step.question.action == "cdrapi") step = records_step(kDay, kDayRecords);
  if (bare && step.question.action == "queueapi") step = queue_report_step();
  api::Question question = step.question;
  session_.ask(std::move(question),
               [this, step = std::move(step)](const api::Reply& reply) { replied(step, reply); });
}

void TrialRound::replied(const Step& step, const api::Reply& reply) {
  if (reply.well() || reply.of_action || session_.counts().logins > 0) trial_.let_in = true;
  const bool answered = reply.well() || reply.of_action;
  const Trouble trouble = reply.refused.trouble;
  // Of the new API 403 is the door of the whole, of the legacy one perhaps that of one path.
  const bool alone = trouble == Trouble::timeout || trouble == Trouble::connect ||
                     (trouble == Trouble::protocol && reply.refused.verdict == ApiVerdict::failed) ||
                     (trouble == Trouble::permission && trial_.legacy);
  if (answered || (trial_.let_in && alone)) note(step, reply);
  if (!answered && !(trial_.let_in && alone && ++faults_ < kMostFaults)) return stop(reply);
  next();
}

void TrialRound::note(const Step& step, const api::Reply& reply) {
  ActionTrial& action = standing(step.question.action);
  std::string what = reply.what;
  Fared fared = fared_of(reply, trial_.legacy);
  // recapi says so of the file as well.
  const bool other_path = trial_.legacy && step.question.action == "cdrapi";
  if (other_path && fared == Fared::not_offered) fared = Fared::failing;
  if (reply.well() || is_answer(reply, step.asks_for_nothing)) {
    fared = Fared::answered;
    what = reply.well() && step.read ? step.read(reply) : "";
    if (!what.empty()) fared = Fared::failing;
  }
  // The second page of records takes nothing back.
  if (action.fared == Fared::answered) return;
  action.fared = fared;
  action.what = std::move(what);
}

void TrialRound::stop(const api::Reply& reply) {
  trial_.trouble = reply.refused.trouble;
  trial_.what = reply.what;
  trial_.tries_left = reply.refused.tries_left;
  finish();
}

void TrialRound::out_of_time() {
  if (!over_) {
    trial_.trouble = Trouble::timeout;
    trial_.what =
        text("the round was ended after {} s: the PBX answers slowly. A longer Timeout gives it more",
             most_ms() / 1000);
  }
  finish();
}

void TrialRound::finish() {
  over_ = true;
  trial_.certificate = session_.certificate();
  trial_.logins = session_.counts().logins;
  session_.log_out([this](const api::Reply&) {
    if (const auto done = std::exchange(done_, nullptr)) done();
  });
}

ActionTrial& TrialRound::standing(std::string_view action) {
  const auto found = std::find_if(trial_.actions.begin(), trial_.actions.end(),
                                  [action](const ActionTrial& each) { return each.name == action; });
  if (found != trial_.actions.end()) return *found;
  return trial_.actions.emplace_back(ActionTrial{.name = std::string(action)});
}

std::string TrialRound::read_status(const api::Reply& reply) {
  trial_.system = wire::read_system_status(reply.answer.response);
  if (!trial_.system->time) return {};
  const std::int64_t written_s = clock_.wall_s() - reply.elapsed_ms / 2000;
  trial_.clock_ahead_s = clock_ahead(*trial_.system->time, trial_.zone.offset_at(written_s), written_s);
  return {};
}

std::string TrialRound::read_records(const api::Reply& reply, std::int64_t back_s, std::int64_t most) {
  const Result<wire::CdrPage> page = wire::read_cdr_page(reply.body, trial_.legacy);
  if (!page) return page.error().what;
  const auto records = static_cast<std::int64_t>(page.value().decoded.legs.size());
  for (const Leg& leg : page.value().decoded.legs) trial_.zone.hear(leg);
  if (back_s > kDay) {
    trial_.week_records = records;
    return {};
  }
  trial_.day_records = records;
  trial_.day_is_full = page.value().items >= most;
  if (!trial_.zone.verdict()) steps_.push_front(records_step(kWeek, kWeekRecords));
  return {};
}

std::string TrialRound::read_queue_list(const wire::Json& response) {
  const auto queues = wire::read_queues(response);
  if (!queues) return queues.error().what;
  if (queues.value().items.empty()) {
    for (const std::string_view of_a_queue : {"getQueueCalling", "getCallQueuesMemberMessage"})
      standing(of_a_queue).what = "there is no queue to try it with";
    return {};
  }
  plan_queue(queues.value().items.front());
  return {};
}

}  // namespace ucm::service
