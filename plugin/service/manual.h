// The manual's page of options, made from the option table.
#pragma once

#include <string>

namespace ucm::service {

[[nodiscard]] std::string options_page();  // Markdown

}  // namespace ucm::service
