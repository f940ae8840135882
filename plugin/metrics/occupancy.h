// How many lines were occupied when, worked out of the records of calls that have ended.
#pragma once

#include <cstdint>
#include <map>

namespace ucm::metrics {

// Of the past up to `horizon_s` before the latest moment it was told; what ended before that is too late to
// be placed.
class Occupancy {
 public:
  explicit Occupancy(std::int64_t horizon_s) : horizon_s_(horizon_s) {}

  // Lines that were occupied in [from, until). Gives the seconds in which, by this, `capacity` or more are
  // occupied that were not before; 0 for a capacity of 0.
  std::int64_t add(std::int64_t from_s, std::int64_t until_s, std::int64_t lines, std::int64_t capacity);
  // Takes back what add() was told.
  void remove(std::int64_t from_s, std::int64_t until_s, std::int64_t lines);

  struct Load {
    std::int64_t peak = 0;        // most lines at one moment
    std::int64_t occupied_s = 0;  // line-seconds
  };
  [[nodiscard]] Load within(std::int64_t from_s, std::int64_t until_s) const;

  void reach(std::int64_t horizon_s) noexcept { horizon_s_ = horizon_s; }
  // What lies before the horizon is let go; all of it when the clock has been set back by more than an hour.
  void turn_to(std::int64_t now_s);

 private:
  void change(std::int64_t from_s, std::int64_t until_s, std::int64_t lines);

  std::int64_t horizon_s_;
  std::int64_t edge_s_ = 0;
  std::int64_t latest_s_ = 0;  // the last moment it was told
  // By moment, after the edge. What is occupied at the edge ends by one of them.
  std::map<std::int64_t, std::int64_t> changes_;
};

}  // namespace ucm::metrics
