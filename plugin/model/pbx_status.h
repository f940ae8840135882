// What a PBX says of itself when it is asked: levels of this moment, never sums. Where the answers come from
// and what of them is certain: docs/wire.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ucm {

// What the PBX's own clock shows.
struct PbxTime {
  std::int64_t local_s = 0;              // as local_seconds() counts
  std::optional<std::int64_t> offset_s;  // east of UTC, where the answer says it ("UTC+02:00")
  // The same with day and month the other way round, where nothing tells which is which.
  std::optional<std::int64_t> other_s = {};
};

// getSystemStatus. What the answer did not hold, or not legibly, is empty.
struct SystemStatus {
  std::optional<std::int64_t> uptime_s;
  std::optional<PbxTime> time;
  std::string serial;
};

// getSystemGeneralStatus.
struct Versions {
  std::string model;     // "UCM6302 V1.2B", runs of blanks as one
  std::string firmware;  // prog-version: "1.0.17.11"
};

// listAccount.
struct ExtensionStates {
  std::int64_t idle = 0;
  std::int64_t in_use = 0;
  std::int64_t ringing = 0;
  std::int64_t busy = 0;
  std::int64_t unavailable = 0;  // every other word too
};

// listVoIPTrunk, listAnalogTrunk, listDigitalTrunk.
struct TrunkState {
  std::string name;
  std::optional<bool> up;             // empty: the PBX does not say
  std::int64_t channels = 0;          // ports of an analogue trunk; 0: the PBX does not say
  std::optional<bool> disabled = {};  // switched off by the operator
};

// One row of listBridgedChannels (two parties in conversation) or listUnBridgedChannels.
struct Channel {
  std::string state;          // of unbridged ones: "Ring", "Ringing", "Up" ...
  std::string service;        // of unbridged ones: "normal", "queue" ...; of bridged ones dial_service
  std::string channel;        // "PJSIP/trunk_1-0000026e"
  std::string inbound_trunk;  // names, "" = none
  std::string outbound_trunk;
  std::string feature;                  // number of the queue or ring group it came through; "" = none
  std::optional<std::int64_t> since_s;  // epoch seconds of bridge or channel
};

// Calls of this moment.
struct LiveCount {
  std::int64_t active = 0;   // in conversation
  std::int64_t ringing = 0;  // not yet answered
};
struct LiveCalls {
  LiveCount all;
  std::map<std::string, LiveCount, std::less<>> trunks;    // by name
  std::map<std::string, LiveCount, std::less<>> features;  // by number of queue or ring group
};

// As the PBX's own page counts: each bridged row is an active call; of the unbridged rows those in state
// Rsrvd, Down or Ring are no calls of their own, nor are Local/ ones with service normal, queue or
// confbridge; each other is ringing.
[[nodiscard]] LiveCalls count_live(const std::vector<Channel>& bridged,
                                   const std::vector<Channel>& unbridged);

// getQueueCalling and getCallQueuesMemberMessage.
struct QueueMembers {
  std::int64_t logged_in = 0;
  std::int64_t paused = 0;
};

// One row of queueapi's calldetail: one attempt to bring a caller of a queue to an agent.
struct QueueRow {
  std::string queue;   // its extension
  std::string caller;  // a telephone number: never shown, never kept
  std::string start;   // local time
  std::string agent;   // "" = nobody ("NONE")
  std::int64_t wait_s = 0;
  std::int64_t talk_s = 0;
  bool connected = false;
};

// One caller in a queue: all rows with the same queue, caller and start.
struct QueueCall {
  std::string queue;
  std::string start;
  std::string identity;  // hexadecimal digest of queue, caller and start
  bool answered = false;
  std::int64_t wait_s = 0;  // of the answered attempt; else the longest
  std::int64_t talk_s = 0;
};

// In the order of first appearance. Rows that repeat another are nothing.
[[nodiscard]] std::vector<QueueCall> queue_calls(const std::vector<QueueRow>& rows);

}  // namespace ucm
