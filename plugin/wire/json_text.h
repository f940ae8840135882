// JSON as text, before a parser sees it: how deep it nests, and what can be mended in it.
#pragma once

#include <string>
#include <string_view>

namespace ucm::wire {

// Whether brackets outside strings nest deeper than kDeepest.
[[nodiscard]] bool nests_too_deep(std::string_view json) noexcept;

// Whether it may hold more values than `most`: a tree of them takes some hundred times the memory of "{},".
[[nodiscard]] bool holds_too_many(std::string_view json, std::size_t most) noexcept;

// The same text with the faults mended that need no guessing, so that a record is counted in spite of them:
// broken UTF-8 and unpaired surrogate escapes become U+FFFD, raw control characters and \u0000 become blanks,
// a backslash that escapes nothing stands for itself, a number longer than any integer type becomes a string.
[[nodiscard]] std::string mended_json(std::string_view json);

}  // namespace ucm::wire
