// The asking side of the control socket: what a running ucm answers, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ucm::service {

// Sends one request and waits for its answer, both one line of JSON. Network fault when nothing answers in
// time; refused when the answer is {"error":...}, with its sentence. Any thread.
[[nodiscard]] Result<std::string> inquire(const std::string& socket, std::string_view request,
                                          int timeout_ms);

// The JSON text of one member of an answer. Malformed when it is missing.
[[nodiscard]] Result<std::string> part(std::string_view answer, std::string_view member);

struct LedgerReport {
  std::string state;  // "ok", "failing"
  std::string detail;
  std::int64_t legs = 0;
  std::int64_t calls = 0;
  std::int64_t open_sessions = 0;
  std::int64_t bytes = 0;
  std::int64_t counting_since_s = 0;  // 0: not known
  std::vector<std::string> aside;     // files that were set aside, beside the ledger
};

struct ListenerReport {
  std::string url;
  std::int64_t port = 0;
  std::int64_t connections = 0;
  std::int64_t accepted = 0;
  std::string state;  // "open", "held", "failed"
  std::string detail;
};

using Counts = std::vector<std::pair<std::string, std::int64_t>>;  // by reason, in the order of the answer

struct ActionReport {
  std::string action;
  std::string state;  // "ok", "not permitted", "not offered", "failing"
  std::string detail;
};

// Of a PBX whose API is asked.
struct ApiReport {
  std::string url;
  std::string kind;     // "new", "legacy"
  std::string state;    // "up", "down"
  std::string trouble;  // "none", "auth", "permission", "connect", "timeout", "tls", "protocol"
  std::string detail;
  std::int64_t rests_s = 0;  // until it is asked again
  std::vector<ActionReport> actions;
  bool zone_disagrees = false;
  std::optional<std::int64_t> last_good_s;  // when its records were last fetched whole
  std::int64_t left_s = 0;                  // how much of the past is still to be fetched
  std::string doubt;                        // about what it lists
  std::optional<std::int64_t> certificate_days;
  std::string model;
  std::string firmware;
  std::optional<std::int64_t> uptime_s;
  std::optional<std::int64_t> clock_ahead_s;
};

struct AlertReport {
  std::string alert;  // "trunk_down"
  std::string thing;  // "trunk main"
  std::int64_t since_s = 0;
};

struct PbxReport {
  std::string name;
  std::string host;
  std::optional<std::int64_t> last_record_s;
  std::int64_t legs_accepted = 0;
  std::int64_t legs_duplicate = 0;
  std::int64_t records_quarantined = 0;
  std::int64_t series = 0;
  std::int64_t max_series = 0;
  bool full = false;  // some name found no room under max_series
  std::int64_t open_sessions = 0;
  Counts quarantined;
  std::int64_t legs_backfilled = 0;
  bool pushes = true;     // some address may push as this PBX
  std::string time_zone;  // in words, with its evidence
  std::optional<ApiReport> api;
  std::vector<AlertReport> alerts = {};  // those that are on
};

// What was turned away within the last hour, and of whom the last was.
struct RefusedReport {
  std::string reason;
  std::int64_t within_hour = 0;
  std::int64_t last_s = 0;
  std::string from;
};

struct StatusReport {
  std::string version;
  std::int64_t started_s = 0;
  std::string state_directory;
  std::vector<std::string> configuration;  // its faults
  LedgerReport ledger;
  std::vector<ListenerReport> listeners;
  std::vector<PbxReport> pbxes;
  Counts refused;  // since the counters began
  std::vector<RefusedReport> refused_within_hour;
};

struct ReadingReport {
  std::string host;
  std::string scope;
  std::string type;
  std::string instance;
  std::string value;  // as it stands in the answer; "nan" for the null of an idle gauge
};

struct QuarantineReport {
  struct Row {
    std::int64_t id = 0;
    std::string pbx;
    std::int64_t arrived_s = 0;
    std::string reason;
    std::string detail;
    std::int64_t bytes = 0;
    std::string text;              // the first part; holds telephone numbers unless `masked`
    std::int64_t shown_bytes = 0;  // how many of them the text shows; told where it is masked
  };
  std::vector<Row> shown;
  std::int64_t rows = 0;  // in all
  std::int64_t total_bytes = 0;
  bool masked = false;
};

// Of the answers to {"get":"status"}, {"get":"metrics"} and {"get":"quarantine"}. A member that is missing or
// of another kind stays at its default, so that neighbouring versions understand each other.
[[nodiscard]] Result<StatusReport> read_status(std::string_view answer);
[[nodiscard]] Result<std::vector<ReadingReport>> read_metrics(std::string_view answer);
[[nodiscard]] Result<QuarantineReport> read_quarantine(std::string_view answer);

}  // namespace ucm::service
