// Configuration files in collectd's own language, so that they can be checked without collectd.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/config.h"

namespace ucm::service {

// The statements of one file. Empty, with an error in `findings`, at the first thing collectd would refuse;
// no message repeats a value. `file` is for messages alone.
[[nodiscard]] std::optional<std::vector<ConfigNode>> parse_collectd(std::string_view text,
                                                                    const std::string& file,
                                                                    std::vector<Finding>& findings);

struct CollectdConfig {
  std::vector<ConfigNode> blocks;  // what stands in every <Plugin ucm>, in the order collectd meets it
  std::string base_dir;            // "" when no file says it
};

// Reads the file and what it includes, as collectd does, and looks whether the plugin is loaded before its
// blocks. A config fault only when the file itself cannot be read; everything else is a finding.
[[nodiscard]] Result<CollectdConfig> read_collectd_config(const std::string& path,
                                                          std::vector<Finding>& findings);

}  // namespace ucm::service
