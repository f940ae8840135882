// The CDR fields, one row each: what they are called on the wire and where they go. It serves JSON, XML and
// CSV, and the ledger's columns are checked against it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/leg.h"

namespace ucm::wire {

struct Field {
  std::string_view name;                 // as the UCM spells it, case matters not
  std::string Leg::*text = nullptr;      // where it goes, or
  std::int64_t Leg::*seconds = nullptr;  // where a whole number of seconds goes; both null: known, not kept
  std::string_view help;
};

// The first 32 rows are the columns of the UCM62xx CSV push, in its order.
[[nodiscard]] std::span<const Field> fields() noexcept;
inline constexpr std::size_t kCsvColumns = 32;

// The row for a key of a document; also under the spellings that vendor samples got wrong ("dispositon").
[[nodiscard]] const Field* field_named(std::string_view key) noexcept;

// Puts a value into the leg. False when the field cannot hold it: a number of seconds that is none, negative
// or over kLongestLeg. An empty value is "" or 0; "3.0" is 3; a time of "0000-00-00 00:00:00" is "".
[[nodiscard]] bool put(Leg& leg, const Field& field, std::string_view value);

// `main_cdr`, and `sub_cdr_N` for any N.
[[nodiscard]] bool is_summary_name(std::string_view key) noexcept;
[[nodiscard]] bool is_leg_name(std::string_view key) noexcept;

// A name under which records stand: the two above, and cdr, cdr_root, records, response.
[[nodiscard]] bool is_wrapper_name(std::string_view key) noexcept;

}  // namespace ucm::wire
