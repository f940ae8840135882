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

// One page of a list.
template <class Item>
struct ListPage {
  std::vector<Item> items;
  std::int64_t page = 1;
  std::int64_t pages = 1;  // total_page; 1 when it is not said
};

[[nodiscard]] SystemStatus read_system_status(const Json& response);
[[nodiscard]] Versions read_versions(const Json& response);

// "00:42:53", "2 03:04:05", "2 days 03:04:05"; empty for what is none.
[[nodiscard]] std::optional<std::int64_t> read_uptime(std::string_view text);
// "23-11-2022 14:37:26 UTC+00:00", "2026-01-01 00:00:00 UTC-06:00", either order of the date, the zone may be
// missing.
[[nodiscard]] std::optional<PbxTime> read_system_time(std::string_view text);

// listAccount: one word for each extension; states() sums them up, page by page. Nothing of names and
// addresses is taken.
[[nodiscard]] Result<ListPage<std::string>> read_extension_states(const Json& response);
void count_state(ExtensionStates& states, std::string_view word) noexcept;

// listVoIPTrunk (voip_trunk), listAnalogTrunk (analogtrunk), listDigitalTrunk (digital_trunks). Up:
// Registered, Reachable, OK, Up, Connected, Available (a peer's "OK (23 ms)" too). Down: any other word,
// "unreachable" wherever it stands, and out_of_service yes. An analogue or digital trunk says nothing unless
// a status stands there.
[[nodiscard]] Result<ListPage<TrunkState>> read_trunks(const Json& response);
[[nodiscard]] std::optional<bool> is_up(std::string_view status) noexcept;

// listBridgedChannels, listUnBridgedChannels. A missing list is an empty one when total_item is 0.
[[nodiscard]] Result<ListPage<Channel>> read_channels(const Json& response);

// listQueue: extensions of the queues.
[[nodiscard]] Result<ListPage<std::string>> read_queues(const Json& response);
// getQueueCalling: how many callers the list holds. An absent list is none.
[[nodiscard]] std::int64_t read_queue_calling(const Json& response);
// getCallQueuesMemberMessage. Logged in: a status that is not "logged out"/"unavailable"/"invalid", or a
// logintime where there is no status. Paused: a status that says so, or a pausetime without a later unpause.
[[nodiscard]] QueueMembers read_queue_members(const Json& response);

}  // namespace ucm::wire
