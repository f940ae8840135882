// XML as text, before a parser sees it.
#pragma once

#include <string>
#include <string_view>

namespace ucm::wire {

// Whether an element's name may begin so: what follows another `<` is text that nobody escaped.
[[nodiscard]] bool begins_an_xml_name(char c) noexcept;

// Whether a document type stands before the root.
[[nodiscard]] bool has_document_type(std::string_view xml) noexcept;

// What the XML declaration says; "" when there is none or it says nothing.
[[nodiscard]] std::string_view declared_encoding(std::string_view xml) noexcept;

// The same text as UTF-8 without its declaration, with the faults mended that need no guessing: broken UTF-8
// becomes U+FFFD, characters that XML cannot hold become blanks, an `&` or `<` that begins nothing stands for
// itself.
[[nodiscard]] std::string mended_xml(std::string_view xml);

}  // namespace ucm::wire
