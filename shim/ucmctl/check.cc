// Tries a configuration without running it.
#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text.h"
#include "service/collectd_text.h"
#include "service/inspection.h"
#include "service/text_file.h"
#include "service/toml_text.h"
#include "shim/ucmctl/commands.h"

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

std::string_view word_for(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::notice:
    case Severity::info:
      return "note";
  }
  return "note";
}

std::string line_for(Finding finding, const std::string& file) {
  if (finding.file.empty()) finding.file = file;
  std::string place = finding.line > 0 ? text("{}:{}", finding.file, finding.line) : finding.file;
  const std::string option = finding.option.empty() ? "" : finding.option + ": ";
  return text("{}: {}: {}{}\n", place, word_for(finding.severity), option, finding.message);
}

// By file and line; what is of no line in particular comes last.
void put_in_order(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, [](const Finding& a, const Finding& b) {
    return std::tuple(a.file.empty(), a.file, a.line) < std::tuple(b.file.empty(), b.file, b.line);
  });
}

bool counts(const Finding& finding) {
  return finding.severity == Severity::error || finding.severity == Severity::warning;
}

}  // namespace

Outcome check(const std::string& file, std::optional<Dialect> wanted) {
  const auto content = service::read_text_file(file);
  if (!content) return {kWrongUse, "", text("ucmctl: {}\n", content.error().what)};
  const Dialect dialect = wanted.value_or(dialect_of(file, content.value()));

  std::vector<Finding> findings;
  Result<Read> read = dialect == Dialect::toml ? Result<Read>(read_toml(file, content.value(), findings))
                                               : read_collectd(file, findings);
  if (!read) return {kWrongUse, "", text("ucmctl: {}\n", read.error().what)};

  std::string closing;
  if (read.value().whole) {
    const auto settings = service::read_settings(read.value().blocks, read.value().places, findings, dialect);
    service::inspect(settings, findings);
    closing = service::summary(settings);
    if (!service::usable(settings)) closing += "With this configuration nothing would be counted.\n";
  }
  put_in_order(findings);
  Outcome outcome;
  for (const Finding& finding : findings) outcome.out += line_for(finding, file);
  const auto found = std::ranges::count_if(findings, counts);
  if (found > 0) outcome.exit = kFinding;
  if (!outcome.out.empty()) outcome.out += '\n';
  outcome.out += closing;
  if (found == 0) outcome.out += "Nothing to complain about.\n";
  return outcome;
}

}  // namespace ucm::ctl
