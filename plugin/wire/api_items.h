// The records of a page of cdrapi as text, found without parsing them: a page may hold a thousand sessions
// and megabytes, and one broken record must not cost the others.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace ucm::wire {

// The entries of the page's array, in their order. Views into the page.
struct PageItems {
  std::vector<std::string_view> entries;  // objects as a rule, empty ones too
  std::string_view rest;  // where an entry never ends, or more than kMostItems follow: all from there
};
inline constexpr std::size_t kMostItems = 20'000;  // of a page of records: a thousand are asked for

// The array is the document itself, or `cdr_root` or `cdr` (any case) of it or of its `response`; null or {}
// in its place is an empty one, an object in its place is its only entry. Empty when there is no such thing.
[[nodiscard]] std::optional<PageItems> page_items(std::string_view json);

// The same of `queue_statistics`, however many there are.
[[nodiscard]] std::optional<PageItems> queue_items(std::string_view json);

}  // namespace ucm::wire
