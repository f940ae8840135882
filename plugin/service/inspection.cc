#include "service/inspection.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/text.h"
#include "service/text_file.h"

namespace ucm::service {

namespace {

namespace fs = std::filesystem;

bool may_write(const fs::path& path) {
  return access(path.c_str(), W_OK | X_OK) == 0;
}

struct PemFile {
  std::string_view option;
  std::string net::Endpoint::*path;
  std::string_view must_hold;
};

constexpr PemFile kPemFiles[] = {
    {"CertificateFile", &net::Endpoint::certificate_file, "CERTIFICATE-----"},
    {"KeyFile", &net::Endpoint::key_file, "PRIVATE KEY-----"},
    {"ClientCAFile", &net::Endpoint::client_ca_file, "CERTIFICATE-----"},
};

void inspect_pem(const net::Endpoint& endpoint, const PemFile& file, std::vector<Finding>& findings) {
  const std::string& path = endpoint.*file.path;
  if (path.empty()) return;
  const std::string option = text("Listen {} / {}", endpoint.url, file.option);
  const auto content = read_text_file(path);
  if (!content) {
    findings.push_back({Severity::error, "", 0, option, content.error().what});
  } else if (content.value().find(file.must_hold) == std::string::npos) {
    findings.push_back(
        {Severity::error, "", 0, option,
         text("{} holds no {} in PEM", path, file.option == "KeyFile" ? "key" : "certificate")});
  }
}

// What is not there yet is made by the plugin, if the nearest folder above lets it.
fs::path nearest_existing(fs::path path) {
  std::error_code failed;
  while (!fs::exists(path, failed) && path.has_relative_path()) path = path.parent_path();
  return path;
}

std::string state_of(const std::string& directory) {
  std::error_code failed;
  const bool exists = fs::is_directory(directory, failed);
  const bool writable = may_write(nearest_existing(directory));
  const std::string_view who = "not by this user; collectd usually runs as root";
  if (exists) return text("exists, {}", writable ? "writable" : text("writable {}", who));
  return text("will be made{}", writable ? "" : text(", {}", who));
}

std::string shown(const net::Network& network) {
  if (network.prefix == 0) return "any";
  const std::string base = net::to_string(network.base);
  const bool four = base.find(':') == std::string::npos;
  const int prefix = four ? network.prefix - 96 : network.prefix;
  return prefix == (four ? 32 : 128) ? base : text("{}/{}", base, prefix);
}

std::string shown(const net::Endpoint& endpoint) {
  std::string line = text("  {}: ", endpoint.url);
  line += endpoint.user.empty() ? "senders known by address alone"
                                : text("user {} and a password", endpoint.user);
  if (!endpoint.client_ca_file.empty()) line += ", client certificate asked for";
  return line + '\n';
}

std::string shown(const PbxSettings& pbx) {
  std::string line = text("  {}: ", pbx.name);
  if (!pbx.from.empty()) line += "from";
  for (const net::Network& network : pbx.from) line += ' ' + shown(network);
  if (pbx.api) {
    line += text("{}asked at {} every {} s for its state, every {} s for its records",
                 pbx.from.empty() ? "" : ", ", access_of(*pbx.api).url, pbx.api->status_interval_s,
                 pbx.api->backfill_interval_s);
  }
  if (!pbx.zone.automatic()) line += text(", time zone {}", pbx.zone.name());
  if (!pbx.serial.empty()) line += text(", serial number {}", pbx.serial);
  if (pbx.host != pbx.name) line += text(", values under host {}", pbx.host);
  return line + text("; up to {} values\n", pbx.max_series);
}

template <class Things>
std::string counted(const Things& things, std::string_view one, std::string_view many) {
  std::string result =
      text("{} {}{}\n", things.size(), things.size() == 1 ? one : many, things.empty() ? "" : ":");
  for (const auto& thing : things) result += shown(thing);
  return result;
}

}  // namespace

void inspect(const Settings& settings, std::vector<Finding>& findings) {
  for (const net::Endpoint& endpoint : settings.listeners) {
    for (const PemFile& file : kPemFiles) inspect_pem(endpoint, file, findings);
  }
  const fs::path nearest = nearest_existing(settings.state_directory);
  std::error_code failed;
  if (!fs::is_directory(nearest, failed)) {
    findings.push_back(
        {Severity::error, "", 0, "StateDirectory",
         text("{} cannot be a folder: {} is none", settings.state_directory, nearest.string())});
  }
}

std::string summary(const Settings& settings) {
  return counted(settings.listeners, "listener", "listeners") + counted(settings.pbxes, "PBX", "PBXes") +
         text("Records are kept {} days in {} ({}).\n", settings.retention_days, settings.state_directory,
              state_of(settings.state_directory)) +
         text("ucmctl asks at {}.\n", settings.control_socket);
}

}  // namespace ucm::service
