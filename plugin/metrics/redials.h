// Who called whom last, for calls that are made again at once.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string_view>

#include "base/digest.h"

namespace ucm::metrics {

// Digests of two numbers in their order, never the numbers; empty where one of them is unknown.
using CallPair = std::optional<Digest128>;
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
    std::list<Digest128>::iterator place;
  };
  std::map<Digest128, Noted> pairs_;
  std::list<Digest128> order_;  // of their last notes
};

}  // namespace ucm::metrics
