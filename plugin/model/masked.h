// Telephone numbers where they are shown to those who need not know them.
#pragma once

#include <string>
#include <string_view>

namespace ucm {

// The first four characters and "…", a leading "+" not counted: "+4915…"; of up to seven digits, as
// extensions have, not more than are hidden: "123…" of six, "1…" of up to five. "" stays "".
[[nodiscard]] std::string masked_number(std::string_view number);

}  // namespace ucm
