// How many calls took how many seconds: exact percentiles at the volumes a PBX makes, bounded memory at any.
#pragma once

#include <cstdint>
#include <map>

namespace ucm::metrics {

class Distribution {
 public:
  // Seconds under 4,096 are kept to the second; above, to 1/256 of their size, so that a distribution never
  // has more than some 8,000 entries.
  void add(std::int64_t seconds);
  void merge(const Distribution& other);
  void clear();

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  // REQUIRES: !empty()
  [[nodiscard]] double average() const noexcept;  // exact, whatever percentiles round
  [[nodiscard]] double max() const noexcept;      // exact
  // The smallest value that at least `percent` of the values do not exceed (nearest rank).
  [[nodiscard]] double percentile(int percent) const noexcept;

 private:
  std::map<std::int64_t, std::uint64_t> values_;
  std::uint64_t count_ = 0;
  std::int64_t sum_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace ucm::metrics
