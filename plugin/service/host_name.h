// Names that every writer of the host can use as a file name, a label and a path of dots.
#pragma once

#include <string>
#include <string_view>

namespace ucm::service {

[[nodiscard]] bool is_safe_host(std::string_view name) noexcept;

// The nearest name that is safe: "Head Office" becomes "Head-Office".
[[nodiscard]] std::string safe_host(std::string_view name);

}  // namespace ucm::service
