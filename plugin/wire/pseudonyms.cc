#include "wire/pseudonyms.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "wire/mask_character.h"
#include "wire/mask_patterns.h"

namespace ucm::wire {

namespace {

constexpr std::size_t kCounted = 15;  // digits that a counter fills; longer numbers have zeros before them
constexpr std::size_t kSpelt = 3;     // letters that a counter fills; the others are `x`
constexpr std::uint64_t kAlphabet = 26;

std::uint64_t power(std::uint64_t base, std::size_t exponent) noexcept {
  std::uint64_t result = 1;
  for (std::size_t i = 0; i < exponent; ++i) result *= base;
  return result;
}

// The k-th number of a length: 5001, 5002, ... 9999, 1000, ... without a zero in front.
std::string nth_number(std::size_t length, std::uint64_t k) {
  const std::size_t counted = std::min(length, kCounted);
  const std::uint64_t least = power(10, counted - 1);
  std::string digits = text("{}", least + (4 * least + 1 + k) % (9 * least));
  digits.insert(1, length - counted, '0');
  return digits;
}

// The k-th word of so many letters: "xxaaa", "xxaab", ...
std::string nth_word(std::size_t length, std::uint64_t k) {
  std::string letters(length, 'x');
  for (std::size_t i = 0; i < std::min(length, kSpelt); ++i, k /= kAlphabet)
    letters[length - 1 - i] = static_cast<char>('a' + k % kAlphabet);
  return letters;
}

// `word` with the letters of `letters` in the places of its own, and every other character replaced.
std::string spelt(std::string_view word, std::string_view letters) {
  std::string result;
  while (!word.empty()) {
    if (is_letter(word.front())) {
      result.push_back(letters.front());
      letters.remove_prefix(1);
      word.remove_prefix(1);
      continue;
    }
    const Replaced character = masked_character(word);
    result.append(character.text);
    word.remove_prefix(character.bytes);
  }
  return result;
}

}  // namespace

std::string Pseudonyms::number(std::string_view digits) {
  const std::size_t zeros = std::min(digits.size(), digits.find_first_not_of('0'));
  const std::string rest(digits.substr(zeros));
  std::string front(zeros, '0');
  if (rest.empty()) return front;
  auto [known, is_new] = numbers_.try_emplace(rest);
  if (is_new) {
    std::uint64_t& next = next_number_[rest.size()];
    known->second = nth_number(rest.size(), next++);
    if (known->second == rest) known->second = nth_number(rest.size(), next++);
  }
  return front + known->second;
}

std::string Pseudonyms::word(std::string_view letters) {
  std::string key(letters);
  std::transform(key.begin(), key.end(), key.begin(), lower);
  auto [known, is_new] = words_.try_emplace(key);
  if (is_new) {
    const auto length = static_cast<std::size_t>(std::count_if(key.begin(), key.end(), is_letter));
    std::uint64_t& next = next_word_[length];
    known->second = spelt(key, nth_word(length, next++));
    if (known->second == key) known->second = spelt(key, nth_word(length, next++));
  }
  std::string result = known->second;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const bool is_capital = is_letter(letters[i]) && letters[i] != lower(letters[i]);
    if (is_capital) result[i] = static_cast<char>(result[i] - 'a' + 'A');
  }
  return result;
}

}  // namespace ucm::wire
