// Answers about the state of a PBX, from the `response` of each action to plain values. Members may be
// missing, numbers may be strings and strings numbers; malformed only where the container itself is missing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/pbx_status.h"
#include "wire/json.h"

namespace ucm::wire {

// Of a list, on one page or all of them: the largest PBX has 5,000 extensions, and 450 calls at once.
inline constexpr std::size_t kMostListed = 20'000;

// One page of a list.
template <class Item>
struct ListPage {
  std::vector<Item> items;
  std::int64_t page = 1;
  std::int64_t pages = 1;  // total_page; 1 when it is not said
};

[[nodiscard]] SystemStatus read_system_status(const Json& response);
[[nodiscard]] Versions read_versions(const Json& response);

// "00:42:53", "2 03:04:05", "2 days, 03:04:05"; empty for what is none.
[[nodiscard]] std::optional<std::int64_t> read_uptime(std::string_view text);
// "23-11-2022 14:37:26 UTC+00:00", "2026-01-01 00:00:00 UTC-06:00", "11/23/2022 02:37:26 PM": the web
// interface's format, whichever it is set to; where day and month could be either, the day stands first. The
// zone may be missing.
[[nodiscard]] std::optional<PbxTime> read_system_time(std::string_view text);

// listAccount: one word for each extension, "" where there is none. Nothing of names and addresses is taken.
[[nodiscard]] Result<ListPage<std::string>> read_extension_states(const Json& response);
// Sums the words up, page by page: Idle; InUse, Hold; Ringing, InUse&Ringing; Busy; all else is unavailable.
void count_state(ExtensionStates& states, std::string_view word) noexcept;

// listVoIPTrunk (voip_trunk), listAnalogTrunk (analogtrunk), listDigitalTrunk (digital_trunks). A trunk that
// is out_of_service is down whatever its status; one without a status, as analogue ones are as a rule, is
// neither.
[[nodiscard]] Result<ListPage<TrunkState>> read_trunks(const Json& response);
// Up: Registered, Reachable, OK, Lagged (it answers, late), Up, Connected, Available, Busy (an analogue line
// that is talking); "OK (23 ms)" too. Empty: no word, Unknown, Unmonitored (the heartbeat is off: the PBX
// does not know). Down: any other word, and "unreachable" wherever it stands.
[[nodiscard]] std::optional<bool> is_up(std::string_view status) noexcept;

// listBridgedChannels, listUnBridgedChannels. A missing list is an empty one when total_item is 0
// or the response is {}.
[[nodiscard]] Result<ListPage<Channel>> read_channels(const Json& response);

// listQueue: extensions of the queues.
[[nodiscard]] Result<ListPage<std::string>> read_queues(const Json& response);
// getQueueCalling: how many callers the list holds. An absent list is none.
[[nodiscard]] std::int64_t read_queue_calling(const Json& response);
// getCallQueuesMemberMessage. Where a member has a status it decides: logged out, unavailable and invalid are
// not there, "Paused" is there and paused. Else a logintime is there, a pausetime without a later unpausetime
// paused.
[[nodiscard]] QueueMembers read_queue_members(const Json& response);

}  // namespace ucm::wire
