// A configuration before it means anything: the same tree from collectd's own reader, from a file in
// collectd's dialect and from TOML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "service/settings.h"

namespace ucm::service {

struct ConfigNode {
  std::string key;  // "Retention"; of a block "PBX"
  std::vector<std::string>
      values;  // as text; a number without needless decimals, a truth as "true" or "false"
  std::vector<ConfigNode> children;  // of a block
  std::string file;                  // "" when the host's reader does not say
  int line = 0;                      // likewise 0
};

// How a file spells options: `MaxRecordBytes 1024` or `max_record_bytes = 1024`.
enum class Dialect { collectd, toml };

// Something the operator should know about the configuration.
struct Finding {
  Severity severity = Severity::error;  // error: a block was left out; warning: it works, but not as written
  std::string file;
  int line = 0;
  std::string option;   // "PBX hq / Settle"
  std::string message;  // what is wrong and what to do; never the value of a secret
};

// Where a host keeps things unless told otherwise.
struct Places {
  std::string state_directory;
};

// Reads the children of every `<Plugin ucm>` block (several are one: lists add up, a single option named
// again is a warning and the last one holds). A bad Listen or PBX block is left out with an error. Secrets
// given as files are read here; certificates are not.
[[nodiscard]] Settings read_settings(const std::vector<ConfigNode>& blocks, const Places& places,
                                     std::vector<Finding>& findings, Dialect dialect = Dialect::collectd);

// Whether anything remains to be done: one PBX at least, and a listener or an API.
[[nodiscard]] bool usable(const Settings& settings) noexcept;

// "file:line: option: message", without the parts that are unknown.
[[nodiscard]] std::string to_string(const Finding& finding);

}  // namespace ucm::service
