// What a live round with the API of a PBX found, in words, and what to do about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "service/config.h"
#include "service/trial.h"

namespace ucm::ctl {

// info: as it should be; notice: worth knowing; warning and error are findings.
struct TrialLine {
  Severity severity = Severity::info;
  std::string topic;  // "TLS", "cdrapi"
  std::string word;   // "ok", "not permitted"
  std::string told = {};
  std::string remedy = {};  // "" = nothing. Actions that are to be ticked share one
  std::string paste = {};   // a line for the configuration, where the remedy ends in one
};

struct TrialReport {
  std::string heading;
  std::vector<TrialLine> lines;
};

struct TrialMatter {
  const service::PbxSettings& settings;
  const service::PbxTrial& trial;
  const service::AgentView& agent;
  service::Dialect dialect = service::Dialect::collectd;
  std::int64_t now_s = 0;
};
[[nodiscard]] TrialReport report_of(const TrialMatter& matter);
[[nodiscard]] std::string trial_view(const TrialReport& report);

// The parts of report_of(): how far it came; what the PBX says of itself and lists; what it may be asked.
void add_connection(const TrialMatter& matter, std::vector<TrialLine>& lines);
void add_content(const TrialMatter& matter, std::vector<TrialLine>& lines);
void add_actions(const TrialMatter& matter, std::vector<TrialLine>& lines);

struct Advice {
  Severity severity = Severity::notice;
  std::string remedy;
  std::string paste = {};
};
[[nodiscard]] inline bool is_finding(const Advice& advice) noexcept {
  return advice.severity == Severity::error || advice.severity == Severity::warning;
}
// Numbered, the most important first; "" when there is none.
[[nodiscard]] std::string advice_view(std::vector<Advice> advice);

}  // namespace ucm::ctl
