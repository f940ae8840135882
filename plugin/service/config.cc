#include "service/config.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"
#include "service/block.h"
#include "service/listen_block.h"
#include "service/options.h"
#include "service/pbx_block.h"
#include "service/remarks.h"

namespace ucm::service {

namespace {

constexpr std::size_t kLongestSocketPath = 107;  // sun_path of Linux, without its NUL

struct Parts {
  std::vector<const ConfigNode*> options;
  std::vector<const ConfigNode*> listens;
  std::vector<const ConfigNode*> pbxes;
};

Parts parted(const std::vector<ConfigNode>& blocks, Dialect dialect) {
  Parts parts;
  for (const ConfigNode& node : blocks) {
    const bool listen = means(node.key, "Listen", dialect);
    const bool pbx = means(node.key, "PBX", dialect);
    (listen ? parts.listens : pbx ? parts.pbxes : parts.options).push_back(&node);
  }
  return parts;
}

void settle_places(Settings& settings, const Places& places, const Remarks& remarks) {
  if (settings.state_directory.empty()) settings.state_directory = places.state_directory;
  while (settings.state_directory.size() > 1 && settings.state_directory.ends_with('/')) {
    settings.state_directory.pop_back();
  }
  if (settings.control_socket.empty()) settings.control_socket = settings.state_directory + "/ucm.sock";
  if (settings.control_socket.size() > kLongestSocketPath) {
    remarks.warning({}, spelled("ControlSocket", remarks.dialect),
                    text("{} is longer than the {} bytes a Unix socket may have: ucmctl will find nothing; "
                         "choose a shorter one",
                         settings.control_socket, kLongestSocketPath));
  }
}

bool any_asked(const Settings& settings) {
  return std::ranges::any_of(settings.pbxes, [](const PbxSettings& pbx) { return pbx.api.has_value(); });
}

void say_what_is_missing(const Parts& parts, const Settings& settings, const Remarks& remarks) {
  const bool toml = remarks.dialect == Dialect::toml;
  if (parts.listens.empty() && any_asked(settings)) {
    remarks.warning({}, spelled("Listen", remarks.dialect),
                    "there is none: records come from the API alone, once in a BackfillInterval");
  } else if (parts.listens.empty()) {
    remarks.error(
        {}, spelled("Listen", remarks.dialect),
        text("there is none, so nothing can arrive: add {}",
             toml ? "[[listen]] with url = \"http://0.0.0.0:5000\"" : "<Listen \"http://0.0.0.0:5000\">"));
  }
  if (parts.pbxes.empty()) {
    remarks.error({}, spelled("PBX", remarks.dialect),
                  text("there is none, so nobody may push: add {} with {}", toml ? "[[pbx]]" : "<PBX \"hq\">",
                       spelled("From", remarks.dialect)));
  }
}

}  // namespace

Settings read_settings(const std::vector<ConfigNode>& blocks, const Places& places,
                       std::vector<Finding>& findings, Dialect dialect) {
  Settings settings;
  const std::size_t of_others = findings.size();
  const Parts parts = parted(blocks, dialect);
  const Remarks remarks{"", dialect, findings};

  net::Limits limits;
  Target target;
  target.settings = &settings;
  target.limits = &limits;
  // There is no block to leave out here: what was not understood keeps its default.
  static_cast<void>(read_block(parts.options, kPlugin, target, remarks));
  settle_places(settings, places, remarks);

  for (const ConfigNode* node : parts.listens) {
    auto endpoint = read_listen(*node, limits, settings.listeners, dialect, findings);
    if (endpoint) settings.listeners.push_back(std::move(*endpoint));
  }
  for (const ConfigNode* node : parts.pbxes) {
    auto pbx = read_pbx(*node, settings.pbxes, dialect, findings);
    if (pbx) settings.pbxes.push_back(std::move(*pbx));
  }
  say_what_is_missing(parts, settings, remarks);
  for (std::size_t i = of_others; i < findings.size(); ++i) {
    if (findings[i].severity == Severity::error) settings.faults.push_back(to_string(findings[i]));
  }
  return settings;
}

bool usable(const Settings& settings) noexcept {
  return !settings.pbxes.empty() && (!settings.listeners.empty() || any_asked(settings));
}

std::string to_string(const Finding& finding) {
  std::string result;
  if (!finding.file.empty()) result += finding.file + ":";
  if (finding.line > 0) result += text("{}:", finding.line);
  if (!result.empty()) result += ' ';
  if (!finding.option.empty()) result += finding.option + ": ";
  return result + finding.message;
}

}  // namespace ucm::service
