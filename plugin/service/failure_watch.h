// Of each trunk, the share of its calls that failed: of a quarter of an hour against the day before it, by
// the minute in which the calls ended.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "service/alert_ports.h"

namespace ucm::service {

class FailureWatch {
 public:
  explicit FailureWatch(const AlertPorts& ports) : ports_(ports) {}

  void ended(const std::string& trunk, bool failed, std::int64_t ended_s, std::int64_t now_s);
  // One that an earlier run has judged.
  void recall(const std::string& trunk, bool failed, std::int64_t ended_s);
  // Judges what has come. What comes late is judged when no more of it comes: half of a day's calls has
  // another share than all of them.
  void look(std::int64_t now_s);

  static constexpr std::size_t kMostTrunks = 200;

 private:
  struct Minute {
    std::int64_t minute = 0;
    std::int64_t calls = 0;
    std::int64_t failed = 0;
  };
  struct Trunk {
    std::vector<Minute> minutes;      // those with calls, in order
    std::set<std::int64_t> fresh;     // minutes to be judged again
    std::set<std::int64_t> recalled;  // minutes that an earlier run has judged
    std::optional<std::int64_t> late_since_s;
    std::int64_t late_last_s = 0;
    std::set<std::int64_t> told;  // ends of windows that were bad enough
    std::int64_t held_until_s = 0;
  };
  struct Share {
    std::int64_t calls = 0;
    std::int64_t failed = 0;
    [[nodiscard]] double percent() const noexcept;
  };
  struct Judged {
    Share now;
    Share before;
    double jump = 0;  // points
  };
  [[nodiscard]] Trunk* trunk_of(const std::string& name);
  void add(Trunk& trunk, bool failed, std::int64_t minute);
  [[nodiscard]] Share share(const Trunk& trunk, std::int64_t after, std::int64_t until) const;
  [[nodiscard]] Judged judge(const Trunk& trunk, std::int64_t minute) const;
  using Bad = std::vector<std::pair<std::int64_t, Judged>>;  // by the minute that ends it
  [[nodiscard]] Bad bad_around(const Trunk& trunk, const std::set<std::int64_t>& minutes,
                               std::int64_t now_s) const;
  void judge_recalled(Trunk& trunk, std::int64_t now_s);
  void judge_fresh(const std::string& name, Trunk& trunk, std::int64_t now_s);
  // Whether a window that is over was part of what has been told of.
  [[nodiscard]] static bool is_told(const Trunk& trunk, std::int64_t minute);
  void raise(const std::string& name, Trunk& trunk, const Judged& judged, std::int64_t minute,
             std::int64_t now_s);
  void end_what_is_over(std::int64_t now_s);
  void forget(Trunk& trunk, std::int64_t now_s);

  const AlertPorts& ports_;
  std::map<std::string, Trunk, std::less<>> trunks_;
};

}  // namespace ucm::service
