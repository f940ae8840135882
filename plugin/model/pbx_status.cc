#include "model/pbx_status.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "base/digest.h"
#include "base/text.h"

namespace ucm {

namespace {

template <std::size_t kWords>
bool is_one_of(std::string_view word, const std::array<std::string_view, kWords>& words) noexcept {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view one) { return equal_ignoring_case(trimmed(word), one); });
}

// Whether the vendor's own page counts an unbridged channel as a call.
bool is_ringing(const Channel& channel) noexcept {
  constexpr std::array<std::string_view, 3> kNoCall{"Rsrvd", "Down", "Ring"};
  constexpr std::array<std::string_view, 3> kInside{"normal", "queue", "confbridge"};
  if (is_one_of(channel.state, kNoCall)) return false;
  return !starts_with_ignoring_case(channel.channel, "Local/") || !is_one_of(channel.service, kInside);
}

void count(LiveCalls& calls, const Channel& channel, std::int64_t LiveCount::*what) {
  ++(calls.all.*what);
  if (!channel.inbound_trunk.empty()) ++(calls.trunks[channel.inbound_trunk].*what);
  if (!channel.outbound_trunk.empty() && channel.outbound_trunk != channel.inbound_trunk) {
    ++(calls.trunks[channel.outbound_trunk].*what);
  }
  if (!channel.feature.empty()) ++(calls.features[channel.feature].*what);
}

auto all_of(const QueueRow& row) {
  return std::tie(row.queue, row.caller, row.start, row.agent, row.wait_s, row.talk_s, row.connected);
}

std::string identity_of(const QueueRow& row) {
  const std::array<std::string_view, 3> parts{row.queue, row.caller, row.start};
  return hex(digest128(parts));
}

void add(QueueCall& call, const QueueRow& row) {
  const std::int64_t wait_s = std::max<std::int64_t>(0, row.wait_s);
  if (row.connected) {
    if (!call.answered) call.wait_s = wait_s;
    call.answered = true;
    call.talk_s += std::max<std::int64_t>(0, row.talk_s);
  } else if (!call.answered) {
    call.wait_s = std::max(call.wait_s, wait_s);
  }
}

}  // namespace

LiveCalls count_live(const std::vector<Channel>& bridged, const std::vector<Channel>& unbridged) {
  LiveCalls calls;
  for (const Channel& channel : bridged) count(calls, channel, &LiveCount::active);
  for (const Channel& channel : unbridged) {
    if (is_ringing(channel)) count(calls, channel, &LiveCount::ringing);
  }
  return calls;
}

std::vector<QueueCall> queue_calls(const std::vector<QueueRow>& rows) {
  std::vector<QueueCall> calls;
  std::map<std::string, std::size_t, std::less<>> place;
  using Row = decltype(all_of(rows.front()));
  std::set<Row> seen;
  for (const QueueRow& row : rows) {
    if (!seen.insert(all_of(row)).second) continue;
    std::string identity = identity_of(row);
    const auto [found, is_new] = place.emplace(identity, calls.size());
    if (is_new) calls.push_back({row.queue, row.start, std::move(identity)});
    add(calls[found->second], row);
  }
  return calls;
}

}  // namespace ucm
