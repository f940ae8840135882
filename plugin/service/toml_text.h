// Configuration files in TOML, the dialect of the daemon.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/config.h"

namespace ucm::service {

// `retention = 35`, `[[listen]]` with its `url`, `[[pbx]]` with its `name`; a single `[listen]` is fine too.
// Empty, with an error in `findings`, when it is no TOML. `file` is for messages alone.
[[nodiscard]] std::optional<std::vector<ConfigNode>> parse_toml(std::string_view text,
                                                                const std::string& file,
                                                                std::vector<Finding>& findings);

}  // namespace ucm::service
