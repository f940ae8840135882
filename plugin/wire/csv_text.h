// How cells of CSV are told apart, whoever wrote them.
#pragma once

#include <string_view>

namespace ucm::wire {

// Whether what ends a cell stands next, blanks left out of account: a comma, or nothing more.
[[nodiscard]] constexpr bool ends_cell(std::string_view rest) noexcept {
  const std::size_t next = rest.find_first_not_of(" \t");
  return next == std::string_view::npos || rest[next] == ',';
}

}  // namespace ucm::wire
