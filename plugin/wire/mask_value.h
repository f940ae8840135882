// One value of a record that is masked, as it stands between its quotes, cell ends or tags.
#pragma once

#include <string>
#include <string_view>

#include "wire/mask_rules.h"
#include "wire/pseudonyms.h"

namespace ucm::wire {

// With as many bytes, but for a secret. What is neither digit nor letter stays, escapes and references are
// understood, and what `shown` leaves is left.
[[nodiscard]] std::string masked_value(std::string_view raw, Shown shown, Pseudonyms& pseudonyms);

}  // namespace ucm::wire
