#include "wire/api_state.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/text.h"
#include "wire/api_value.h"

namespace ucm::wire {

namespace {

bool is_container(const Json& value) noexcept {
  return value.is(Json::Kind::array) || value.is(Json::Kind::object);
}

// The list under one of these names; an empty array where the answer says that there are no items.
Result<Json> list_in(const Json& response, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const Json list = response.get(name);
    if (is_container(list)) return list;
  }
  if (number_in(response, "total_item") == 0) return Json::array();
  const bool is_one = names.size() == 1;
  return Error{Fault::malformed, text("the answer holds no list of {}", is_one ? *names.begin() : "trunks")};
}

// `read` makes an item of a row, or gives nothing for one that has none.
template <class Item, class Read>
Result<ListPage<Item>> page_of(const Json& response, std::initializer_list<std::string_view> names,
                               Read read) {
  const auto list = list_in(response, names);
  if (!list) return list.error();
  if (list.value().size() > kMostListed) {
    return Error{Fault::malformed, text("it lists {} items, and no PBX has so many", list.value().size())};
  }
  ListPage<Item> page;
  for (std::size_t i = 0; i < list.value().size(); ++i) {
    if (auto item = read(list.value().at(i))) page.items.push_back(*std::move(item));
  }
  page.page = std::max<std::int64_t>(1, number_in(response, "page").value_or(1));
  page.pages = std::max<std::int64_t>(1, number_in(response, "total_page").value_or(1));
  return page;
}

template <std::size_t kWords>
bool is_one_of(std::string_view word, const std::array<std::string_view, kWords>& words) noexcept {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view one) { return is_same_word(word, one); });
}

// What follows the word is how long the answer to a probe took: "OK (23 ms)".
std::string_view leading_word(std::string_view status) noexcept {
  return trimmed(status.substr(0, status.find('(')));
}

std::string first_filled(const Json& row, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (std::string text = text_in(row, name); !text.empty()) return text;
  }
  return {};
}

// "1,2,3" or "1-4"; 0 for what is neither.
std::int64_t channels_in(std::string_view list) {
  constexpr std::int64_t kMost = 1'000;
  std::int64_t channels = 0;
  while (!list.empty()) {
    const std::string_view part = list.substr(0, list.find(','));
    const std::size_t dash = part.find('-');
    const auto first = whole_number(trimmed(part.substr(0, dash)));
    const auto last = dash == std::string_view::npos ? first : whole_number(trimmed(part.substr(dash + 1)));
    if (!first || !last || *first < 0 || *last < *first || *last > kMost) return 0;
    channels += *last - *first + 1;
    list.remove_prefix(std::min(part.size() + 1, list.size()));
  }
  return channels;
}

std::optional<TrunkState> trunk_in(const Json& row) {
  TrunkState trunk;
  trunk.name = text_in(row, "trunk_name");
  if (trunk.name.empty()) return std::nullopt;
  trunk.up = is_up(text_in(row, "status"));
  if (is_yes(first_filled(row, {"out_of_service", "trunks.out_of_service"}))) {
    trunk.up = false;
    trunk.disabled = true;
  }
  trunk.channels = channels_in(text_in(row, "chans"));
  return trunk;
}

// Seconds since 1970, up to the year 9999.
std::optional<std::int64_t> moment_in(const Json& row, std::string_view key) {
  constexpr std::int64_t kLast = 253'402'300'799;
  const auto number = number_in(row, key);
  return number && *number > 0 && *number <= kLast ? number : std::nullopt;
}

Channel channel_in(const Json& row) {
  Channel channel;
  channel.state = text_in(row, "state");
  channel.service = first_filled(row, {"service", "dial_service"});
  channel.channel = first_filled(row, {"channel", "channel1"});
  channel.inbound_trunk = text_in(row, "inbound_trunk_name");
  channel.outbound_trunk = text_in(row, "outbound_trunk_name");
  channel.feature = text_in(row, "feature_calleenum");
  channel.since_s = moment_in(row, "bridge_timestamp");
  if (!channel.since_s) channel.since_s = moment_in(row, "alloc_timestamp");
  return channel;
}

template <class Visit>
void each_member_of(const Json& holder, Visit visit) {
  const Json members = holder.get("member");
  for (std::size_t i = 0; members.is(Json::Kind::array) && i < members.size(); ++i) visit(members.at(i));
}

// Members stand in one object, or in a list of them, one for each queue.
template <class Visit>
void each_member(const Json& holder, Visit visit) {
  if (!holder.is(Json::Kind::array)) return each_member_of(holder, visit);
  for (std::size_t i = 0; i < holder.size(); ++i) each_member_of(holder.at(i), visit);
}

bool is_time(std::string_view text) noexcept {
  return text.find_first_of("123456789") != std::string_view::npos;
}

bool is_logged_in(const Json& member) {
  constexpr std::array<std::string_view, 5> kOut{"loggedout", "logout", "unavailable", "invalid",
                                                 "loggedoff"};
  const std::string status = text_in(member, "status");
  if (status.empty()) return is_time(text_in(member, "logintime"));
  return !is_one_of(status, kOut);
}

bool is_paused(const Json& member) {
  const std::string status = text_in(member, "status");
  if (!status.empty())
    return contains_ignoring_case(status, "pause") && !contains_ignoring_case(status, "unpause");
  const std::string paused = text_in(member, "pausetime");
  return is_time(paused) && text_in(member, "unpausetime") < paused;
}

}  // namespace

Result<ListPage<std::string>> read_extension_states(const Json& response) {
  return page_of<std::string>(response, {"account"}, [](const Json& row) {
    return std::optional<std::string>(text_in(row, "status"));
  });
}

void count_state(ExtensionStates& states, std::string_view word) noexcept {
  const auto is = [&](std::string_view one) { return is_same_word(word, one); };
  if (is("Idle")) {
    ++states.idle;
  } else if (is("InUse") || is("Hold") || is("OnHold")) {
    ++states.in_use;
  } else if (is("Ringing") || is("InUse&Ringing")) {
    ++states.ringing;
  } else if (is("Busy")) {
    ++states.busy;
  } else {
    ++states.unavailable;
  }
}

Result<ListPage<TrunkState>> read_trunks(const Json& response) {
  return page_of<TrunkState>(
      response, {"voip_trunk", "analogtrunk", "digital_trunks", "analog_trunk", "digital_trunk"}, trunk_in);
}

std::optional<bool> is_up(std::string_view status) noexcept {
  constexpr std::array<std::string_view, 5> kSaysNothing{"", "Unknown", "Unmonitored", "None", "N/A"};
  constexpr std::array<std::string_view, 8> kUp{"Registered", "Reachable", "OK",     "Up",
                                                "Connected",  "Available", "Lagged", "Busy"};
  const std::string_view word = leading_word(status);
  if (contains_ignoring_case(status, "unreachable")) return false;
  if (is_one_of(word, kSaysNothing)) return std::nullopt;
  return is_one_of(word, kUp);
}

Result<ListPage<Channel>> read_channels(const Json& response) {
  if (response.is(Json::Kind::object) && response.size() == 0) return ListPage<Channel>{};
  return page_of<Channel>(response, {"channel"},
                          [](const Json& row) { return std::optional<Channel>(channel_in(row)); });
}

Result<ListPage<std::string>> read_queues(const Json& response) {
  return page_of<std::string>(response, {"queue"}, [](const Json& row) -> std::optional<std::string> {
    std::string extension = text_in(row, "extension");
    if (extension.empty()) return std::nullopt;
    return extension;
  });
}

std::int64_t read_queue_calling(const Json& response) {
  std::int64_t callers = 0;
  each_member(response.get("CallQueues"), [&](const Json&) { ++callers; });
  return callers;
}

QueueMembers read_queue_members(const Json& response) {
  QueueMembers members;
  each_member(response.get("CallQueueMembersMessage"), [&](const Json& member) {
    if (!is_logged_in(member)) return;
    ++members.logged_in;
    if (is_paused(member)) ++members.paused;
  });
  return members;
}

}  // namespace ucm::wire
