// Tries a configuration without running it: what is written, and what the PBXes say to it.
#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "service/inspection.h"
#include "service/trial.h"
#include "shim/ucmctl/commands.h"
#include "shim/ucmctl/configuration.h"
#include "shim/ucmctl/trial_view.h"

namespace ucm::ctl {

namespace {

using service::Finding;

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

bool has_api(const service::Settings& settings) {
  return std::ranges::any_of(settings.pbxes, [](const auto& pbx) { return pbx.api.has_value(); });
}

struct Round {
  std::string shown;
  std::vector<Advice> advice;
};

// The live round.
Round try_out(const Configuration& configuration, const CheckWish& wish) {
  const service::Settings& settings = configuration.settings;
  const std::string& socket = wish.socket.empty() ? settings.control_socket : wish.socket;
  const service::AgentView agent = service::look_at_agent(socket);
  const auto trials = service::try_apis(settings, agent, wish.force, system_clock());
  if (!trials) {
    return {text("The live round cannot begin: {}\n", trials.error().what),
            {{Severity::error, "The live round could not begin: see above."}}};
  }
  Round round;
  std::size_t next = 0;
  for (const service::PbxSettings& pbx : settings.pbxes) {
    if (!pbx.api) continue;
    const TrialReport report =
        report_of({pbx, trials.value().at(next++), agent, configuration.dialect, system_clock().wall_s()});
    round.shown += '\n' + trial_view(report);
    for (const TrialLine& line : report.lines) {
      if (line.remedy.empty()) continue;
      round.advice.push_back({line.severity, text("PBX {}: {}", pbx.name, line.remedy), line.paste});
    }
  }
  return round;
}

}  // namespace

Outcome check(const std::string& file, std::optional<service::Dialect> dialect, const CheckWish& wish) {
  auto read = read_configuration(file, dialect);
  if (!read) return {kWrongUse, "", text("ucmctl: {}\n", read.error().what)};
  Configuration& configuration = read.value();
  std::string closing;
  if (configuration.whole) {
    service::inspect(configuration.settings, configuration.findings);
    closing = service::summary(configuration.settings);
    if (!service::usable(configuration.settings))
      closing += "With this configuration nothing would be counted.\n";
  }
  put_in_order(configuration.findings);
  Outcome outcome;
  for (const Finding& finding : configuration.findings) outcome.out += line_for(finding, file);
  if (!outcome.out.empty()) outcome.out += '\n';
  outcome.out += closing;

  const auto found = std::ranges::count_if(configuration.findings, counts);
  std::vector<Advice> advice;
  if (!wish.offline && has_api(configuration.settings)) {
    Round round = try_out(configuration, wish);
    outcome.out += round.shown + '\n';
    advice = std::move(round.advice);
    if (found > 0)
      advice.insert(advice.begin(), {Severity::error, "Correct what is said of the file above."});
  }
  outcome.out += advice_view(advice);
  const bool trouble = found > 0 || std::ranges::any_of(advice, is_finding);
  if (trouble) outcome.exit = kFinding;
  if (!trouble) outcome.out += "Nothing to complain about.\n";
  return outcome;
}

}  // namespace ucm::ctl
