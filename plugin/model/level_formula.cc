#include "model/level_formula.h"

#include <array>
#include <cstddef>

namespace ucm {

namespace {

struct Formula {
  LevelFormula formula;
  std::string_view word;
};
constexpr std::array kFormulas{
    Formula{LevelFormula::answered_and_abandoned, "answered_and_abandoned"},
    Formula{LevelFormula::answered, "answered"},
    Formula{LevelFormula::offered, "offered"},
    Formula{LevelFormula::without_abandoned_in_time, "without_abandoned_in_time"},
    Formula{LevelFormula::without_short_abandons, "without_short_abandons"},
};

}  // namespace

std::string_view word_for(LevelFormula formula) noexcept {
  return kFormulas.at(static_cast<std::size_t>(formula)).word;
}

std::optional<LevelFormula> level_formula_named(std::string_view word) noexcept {
  for (const Formula& known : kFormulas) {
    if (known.word == word) return known.formula;
  }
  return std::nullopt;
}

}  // namespace ucm
