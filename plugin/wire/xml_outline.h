// An XML document as the values inside one another that it holds. Attributes count where they are named like
// CDR fields, namespaces never.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "wire/outline.h"

namespace ucm::wire {

// Is handed the root while the parser that holds its texts lives.
using OutlineUse = std::function<void(const Part& whole, bool is_too_deep)>;

// Calls `use` once. Malformed when the document is not well-formed, mended or not, or has a document type.
[[nodiscard]] Result<void> read_xml(std::string_view document, const OutlineUse& use);

}  // namespace ucm::wire
