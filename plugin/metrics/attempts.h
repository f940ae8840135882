// Calls by the minute in which they began, for a day: the busy hour and its call attempts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace ucm::metrics {

// When this machine's clock is set back by more than an hour, the day begins anew.
class Attempts {
 public:
  // A call that began after `now_s` began now; one of more than a day ago is nothing.
  void add(std::int64_t began_s, std::int64_t now_s);
  void remove(std::int64_t began_s, std::int64_t now_s);

  // Of the minutes m with now - 60 < m <= now.
  [[nodiscard]] std::int64_t hour(std::int64_t now_s);

  struct Busiest {
    std::int64_t attempts = 0;
    std::int64_t began_s = 0;  // of the 60 minutes; the earliest where several are as busy
  };
  // Any 60 minutes of the last 24 hours, sliding by the minute; empty when nobody called.
  [[nodiscard]] std::optional<Busiest> busiest(std::int64_t now_s);

 private:
  void turn_to(std::int64_t minute);
  void change(std::int64_t began_s, std::int64_t now_s, std::int64_t by);
  [[nodiscard]] std::int64_t& slot(std::int64_t minute);

  std::vector<std::int64_t> minutes_;  // a day's, in a ring; empty until somebody calls
  std::int64_t now_ = 0;               // the latest minute in the ring
  std::int64_t all_ = 0;
  std::optional<Busiest> found_;
  bool current_ = false;  // found_ is of now_ and what has been added
};

}  // namespace ucm::metrics
