// Who called whom last, for calls that are made again at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace ucm::metrics {

// A hash of two numbers in their order, never the numbers, so that one which is erased is nowhere in memory;
// empty where one of them is unknown. Of the standard library: each call has one, and a cryptographic digest
// would cost more than all its other values. One new pair in 10^15 (of 64 bits) has that of one among kMost.
// Holds for this process alone.
using CallPair = std::optional<std::size_t>;
[[nodiscard]] CallPair call_pair(std::string_view salt, std::string_view src, std::string_view dst);

// At most kMost pairs, those noted last.
class Redials {
 public:
  // Whether the latest noted call of the pair ended at most `within_s` seconds before `began_s`.
  [[nodiscard]] bool again(const CallPair& pair, std::int64_t began_s, std::int64_t within_s) const;
  void note(const CallPair& pair, std::int64_t ended_s);

  void merge(const Redials& later);
  void clear();

  static constexpr std::size_t kMost = 10'000;

 private:
  struct Noted {
    std::int64_t ended_s = 0;  // of the latest call
    std::list<std::size_t>::iterator place;
  };
  std::unordered_map<std::size_t, Noted> pairs_;
  std::list<std::size_t> order_;  // of their last notes
};

}  // namespace ucm::metrics
