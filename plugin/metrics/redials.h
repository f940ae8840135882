// Who called whom last, for calls that are made again at once.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ucm::metrics {

// At most kMost pairs, those noted last.
class Redials {
 public:
  // Whether the latest noted call from `src` to `dst` ended at most `within_s` seconds before `began_s`.
  // Never where one of the two is unknown.
  [[nodiscard]] bool again(std::string_view src, std::string_view dst, std::int64_t began_s,
                           std::int64_t within_s) const;
  void note(std::string_view src, std::string_view dst, std::int64_t ended_s);

  void merge(const Redials& later);
  void clear();

  static constexpr std::size_t kMost = 10'000;

 private:
  void note_pair(const std::string& pair, std::int64_t ended_s);

  std::unordered_map<std::string, std::int64_t> ended_s_;  // by pair
  std::deque<std::string> order_;                          // of their first notes
};

}  // namespace ucm::metrics
