// By which formula the service level of a queue is reckoned.
#pragma once

#include <optional>
#include <string_view>

namespace ucm {

// What a service level is made of, with the name that the option has for it. `in time`: within ServiceLevel.
enum class LevelFormula {
  answered_and_abandoned,     // (answered in time + abandoned in time) / (answered + abandoned)
  answered,                   // answered in time / answered
  offered,                    // answered in time / (answered + abandoned)
  without_abandoned_in_time,  // answered in time / (answered + abandoned - abandoned in time)
  without_short_abandons,     // answered in time / (answered + abandoned - abandoned before ShortAbandon)
};
[[nodiscard]] std::string_view word_for(LevelFormula formula) noexcept;
[[nodiscard]] std::optional<LevelFormula> level_formula_named(std::string_view word) noexcept;

}  // namespace ucm
