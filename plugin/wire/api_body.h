// What came in place of an answer: nothing, a web page, a refusal. Asked before anything is parsed.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"

namespace ucm::wire {

// Without the blanks, NULs and byte order mark in front and the blanks and NULs behind.
[[nodiscard]] std::string_view without_margins(std::string_view body) noexcept;

// Malformed, with a sentence that tells the operator what to do, when the body is empty, HTML, or the bare
// words of a refusal. Empty when it may be an answer.
[[nodiscard]] std::optional<Error> why_no_answer(std::string_view body);

}  // namespace ucm::wire
