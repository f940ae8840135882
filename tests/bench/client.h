// N connections that push prepared records, each the next one when the last is answered (HTTP) or taken by
// the kernel (TCP).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct Plan {
  std::string scheme = "http";
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  int connections = 64;
  int sources = 0;        // 0: all from 127.0.0.1; else connection i comes from the (i mod sources)th address
  bool share = false;     // each connection has its own part of the records; always so over TCP
  double seconds = 0;     // after which no record is begun; 0 = until all are pushed
  double deadline = 120;  // after which the run is given up
};

struct Outcome {
  std::int64_t begun = 0;     // records that were sent, from the front unless shared
  std::int64_t answered = 0;  // with 200; over TCP: sent
  std::int64_t refused = 0;   // with anything else
  std::int64_t reconnected = 0;
  double began = 0;    // on the monotonic clock
  double seconds = 0;  // from the first byte sent to the last answer
  std::vector<float> latencies_us;
};

// The address that connections of source `n` come from, as text: 127.1.x.y.
[[nodiscard]] std::string source_address(int n);

// `requests`: whole requests, ready to be sent.
[[nodiscard]] Outcome push(const Plan& plan, const std::vector<std::string>& requests);

}  // namespace bench
