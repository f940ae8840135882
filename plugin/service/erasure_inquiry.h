// The asking side of an erasure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ucm::service {

// Whether it can be the number of somebody: three characters or more, as records have numbers.
[[nodiscard]] bool is_number(std::string_view said);

// The request that begins one; `pbx` "" = every PBX.
[[nodiscard]] std::string erasure_request(std::string_view pbx, std::string_view number);

struct ErasureStatus {
  std::string state;  // "none", "searching", "waiting", "erasing", "done", "failed"
  std::string detail;
  std::int64_t legs = 0;
  std::int64_t calls = 0;
  std::int64_t quarantined = 0;
  std::vector<std::string> aside;  // files beside the ledger that were not looked into

  [[nodiscard]] bool over() const { return state == "done" || state == "failed" || state == "none"; }
};
[[nodiscard]] Result<ErasureStatus> read_erasure(std::string_view answer);

}  // namespace ucm::service
