// A configuration in either dialect, with anything at all for a file, down to the settings.
#include "service/config.h"

#include <string>

#include "bytes.h"
#include "service/collectd_text.h"
#include "service/toml_text.h"

using namespace ucm;
using namespace ucm::service;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = fuzz::view_of(data, size).substr(1);
  const Dialect dialect = *data % 2 == 0 ? Dialect::collectd : Dialect::toml;
  const std::string file = "fuzzed";
  std::vector<Finding> findings;
  const auto blocks =
      dialect == Dialect::toml ? parse_toml(text, file, findings) : parse_collectd(text, file, findings);
  fuzz::demand(blocks.has_value() || !findings.empty());
  if (!blocks) return 0;
  const Settings settings = read_settings(*blocks, {"/var/lib/collectd/ucm"}, findings, dialect);
  fuzz::demand(usable(settings) || !findings.empty());
  fuzz::demand(settings.state_directory.starts_with('/'));
  for (const PbxSettings& pbx : settings.pbxes) fuzz::demand(!pbx.from.empty() && !pbx.host.empty());
  for (const Finding& finding : findings) fuzz::demand(!to_string(finding).empty());
  return 0;
}
