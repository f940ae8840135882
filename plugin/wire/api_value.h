// Values inside the API's answers, whichever type a firmware gives them: numbers come as strings and strings
// as numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/json.h"

namespace ucm::wire {

// A member's text without blanks around it; "" when it is missing, null, an array or an object.
[[nodiscard]] std::string text_in(const Json& object, std::string_view key);

// A member as a whole number: 4, "4", 4.0. Empty when it is none.
[[nodiscard]] std::optional<std::int64_t> number_in(const Json& object, std::string_view key);

// "yes", "true", "on", "1", in any case.
[[nodiscard]] bool is_yes(std::string_view word) noexcept;

// "15", "15.0", "02:05", "00:00:15" as seconds; empty for everything else, for what is negative and for what
// is longer than kLongestLeg.
[[nodiscard]] std::optional<std::int64_t> seconds_in(std::string_view text) noexcept;

// The same words for a reader: case, blanks, '_' and '-' do not count. "In Use" is "InUse".
[[nodiscard]] bool is_same_word(std::string_view a, std::string_view b) noexcept;

}  // namespace ucm::wire
