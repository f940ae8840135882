// The log port: the core speaks, the host decides where it goes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace ucm {

// What the operator has to do with it: error = act, warning = something is degraded or configured wrongly,
// notice = a state changed, info = life cycle.
enum class Severity { error, warning, notice, info };

// Owned by one thread at a time: the host's main thread until the loop starts, the loop's thread after.
class Log {
 public:
  // The text has no control characters, is UTF-8 if what went in was, and is never a format.
  using Port = std::function<void(Severity, const std::string&)>;

  explicit Log(Port port, const Clock& clock = system_clock());

  void say(Severity severity, std::string_view message);

  // For what may repeat with every record or connection: at most once a minute for each `key`, with the
  // number of times it was held back. `key` comes from a fixed vocabulary, never from the network.
  void say_rarely(std::string_view key, Severity severity, std::string_view message);

 private:
  struct Held {
    std::int64_t said_ms = 0;
    std::uint64_t times = 0;
  };
  Port port_;
  const Clock& clock_;
  std::map<std::string, Held, std::less<>> held_;
};

}  // namespace ucm
