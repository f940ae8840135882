// What stands outside of quotes and comments in a TOML file.
#pragma once

#include <optional>
#include <string_view>

namespace ucm::service {

// The line of the first character that may stand in quotes alone: control characters and everything beyond
// ASCII. Stricter than TOML in one thing: a quote counts only behind a blank, a comma or at the beginning of
// a line. Strings are taken to end where their line does, unless they are of many lines; what else is wrong
// with the file is the parser's to say.
[[nodiscard]] std::optional<int> line_of_bare_offence(std::string_view text);

}  // namespace ucm::service
