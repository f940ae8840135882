// What a PBX may be asked, one row each: what it is good for and what is lost without it. The rounds, `ucmctl
// check` and the manual follow the rows.
#pragma once

#include <span>
#include <string_view>

namespace ucm::api {

struct Action {
  std::string_view name;   // as the API spells it
  bool legacy;             // the legacy API has it too, as a path
  std::string_view gives;  // what stands on it
};

[[nodiscard]] std::span<const Action> actions() noexcept;
[[nodiscard]] const Action* action_named(std::string_view name) noexcept;

}  // namespace ucm::api
