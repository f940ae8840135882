#include "metrics/distribution.h"

#include <algorithm>
#include <bit>

namespace ucm::metrics {

namespace {

constexpr std::int64_t kExactBelow = 4'096;

std::int64_t rounded(std::int64_t seconds) noexcept {
  if (seconds < kExactBelow) return seconds;
  const auto spare = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(seconds))) - 9;
  return (seconds >> spare) << spare;
}

}  // namespace

void Distribution::add(std::int64_t seconds) {
  ++values_[rounded(seconds)];
  ++count_;
  sum_ += seconds;
  max_ = std::max(max_, seconds);
}

void Distribution::merge(const Distribution& other) {
  for (const auto& [seconds, times] : other.values_) values_[seconds] += times;
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

void Distribution::clear() {
  *this = Distribution();
}

double Distribution::average() const noexcept {
  return static_cast<double>(sum_) / static_cast<double>(count_);
}

double Distribution::max() const noexcept {
  return static_cast<double>(max_);
}

double Distribution::percentile(int percent) const noexcept {
  const std::uint64_t rank = std::max<std::uint64_t>(1, (count_ * static_cast<unsigned>(percent) + 99) / 100);
  std::uint64_t seen = 0;
  for (const auto& [seconds, times] : values_) {
    seen += times;
    if (seen >= rank) return static_cast<double>(seconds);
  }
  return max();
}

}  // namespace ucm::metrics
