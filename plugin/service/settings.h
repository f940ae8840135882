// What the operator wants, as plain values. Written once before the loop starts, read only after.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/access.h"
#include "api/zone.h"
#include "model/level_formula.h"
#include "net/address.h"
#include "net/listener.h"
#include "service/alert_settings.h"

namespace ucm::service {

// How a PBX is asked; the options as they stand. access_of() makes of them what the asking needs.
struct ApiSettings {
  std::string url;
  std::string kind = "new";
  std::string user;
  std::string password;
  std::string ca_file;
  bool verify_peer = true;
  bool verify_host = true;
  std::string pinned_key;
  std::int64_t security_level = 2;
  std::string certificate_file;
  std::string key_file;
  std::int64_t status_interval_s = 60;
  std::int64_t backfill_interval_s = 300;
  std::int64_t backfill_overlap_s = 86'400;
  std::int64_t backfill_first_s = 0;  // 0: the overlap
  std::int64_t timeout_ms = 10'000;
  bool operator==(const ApiSettings&) const = default;
};
[[nodiscard]] api::Access access_of(const ApiSettings& settings);

struct PbxSettings {
  std::string name;  // of the block: what the ledger knows it by
  std::string host;  // value host of everything about this PBX; the name unless Host says otherwise
  std::vector<net::Network> from;  // who may push as this PBX
  std::string serial;              // "" = told apart by address alone
  bool trunks = true;
  bool queues = true;  // ring groups too
  bool extensions = false;
  bool dids = false;
  bool account_codes = false;
  std::int64_t max_series = 2'000;  // values
  std::int64_t long_call_s = 3600;  // 0 = no notification
  bool numbers = false;             // telephone numbers in notifications
  std::string time_zone = "auto";
  api::ZoneSetting zone;  // the same, read
  std::int64_t service_level_s = 20;
  std::int64_t short_abandon_s = 5;
  LevelFormula formula = LevelFormula::without_short_abandons;
  std::int64_t short_call_s = 6;
  std::int64_t redial_within_s = 60;
  bool histograms = true;
  std::map<std::string, std::int64_t, std::less<>> capacities = {};  // channels, by the trunk's name
  bool hash_names = false;                                           // of extensions, DIDs and account codes
  bool recordings = false;                                           // ucmctl may fetch them
  bool check_recordings = false;                                     // whether they are there
  AlertSettings alerts = {};
  std::optional<ApiSettings> api;
};

struct Settings {
  std::string state_directory;
  std::string control_socket;
  std::int64_t retention_days = 35;
  std::int64_t settle_s = 15;
  std::int64_t quarantine_rows = 10'000;
  std::int64_t quarantine_bytes = 16LL * 1024 * 1024;
  std::string agent_host;  // the host's own name, for values that belong to no PBX; the shim knows it
  std::vector<net::Endpoint> listeners;
  std::vector<PbxSettings> pbxes;
  std::vector<std::string>
      faults;  // of the configuration: what is left out because of them is in none of the others
};

}  // namespace ucm::service
