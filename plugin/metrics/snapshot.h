// What a host gives out: readings, ready to be copied. The one place where the loop's thread and a host's
// thread meet.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/catalogue.h"

namespace ucm::metrics {

struct Reading {
  const Row* row = nullptr;  // of the catalogue
  std::int64_t count = 0;    // of a counter
  double level = 0;          // of a gauge or interval; NaN = nothing to say
  std::string_view formula;  // where an option chooses among several: its name
};

struct Section {
  std::string host;   // value host; "" = the agent's own
  std::string scope;  // plugin_instance
  std::vector<Reading> readings;
};

struct Snapshot {
  std::uint64_t number = 0;  // 1, 2, 3 ... as published
  std::vector<Section> sections;
};

// How much it matters, as hosts of notifications tell it apart.
enum class Urgency {
  failure,  // something is broken, or costs money now
  warning,
  okay,  // what was told of is over
};

// Something a person should hear about.
struct Notice {
  std::string host;
  std::string text;  // one sentence; telephone numbers only where the operator allows them
  std::string scope = "all";
  std::string_view type = "duration";       // of types.db
  std::string_view instance = "long_call";  // what it is about; of a fixed vocabulary
  Urgency urgency = Urgency::warning;
};

class Board {
 public:
  // Host's thread: the latest snapshot, and the notices since the last time. Interval statistics start anew
  // after it. Copies pointers under a lock that is never held over work.
  struct Taken {
    std::shared_ptr<const Snapshot> snapshot;  // null before the first publish
    std::vector<Notice> notices;
  };
  [[nodiscard]] Taken take();

  // Any thread: the latest snapshot, without taking it.
  [[nodiscard]] std::shared_ptr<const Snapshot> look() const;

  // The loop's thread.
  [[nodiscard]] bool was_taken() const;  // whether the latest snapshot was
  // Puts a new snapshot up, unless was_taken() has changed from `taken` since: then false, and it has to be
  // built again, so that no call falls between two intervals or into both.
  [[nodiscard]] bool publish(Snapshot snapshot, bool taken);
  // How many more notices may wait for the host.
  [[nodiscard]] std::size_t room() const;
  // At most kMostNotices wait for the host; more are dropped, the oldest first.
  // Says which it is: 1, 2, 3 ...
  std::uint64_t tell(Notice notice);
  // The last notice that the host has taken; 0: none yet.
  [[nodiscard]] std::uint64_t heard() const;

  static constexpr std::size_t kMostNotices = 200;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> latest_;
  std::vector<Notice> notices_;
  std::uint64_t number_ = 0;
  std::uint64_t told_ = 0;
  std::uint64_t heard_ = 0;
  bool taken_ = false;
};

}  // namespace ucm::metrics
