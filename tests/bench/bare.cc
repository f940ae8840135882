// Our own server with the ledger left out: the rooms net and wire on their loop, each push decoded and
// answered 200 at the end of its turn. Prints its port and serves until its input ends.
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "net/listener.h"
#include "net/loop.h"
#include "wire/splitter.h"

namespace {

using namespace ucm;

class Arrivals final : public net::Intake {
 public:
  struct Push {
    net::Ticket ticket;
    wire::Decoded decoded;
  };
  bool knows(const net::Address&) override { return true; }
  void deliver(net::Ticket ticket, const net::Address&, std::string body) override {
    pushes_.push_back({ticket, wire::decode_all(body, body.size())});
  }
  std::unique_ptr<net::Stream> open(const net::Address&) override { return nullptr; }
  void refused(net::Refusal, const net::Address&) override {}

  void answer_all(net::Listener& listener) {
    const std::vector<Push> pushes = std::exchange(pushes_, {});
    for (const Push& push : pushes) {
      const bool understood = push.decoded.rejected.empty();
      listener.answer(push.ticket,
                      {understood ? net::Verdict::accepted : net::Verdict::not_understood, "kept\n"});
    }
    if (!pushes.empty()) listener.flush();
  }

 private:
  std::vector<Push> pushes_;
};

}  // namespace

int main() {
  Log log([](Severity, const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
  auto loop = net::Loop::create();
  const auto endpoint = net::parse_endpoint("http://127.0.0.1:0");
  if (!loop || !endpoint) return 1;
  Arrivals arrivals;
  auto listener = net::listen(*loop.value(), endpoint.value(), arrivals, log);
  if (!listener) return 1;
  loop.value()->set_end_of_turn([&] { arrivals.answer_all(*listener.value()); });
  const auto input =
      loop.value()->watch(STDIN_FILENO, true, false, [&](bool, bool) { loop.value()->stop(); });
  std::printf("%u\n", static_cast<unsigned>(listener.value()->port()));
  std::fflush(stdout);
  loop.value()->run();
  return 0;
}
