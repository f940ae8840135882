// Telephone numbers where they are shown to those who need not know them.
#pragma once

#include <string>
#include <string_view>

namespace ucm {

// The first four characters and "…", a leading "+" not counted: "+4915…"; of up to five digits, as extensions
// have, the first alone: "1…". "" stays "".
[[nodiscard]] std::string masked_number(std::string_view number);

}  // namespace ucm
