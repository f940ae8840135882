#include <algorithm>
#include <utility>

#include "base/text.h"
#include "shim/ucmctl/columns.h"
#include "shim/ucmctl/views.h"

namespace ucm::ctl {

std::string metrics_view(std::vector<service::ReadingReport> readings) {
  std::vector<Row> rows;
  rows.reserve(readings.size());
  for (service::ReadingReport& reading : readings) {
    rows.push_back(
        {harmless(text("{}/ucm-{}/{}-{}", reading.host, reading.scope, reading.type, reading.instance)),
         harmless(reading.value)});
  }
  std::ranges::sort(rows);
  return columns(rows);
}

}  // namespace ucm::ctl
