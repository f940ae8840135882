// Alerts about calls that have ended: long ones, failing ones, and callers who call out too often. All of
// them go by when the calls were made, not by when their records came.
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "metrics/book.h"
#include "model/call.h"
#include "service/alert_ports.h"
#include "service/call_windows.h"
#include "service/failure_watch.h"

namespace ucm::service {

// Whether it went out over a trunk, from the first leg on or by a transfer or forward.
[[nodiscard]] bool goes_out(const Call& call);
// Where to; not the number that somebody outside dialled to come in.
[[nodiscard]] std::vector<std::string> numbers_out(const Call& call);
// Who called: an extension, or whoever it was that came in over a trunk and went out again.
[[nodiscard]] const std::string& caller_of(const Call& call) noexcept;

class AlertCalls {
 public:
  explicit AlertCalls(const AlertPorts& ports);

  // A call that a late leg has made a long one, or that has ended.
  void note_length(const Call& call, const metrics::CountedAs& as, std::int64_t before_s, std::int64_t now_s);
  void ended(const Call& call, const metrics::CountedAs& as, std::int64_t now_s) {
    take(call, as, now_s, true);
  }
  // A leg that came late has taken it out.
  void transferred(const Call& call, const metrics::CountedAs& as, std::int64_t now_s);
  // One that an earlier run has judged: nothing is told.
  void recall(const Call& call, const metrics::CountedAs& as, std::int64_t now_s) {
    take(call, as, now_s, false);
  }
  void look(std::int64_t now_s);

 private:
  struct Seen {
    std::int64_t began_s = 0;
    std::int64_t now_s = 0;
    bool fresh = true;
  };
  void take(const Call& call, const metrics::CountedAs& as, std::int64_t now_s, bool fresh);
  void take_out(const Call& call, const metrics::CountedAs& as, std::int64_t now_s, bool fresh);
  void tell_old(const AlertsOn::Report& report, std::int64_t elapsed_s, std::int64_t now_s);
  void sum_up_old(std::int64_t now_s);
  void count(CallWindows& windows, std::int64_t threshold, const Seen& seen, AlertsOn::Report report);
  void take_out_of_hours(const Call& call, const Seen& seen);
  void take_burst(const Call& call, const Seen& seen);
  void take_short(const Call& call, const Seen& seen);

  // Long calls of more than a day ago that have come without a pause.
  struct Old {
    std::int64_t calls = 0;
    std::int64_t longest_s = 0;  // of those that were not told each
    std::int64_t last_s = 0;     // when it came
  };

  // Whether it is the first time that this call, which did not begin as one, goes out.
  [[nodiscard]] bool first_out(const Call& call);

  const AlertPorts& ports_;
  Old old_;
  std::set<std::string, std::less<>> taken_out_;  // calls that did not begin as ones that go out
  std::deque<std::string> taken_order_;           // of them, the oldest first
  FailureWatch failures_;
  CallWindows out_of_hours_;
  CallWindows bursts_;
  CallWindows short_calls_;
};

}  // namespace ucm::service
