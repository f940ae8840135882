// The option table: one row per option. Both dialects, the manual and the check of the shipped sample follow
// from it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "service/config.h"
#include "service/settings.h"

namespace ucm::service {

// Where an option may stand: in one block or, as a default for the inner one, in two.
enum Block : unsigned { kPlugin = 1, kListen = 2, kPbx = 4, kApi = 8 };

enum class Kind {
  text,
  name,         // safe for every writer of the host
  path,         // absolute
  secret,       // never shown
  secret_file,  // path; its first line is the secret
  networks,     // a list that adds up over several lines
  truth,
  count,
  bytes,
  milliseconds,
  seconds,
  days,
  pin,             // of a public key
  formula,         // of the service level
  trunk_capacity,  // name of a trunk and a number; lines add up
  points,          // of a percentage
  prefixes,        // what numbers begin with; blanks part them
  digits,          // of a telephone, or none
  hours,           // days and times of business, a list
  tls,             // a version of it
};

// The member an option sets. Its type decides how the value is read.
using Place =
    std::variant<std::int64_t Settings::*, std::string Settings::*, std::size_t net::Limits::*,
                 int net::Limits::*, std::string net::Endpoint::*, std::string PbxSettings::*,
                 std::int64_t PbxSettings::*, bool PbxSettings::*, std::vector<net::Network> PbxSettings::*,
                 std::map<std::string, std::int64_t, std::less<>> PbxSettings::*, LevelFormula PbxSettings::*,
                 std::string ApiSettings::*, std::int64_t ApiSettings::*, bool ApiSettings::*,
                 std::int64_t AlertSettings::*, bool AlertSettings::*, std::string AlertSettings::*,
                 std::vector<std::string> AlertSettings::*, BusinessHours AlertSettings::*>;

struct Range {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

struct Option {
  std::string_view name;
  unsigned blocks;  // of Block
  Kind kind;
  Range range;                // of numbers
  std::string_view standard;  // the default as a file would say it; "" = none
  Place place;
  std::string_view help;  // one sentence; HTML and Markdown would survive it
};

[[nodiscard]] std::span<const Option> options() noexcept;

// As a file of this dialect names it: "MaxRecordBytes", "max_record_bytes".
[[nodiscard]] std::string spelled(std::string_view camel_case, Dialect dialect);

// Whether `key` of a file in this dialect means `camel_case`. collectd ignores case, TOML does not.
[[nodiscard]] bool means(std::string_view key, std::string_view camel_case, Dialect dialect);

[[nodiscard]] const Option* find_option(std::string_view key, Block block, Dialect dialect);

// Every name that may stand in the block, blocks within it too, spelled for the dialect.
[[nodiscard]] std::vector<std::string> names_in(Block block, Dialect dialect);

// "seconds, 1 to 3600"; for the manual and for messages.
[[nodiscard]] std::string values_of(const Option& option);

}  // namespace ucm::service
