// How many calls of one caller begin within a span of each other, whenever their records arrive.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ucm::service {

class CallWindows {
 public:
  explicit CallWindows(std::int64_t span_s) : span_s_(span_s) {}

  struct Fullest {
    std::int64_t calls = 0;
    std::int64_t last_s = 0;  // when the last of them began
    bool told = false;        // some of them are part of a window that was told of
  };
  // Adds a call. Of all windows that it is in, the fullest one.
  [[nodiscard]] Fullest add(std::string_view key, std::int64_t began_s, std::int64_t now_s);
  // The window that add() found is told of, or need not be.
  void mark_told(std::string_view key, std::int64_t last_s);

  [[nodiscard]] std::int64_t span_s() const noexcept { return span_s_; }
  // From when on fewer than `threshold` of its latest calls lie within a span.
  // REQUIRES: so many calls of the key were added.
  [[nodiscard]] std::int64_t below_from_s(std::string_view key, std::int64_t threshold) const;

  static constexpr std::size_t kMostKeys = 2'000;
  static constexpr std::size_t kMostCalls = 5'000;  // of each

 private:
  struct Begin {
    std::int64_t at_s = 0;
    bool told = false;
  };
  using Begins = std::vector<Begin>;  // in order
  void make_room();

  std::int64_t span_s_;
  std::map<std::string, Begins, std::less<>> begins_;
};

}  // namespace ucm::service
