#include "shim/ucmctl/configuration.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "service/collectd_text.h"
#include "service/text_file.h"
#include "service/toml_text.h"

namespace ucm::ctl {

namespace {

using service::ConfigNode;
using service::Dialect;
using service::Finding;
using service::Places;

constexpr std::string_view kBaseDir = "/var/lib/collectd";  // of the distributions' collectd
constexpr std::string_view kDaemonState = "/var/lib/ucm";

// The first line that says something: TOML has `key = value` and [tables] there.
Dialect dialect_of(std::string_view content) {
  while (!content.empty()) {
    const std::size_t end = std::min(content.find('\n'), content.size() - 1);
    const std::string_view line = trimmed(content.substr(0, end + 1));
    content.remove_prefix(end + 1);
    if (line.empty() || line.starts_with('#')) continue;
    const std::string_view unquoted = line.substr(0, line.find('"'));
    return line.starts_with('[') || unquoted.find('=') != std::string_view::npos ? Dialect::toml
                                                                                 : Dialect::collectd;
  }
  return Dialect::collectd;
}

Dialect dialect_of(const std::string& file, std::string_view content) {
  if (file.ends_with(".toml")) return Dialect::toml;
  if (file.ends_with(".conf")) return Dialect::collectd;
  return dialect_of(content);
}

struct Read {
  std::vector<ConfigNode> blocks;
  Places places;
  bool whole = true;  // false: the file ended before its time, what is missing may stand in the rest
};

Read read_toml(const std::string& file, std::string_view content, std::vector<Finding>& findings) {
  auto blocks = service::parse_toml(content, file, findings);
  if (!blocks) return {{}, {}, false};
  return {std::move(*blocks), {std::string(kDaemonState)}, true};
}

Result<Read> read_collectd(const std::string& file, std::vector<Finding>& findings) {
  auto config = service::read_collectd_config(file, findings);
  if (!config) return config.error();
  const std::string& base = config.value().base_dir;
  const bool nothing = config.value().blocks.empty() && !findings.empty();
  return Read{std::move(config.value().blocks), {text("{}/ucm", base.empty() ? kBaseDir : base)}, !nothing};
}

}  // namespace

Result<Configuration> read_configuration(const std::string& file, std::optional<Dialect> wanted) {
  const auto content = service::read_text_file(file);
  if (!content) return content.error();
  Configuration configuration;
  configuration.dialect = wanted.value_or(dialect_of(file, content.value()));
  std::vector<Finding>& findings = configuration.findings;
  Result<Read> read = configuration.dialect == Dialect::toml
                          ? Result<Read>(read_toml(file, content.value(), findings))
                          : read_collectd(file, findings);
  if (!read) return read.error();
  configuration.whole = read.value().whole;
  if (configuration.whole) {
    configuration.settings =
        service::read_settings(read.value().blocks, read.value().places, findings, configuration.dialect);
  }
  return configuration;
}

}  // namespace ucm::ctl
