// A person in the records: where a number stands in a leg, and the leg without anybody's.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/leg.h"

namespace ucm {

// A number whose records are looked for. "+49...", "0049..." and "49..." are one number.
class SoughtNumber {
 public:
  // Blanks, hyphens, slashes and brackets within it do not count. Empty for less than three characters, and
  // for what is no number and no extension's name.
  [[nodiscard]] static std::optional<SoughtNumber> read(std::string_view said);

  // Whether the text has the number in it, as a whole: not as a part of a longer number or word.
  [[nodiscard]] bool in(std::string_view text) const noexcept;

  [[nodiscard]] const std::string& plain() const noexcept { return plain_; }  // without "+" and "00"

 private:
  explicit SoughtNumber(std::string plain) : plain_(std::move(plain)) {}
  std::string plain_;
};

// The fields of a leg in which numbers and names of people stand, but for its session.
[[nodiscard]] std::span<std::string Leg::*const> personal_fields() noexcept;

}  // namespace ucm
