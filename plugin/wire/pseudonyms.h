// Stand-ins for numbers and names in a record that is shown to the public. They are given out in the order of
// asking, so that they tell nothing of what they stand for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ucm::wire {

// The same stand-in for the same number or word as long as one of these lives; other ones for others, until
// all of a length are given out. A stand-in never equals what it stands for. One thread.
class Pseudonyms {
 public:
  // As many digits: "5550142" becomes "5000001". Zeros in front stay, and what is behind them decides:
  // "0049301" and "49301" are one number. REQUIRES: digits alone.
  [[nodiscard]] std::string number(std::string_view digits);

  // As many bytes, and letters where letters are: "Kern" becomes "Xaaa". Capitals stay capitals and make no
  // other word. Characters beyond ASCII become others of the same length. REQUIRES: ASCII letters and bytes
  // from 0x80 alone.
  [[nodiscard]] std::string word(std::string_view letters);

 private:
  std::unordered_map<std::string, std::string> numbers_;
  std::unordered_map<std::string, std::string> words_;
  std::map<std::size_t, std::uint64_t> next_number_;  // by length
  std::map<std::size_t, std::uint64_t> next_word_;
};

}  // namespace ucm::wire
