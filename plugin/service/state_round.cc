#include "service/state_round.h"

#include <utility>

#include "base/text.h"

namespace ucm::service {

namespace {

constexpr std::int64_t kSeldomMs = 3'600'000;          // model and firmware change with an update
constexpr std::int64_t kItems = 100;                   // of a page
constexpr std::size_t kLargestAnswer = 1024UL * 1024;  // a page of a hundred items is some tens of KB
constexpr std::int64_t kMostPages = 200;               // a list that never ends is a fault of the firmware
constexpr std::size_t kMostQueues = 200;               // three questions each

// An analogue or a digital trunk is rare: that they may not be listed makes no secret of the others.
bool is_missed(std::string_view action) {
  return action == "listVoIPTrunk" || action == "listQueue";
}

}  // namespace

StateRound::StateRound(const PbxSettings& settings, Ports ports, const ZoneWatch& zone, May may,
                       Moment first_due)
    : settings_(settings), ports_(ports), zone_(zone), may_(std::move(may)), due_ms_(first_due.ms) {}

std::optional<api::Question> StateRound::next(Moment now) {
  if (!running_) {
    if (now.ms < due_ms_) return std::nullopt;
    begin(now);
  }
  while (!steps_.empty() && !may_(steps_.front().action)) {
    if (is_missed(steps_.front().action)) spoilt_.insert(steps_.front().action);
    steps_.pop_front();
  }
  if (steps_.empty()) {
    finish(now);
    return std::nullopt;
  }
  return api::Question{
      .action = steps_.front().action, .parameters = steps_.front().parameters, .most_bytes = kLargestAnswer};
}

void StateRound::answered(const api::Reply& reply, Moment now) {
  if (steps_.empty()) return;
  const Step step = std::move(steps_.front());
  steps_.pop_front();
  const bool refused = reply.refused.verdict == wire::ApiVerdict::not_permitted ||
                       reply.refused.verdict == wire::ApiVerdict::unsupported;
  if (reply.well()) {
    step.read(reply, now);
  } else if (!refused || is_missed(step.action)) {
    spoilt_.insert(step.action);
  }
}

void StateRound::broken(Moment now) {
  steps_.clear();
  running_ = false;
  due_ms_ = now.ms;
  for (const metrics::Group group :
       {metrics::Group::live, metrics::Group::trunk, metrics::Group::queue, metrics::Group::system}) {
    ports_.book.unknown(group);
  }
}

void StateRound::plan(std::string action, wire::Parameters parameters,
                      std::function<void(const api::Reply&, Moment)> read) {
  steps_.push_back({std::move(action), std::move(parameters), std::move(read)});
}

void StateRound::understood(const std::string& action, const Error& error) {
  ports_.log.say_rarely(
      "state", Severity::warning,
      text("{}: the answer to {} was not understood: {}", settings_.name, action, error.what));
}

template <class Item>
void StateRound::plan_list(std::string action, wire::Parameters parameters,
                           Result<wire::ListPage<Item>> (*read)(const wire::Json&),
                           std::function<void(std::vector<Item>)> take, std::int64_t page,
                           std::size_t listed) {
  wire::Parameters asked = parameters;
  asked.emplace_back("page", text("{}", page));
  asked.emplace_back("item_num", text("{}", kItems));
  Step step{action, std::move(asked),
            [this, action, parameters, read, take, page, listed](const api::Reply& reply, Moment) {
              Result<wire::ListPage<Item>> list = read(reply.answer.response);
              if (!list) {
                spoilt_.insert(action);
                return understood(action, list.error());
              }
              const std::size_t now_listed = listed + list.value().items.size();
              if (now_listed > wire::kMostListed) {
                spoilt_.insert(action);
                return understood(action, {Fault::malformed, "it does not end"});
              }
              const bool more = now_listed > listed && page < list.value().pages && page < kMostPages;
              take(std::move(list).value().items);
              if (more) plan_list<Item>(action, parameters, read, take, page + 1, now_listed);
            }};
  // A list goes on before anything else is asked.
  if (page == 1) {
    steps_.push_back(std::move(step));
  } else {
    steps_.push_front(std::move(step));
  }
}

void StateRound::begin(Moment now) {
  running_ = true;
  moment_ms_ = now.ms;
  found_ = {};
  listed_.reset();
  spoilt_.clear();
  plan("getSystemStatus", {}, [this](const api::Reply& reply, Moment at) {
    found_.system = wire::read_system_status(reply.answer.response);
    found_.system_at = at;
    found_.system_at.wall_s -= reply.elapsed_ms / 2000;  // it was true when the PBX wrote it
  });
  if (now.ms >= versions_due_ms_) {
    plan("getSystemGeneralStatus", {}, [this](const api::Reply& reply, Moment at) {
      versions_due_ms_ = at.ms + kSeldomMs;
      note_versions(wire::read_versions(reply.answer.response), at);
    });
  }
  const auto take_trunks = [this](std::vector<TrunkState> trunks) {
    if (!found_.trunks) found_.trunks.emplace();
    found_.trunks->insert(found_.trunks->end(), trunks.begin(), trunks.end());
  };
  plan_list<TrunkState>("listVoIPTrunk",
                        {{"options", "trunk_index,trunk_name,trunk_type,trunks.out_of_service,status"}},
                        wire::read_trunks, take_trunks);
  plan_list<TrunkState>("listAnalogTrunk", {}, wire::read_trunks, take_trunks);
  plan_list<TrunkState>("listDigitalTrunk", {}, wire::read_trunks, take_trunks);
  plan_list<std::string>("listAccount", {{"options", "extension,status"}}, wire::read_extension_states,
                         [this](const std::vector<std::string>& words) {
                           if (!found_.extensions) found_.extensions.emplace();
                           for (const std::string& word : words) wire::count_state(*found_.extensions, word);
                         });
  const auto append = [](std::optional<std::vector<Channel>>& to, const std::vector<Channel>& more) {
    if (!to) to.emplace();
    to->insert(to->end(), more.begin(), more.end());
  };
  plan_list<Channel>("listBridgedChannels", {}, wire::read_channels,
                     [this, append](const std::vector<Channel>& more) { append(found_.bridged, more); });
  plan_list<Channel>("listUnBridgedChannels", {}, wire::read_channels,
                     [this, append](const std::vector<Channel>& more) { append(found_.unbridged, more); });
  if (!settings_.queues) return;
  if (now.ms >= queues_due_ms_) {
    plan_list<std::string>("listQueue", {{"options", "extension,queue_name"}}, wire::read_queues,
                           [this](const std::vector<std::string>& queues) {
                             if (!listed_) listed_.emplace();
                             listed_->insert(queues.begin(), queues.end());
                             for (const std::string& queue : queues) plan_queue(queue);
                           });
  } else if (queues_) {
    for (const std::string& queue : *queues_) plan_queue(queue);
  }
}

void StateRound::plan_queue(const std::string& queue) {
  if (!found_.queues) found_.queues.emplace();
  if (found_.queues->size() >= kMostQueues) return;
  PbxFindings::Queue& found = (*found_.queues)[queue];  // of a map: it stays where it is
  plan("getQueueCalling", {{"extension", queue}, {"role", ""}}, [&found](const api::Reply& reply, Moment) {
    found.waiting = wire::read_queue_calling(reply.answer.response);
  });
  plan("getQueueCalling", {{"extension", queue}, {"role", "answer"}},
       [&found](const api::Reply& reply, Moment) {
         found.talking = wire::read_queue_calling(reply.answer.response);
       });
  plan("getCallQueuesMemberMessage", {{"extension", queue}}, [&found](const api::Reply& reply, Moment) {
    found.members = wire::read_queue_members(reply.answer.response);
  });
}

void StateRound::finish(Moment now) {
  running_ = false;
  const std::int64_t interval_ms = settings_.api->status_interval_s * 1000;
  // Its own beat, unless rounds take longer than it.
  due_ms_ = std::max(due_ms_ + interval_ms, now.ms + interval_ms / 4);
  last_round_s_ = now.wall_s;
  show(now);
  shown_ = std::move(found_);
  found_ = {};
}

Result<void> StateRound::keep(ledger::Ledger& ledger, std::size_t&) {
  for (const auto& [name, value] : to_remember_) {
    if (auto kept = ledger.remember(pbx_, name, value); !kept) return kept;
  }
  return {};
}

void StateRound::kept(Moment) {
  to_remember_.clear();
}

}  // namespace ucm::service
