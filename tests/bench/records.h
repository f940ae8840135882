// Invented call records as a UCM pushes them: about 1 kB of JSON each, no two with one identity.
#pragma once

#include <cstdint>
#include <string>

namespace bench {

struct Invention {
  std::int64_t began_s = 0;  // wall clock of record 0; a later one starts later
  int trunks = 3;            // names among the records
  int queues = 4;
  int ringgroups = 3;
  int legs = 1;  // of a session; records that follow each other
};

// Record `n`: a leg. The same `n` gives the same record.
[[nodiscard]] std::string record(std::int64_t n, const Invention& invention);

}  // namespace bench
