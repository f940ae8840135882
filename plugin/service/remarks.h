// Findings about one part of a configuration.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/config.h"

namespace ucm::service {

struct Remarks {
  std::string where;  // "PBX hq"; "" outside of blocks
  Dialect dialect;
  std::vector<Finding>& findings;

  void error(const ConfigNode& at, std::string_view option, std::string message) const {
    add(Severity::error, at, option, std::move(message));
  }
  void warning(const ConfigNode& at, std::string_view option, std::string message) const {
    add(Severity::warning, at, option, std::move(message));
  }

 private:
  void add(Severity severity, const ConfigNode& at, std::string_view option, std::string message) const {
    std::string full = where;
    if (!where.empty() && !option.empty()) full += " / ";
    full += option;
    findings.push_back({severity, at.file, at.line, std::move(full), std::move(message)});
  }
};

}  // namespace ucm::service
