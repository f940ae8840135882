// What the operator wants, as plain values. Written once before the loop starts, read only after.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/address.h"
#include "net/listener.h"

namespace ucm::service {

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
  std::int64_t max_series = 500;    // values
  std::int64_t long_call_s = 3600;  // 0 = no notification
  bool numbers = false;             // telephone numbers in notifications
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
};

}  // namespace ucm::service
