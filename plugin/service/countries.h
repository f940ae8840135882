// Which country a telephone number belongs to, by its country code (ITU-T E.164).
#pragma once

#include <string_view>

namespace ucm::service {

struct Country {
  std::string_view code;  // digits, "44"
  std::string_view name;
};

// Of the longest code that the number begins with; null where there is none. `digits`: without "+" or "00".
// All countries of the North American plan are one: they share the code 1.
[[nodiscard]] const Country* country_of(std::string_view digits) noexcept;

}  // namespace ucm::service
