// bench_load name=value ... : pushes invented records and prints one line of JSON about how that went.
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "client.h"
#include "records.h"
#include "socket.h"

namespace {

class Words {
 public:
  Words(int count, char** values) {
    for (int i = 1; i < count; ++i) {
      const std::string_view word = values[i];
      const std::size_t equals = word.find('=');
      if (equals == std::string_view::npos) bench::give_up("usage: bench_load name=value ...");
      words_.emplace(word.substr(0, equals), word.substr(equals + 1));
    }
  }
  [[nodiscard]] std::int64_t number(std::string_view name, std::int64_t otherwise) {
    const auto found = words_.find(name);
    if (found == words_.end()) return otherwise;
    const auto number = ucm::whole_number(found->second);
    if (!number) bench::give_up(ucm::text("{} is no number", name));
    return *number;
  }
  [[nodiscard]] std::string word(std::string_view name, std::string_view otherwise) {
    const auto found = words_.find(name);
    return std::string(found == words_.end() ? otherwise : std::string_view(found->second));
  }

 private:
  std::map<std::string, std::string, std::less<>> words_;
};

std::string request(const bench::Plan& plan, const std::string& path, const std::string& body) {
  if (plan.scheme == "tcp") return body + "\n";
  return ucm::text(
      "POST {} HTTP/1.1\r\nHost: {}:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      path, plan.address, plan.port, body.size(), body);
}

double at_share(std::vector<float>& latencies, double share) {
  if (latencies.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(latencies.size() - 1));
  std::nth_element(latencies.begin(), latencies.begin() + at, latencies.end());
  return latencies[static_cast<std::size_t>(at)];
}

}  // namespace

int main(int count, char** values) {
  Words words(count, values);
  bench::Plan plan;
  plan.scheme = words.word("scheme", plan.scheme);
  plan.address = words.word("address", plan.address);
  plan.port = static_cast<std::uint16_t>(words.number("port", 0));
  plan.connections = static_cast<int>(words.number("connections", plan.connections));
  plan.sources = static_cast<int>(words.number("sources", 0));
  plan.share = words.number("share", 0) != 0;
  plan.seconds = static_cast<double>(words.number("milliseconds", 0)) / 1000;
  plan.deadline = static_cast<double>(words.number("deadline", 120));

  const std::string path = words.word("path", "/cdr");
  bench::Invention invention;
  invention.began_s = words.number("began", 1'790'000'000);
  invention.trunks = static_cast<int>(words.number("trunks", invention.trunks));
  const std::int64_t first = words.number("first", 0);
  const std::int64_t records = words.number("records", 1000);
  std::vector<std::string> requests;
  std::size_t bytes = 0;
  for (std::int64_t n = first; n < first + records; ++n) {
    const std::string body = bench::record(n, invention);
    bytes += body.size();
    requests.push_back(request(plan, path, body));
  }

  bench::Outcome outcome = bench::push(plan, requests);
  std::puts(
      ucm::text("{{\"begun\": {}, \"answered\": {}, \"refused\": {}, \"reconnected\": {}, \"began\": {:.6f}, "
                "\"seconds\": {:.6f}, \"rate\": {:.1f}, \"p50_us\": {:.0f}, \"p99_us\": {:.0f}, "
                "\"record_bytes\": {}}}",
                outcome.begun, outcome.answered, outcome.refused, outcome.reconnected, outcome.began,
                outcome.seconds, static_cast<double>(outcome.answered) / outcome.seconds,
                at_share(outcome.latencies_us, 0.5), at_share(outcome.latencies_us, 0.99),
                bytes / static_cast<std::size_t>(std::max<std::int64_t>(1, records)))
          .c_str());
  return 0;
}
