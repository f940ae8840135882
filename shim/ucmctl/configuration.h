// A configuration file as ucmctl reads it, in either dialect.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "service/config.h"

namespace ucm::ctl {

struct Configuration {
  service::Settings settings;
  service::Dialect dialect = service::Dialect::collectd;
  bool whole = true;  // false: the file ended before its time, and the settings are empty
  std::vector<service::Finding> findings;
};

// Without a dialect it is known by the file's name, else by what stands in it. Fails when the file cannot be
// read; everything else is a finding.
[[nodiscard]] Result<Configuration> read_configuration(const std::string& file,
                                                       std::optional<service::Dialect> dialect);

}  // namespace ucm::ctl
