// A call counted as the ledger counts one that settles.
#pragma once

#include "metrics/book.h"

namespace ucm::metrics {

inline constexpr std::int64_t kNow = 1'770'000'000;  // some moment of the calls of legs.h

inline CountedAs count_call(Book& book, Call call, std::int64_t now_s = kNow) {
  const CountedAs as = book.judge(call, now_s);
  book.count_call(call, as, now_s);
  return as;
}

// Whatever its legs say.
inline void count_call_as(Book& book, Call call, const CountedAs& as) {
  book.count_call(call, as, kNow);
}

}  // namespace ucm::metrics
