// What is to be counted of a set of legs, by the contract's rules written down a second time and without
// haste: all legs at once, no order, no ledger.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/text.h"
#include "metrics/catalogue.h"
#include "model/leg.h"

namespace ucm::ledger {

struct Totals {
  std::map<std::pair<std::string, metrics::Metric>, std::int64_t> counters;
  std::int64_t calls = 0;

  void add(const std::string& scope, metrics::Metric metric, std::int64_t n) {
    counters[{scope, metric}] += n;
  }
};

inline bool by_person(const Leg& leg) {
  if (leg.disposition != "ANSWERED" || leg.lastapp == "VoiceMail" || leg.action_type.starts_with("VM"))
    return false;
  if (leg.lastapp == "ForkCDR" || leg.action_type.starts_with("IVR")) return false;
  return leg.billsec > 0 || leg.lastapp == "Dial";
}

inline metrics::Metric outcome(const std::vector<Leg>& legs) {
  using metrics::Metric;
  std::set<Metric> gave;
  for (const Leg& leg : legs) {
    const bool vm = leg.lastapp == "VoiceMail" || leg.action_type.starts_with("VM");
    if (leg.disposition == "ANSWERED")
      gave.insert(by_person(leg) ? Metric::answered : vm ? Metric::voicemail : Metric::ivr);
    if (leg.disposition == "NO ANSWER") gave.insert(Metric::no_answer);
    if (leg.disposition == "BUSY") gave.insert(Metric::busy);
    if (leg.disposition == "FAILED") gave.insert(Metric::failed);
  }
  for (const Metric metric : {Metric::answered, Metric::voicemail, Metric::ivr}) {
    if (gave.contains(metric)) return metric;
  }
  if (gave.contains(Metric::no_answer)) return Metric::no_answer;
  if (gave.contains(Metric::busy)) return Metric::busy;
  return gave.contains(Metric::failed) ? Metric::failed : Metric::other;
}

inline std::string direction(const Leg& leg) {
  if (!leg.userfield.empty()) {
    std::string word = leg.userfield;
    word[0] = static_cast<char>(word[0] - 'A' + 'a');
    return word;
  }
  const bool from = !leg.src_trunk_name.empty();
  const bool to = !leg.dst_trunk_name.empty();
  return from && to ? "external" : from ? "inbound" : to ? "outbound" : "internal";
}

inline std::int64_t answer(const Leg& leg) {
  if (!leg.answer.empty()) return local_seconds(leg.answer).value_or(0);
  return local_seconds(leg.start).value_or(0) + std::max<std::int64_t>(0, leg.duration - leg.billsec);
}

inline void count_call(Totals& totals, std::vector<Leg> legs) {
  std::sort(legs.begin(), legs.end(), [](const Leg& a, const Leg& b) {
    return std::tuple(a.start, a.uniqueid, std::stoi(a.acct_id)) <
           std::tuple(b.start, b.uniqueid, std::stoi(b.acct_id));
  });
  std::set<std::string> scopes{"all", direction(legs.front())};
  std::int64_t talk = 0;
  std::int64_t answered_at = 0;
  for (const Leg& leg : legs) {
    for (const std::string& trunk : {leg.src_trunk_name, leg.dst_trunk_name}) {
      if (!trunk.empty()) scopes.insert("trunk-" + (trunk == "second isp" ? "second_isp" : trunk));
    }
    for (const char* queue : {"6500", "6501"}) {
      if (leg.action_type == text("QUEUE[{}]", queue)) scopes.insert(text("queue-{}", queue));
    }
    if (leg.action_type == "RINGGROUP[6400]") scopes.insert("ringgroup-6400");
    if (!by_person(leg)) continue;
    talk += leg.billsec;
    answered_at = answered_at == 0 ? answer(leg) : std::min(answered_at, answer(leg));
  }
  using metrics::Metric;
  const Metric came_to = outcome(legs);
  const std::int64_t start = local_seconds(legs.front().start).value_or(0);
  for (const std::string& scope : scopes) {
    totals.add(scope, came_to, 1);
    totals.add(scope, metrics::Metric::talk, talk * 1000);
    if (came_to == Metric::answered)
      totals.add(scope, Metric::wait, std::max<std::int64_t>(0, answered_at - start) * 1000);
  }
  ++totals.calls;
}

inline Totals reference(const std::vector<Leg>& legs) {
  Totals totals;
  std::map<std::string, std::vector<Leg>> sessions;
  for (const Leg& leg : legs) sessions[leg.session].push_back(leg);
  for (auto& [session, own] : sessions) count_call(totals, own);
  return totals;
}

}  // namespace ucm::ledger
