#include "metrics/snapshot.h"

#include <algorithm>
#include <utility>

namespace ucm::metrics {

Board::Taken Board::take() {
  const std::scoped_lock lock(mutex_);
  taken_ = true;
  heard_ = told_;
  return {latest_, std::exchange(notices_, {})};
}

std::shared_ptr<const Snapshot> Board::look() const {
  const std::scoped_lock lock(mutex_);
  return latest_;
}

bool Board::was_taken() const {
  const std::scoped_lock lock(mutex_);
  return taken_;
}

bool Board::publish(Snapshot snapshot, bool taken) {
  snapshot.number = number_ + 1;
  auto next = std::make_shared<const Snapshot>(std::move(snapshot));
  const std::scoped_lock lock(mutex_);
  if (taken_ != taken) return false;
  ++number_;
  taken_ = false;
  latest_.swap(next);
  return true;
}

std::uint64_t Board::tell(Notice notice) {
  const std::scoped_lock lock(mutex_);
  if (notices_.size() >= kMostNotices) notices_.erase(notices_.begin());
  notices_.push_back(std::move(notice));
  return ++told_;
}

std::size_t Board::room() const {
  const std::scoped_lock lock(mutex_);
  return kMostNotices - std::min(kMostNotices, notices_.size());
}

std::uint64_t Board::heard() const {
  const std::scoped_lock lock(mutex_);
  return heard_;
}

}  // namespace ucm::metrics
