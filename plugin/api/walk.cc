#include "api/walk.h"

#include <algorithm>

namespace ucm::api {

void Walk::begin(std::optional<std::int64_t> read_until_s, std::int64_t now_s, std::int64_t overlap_s,
                 std::int64_t first_s) {
  until_s_ = now_s;
  window_s_ = kWindow;
  endless_ = false;
  if (page_size_ < kPage && ++calm_runs_ > kCalmRuns) {
    page_size_ = std::min(2 * page_size_, kPage);
    calm_runs_ = 0;
  }
  if (!read_until_s) {
    open_window(now_s - first_s);
    return;
  }
  // A point in the future is of a clock that was wrong.
  const std::int64_t known = std::min(*read_until_s, now_s);
  open_window(known - overlap_s);
  if (now_s - known <= kWindow) page_->to_s.reset();
}

void Walk::open_window(std::int64_t from_s) {
  items_ = 0;
  pages_ = 0;
  unproven_ = 0;
  page_ = Page{from_s, std::nullopt, 0, page_size_};
  if (from_s + window_s_ < until_s_) page_->to_s = from_s + window_s_;
}

std::int64_t Walk::left_s() const noexcept {
  return page_ ? std::max<std::int64_t>(0, until_s_ - page_->from_s) : 0;
}

std::optional<std::int64_t> Walk::answered(std::int64_t items, bool full) {
  if (!page_) return std::nullopt;
  items_ += items;
  full = full || items >= page_->records;
  if (items == 0 && unproven_ > 0 && page_->offset == unproven_)
    short_page_ = std::max(short_page_, unproven_);
  // As long as the longest is not enough: so long may be all that this firmware ever gives.
  const bool last = items == 0 || (!full && items < short_page_);
  if (last) return end_window();
  if (++pages_ >= kMostPages * (kPage / page_size_)) {
    endless_ = true;
    return end_window();
  }
  if (!full && page_->offset == 0) unproven_ = items;
  page_->offset += items;
  return std::nullopt;
}

std::optional<std::int64_t> Walk::repeated() {
  return page_ ? end_window() : std::nullopt;
}

bool Walk::halved() {
  if (!page_ || page_size_ <= kLeastPage) return false;
  calm_runs_ = 0;
  page_size_ = std::max(kLeastPage, page_size_ / 2);
  page_->records = page_size_;
  return true;
}

std::optional<std::int64_t> Walk::end_window() {
  const std::int64_t end_s = page_->to_s.value_or(until_s_);
  const bool over = !page_->to_s;
  const bool empty = items_ == 0;
  window_s_ = empty ? 2 * window_s_ : kWindow;
  if (over) {
    page_.reset();
  } else {
    open_window(end_s);
  }
  return empty ? std::nullopt : std::optional(end_s);
}

}  // namespace ucm::api
