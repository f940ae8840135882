// What may be seen of a record that is masked: a table of keys, and of the words that are harmless in each
// kind of value. Whatever stands in neither is masked.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace ucm::wire {

// How a value is shown. Of every kind it holds that digits become other digits and words other words, but for
// what is said here.
enum class Shown : std::uint8_t {
  unknown,    // dates and "yes", "no", "true", "false", "null" stay
  moment,     // a date, a time or both stays
  seconds,    // up to six digits, or a time of day
  count,      // up to seven digits
  version,    // of firmware and model
  word,       // the words that a PBX has for what it does; numbers in it are masked
  number,     // of a telephone or an extension: `trunk_1`, `o1`, `s`, `api` stay
  name,       // nothing stays, nor does `Wait` or `Park`
  channel,    // technology, trunk and running number stay
  arguments,  // of a dial plan application: the technologies stay, and single letters
  files,      // names of recordings: the month of their folder, `auto` and `.wav` stay
  session,    // the time in front of `-` stays
  uniqueid,   // second and running number stay
  secret,     // eight `x`, however long it was
  markup,     // of XML declarations
};

struct ShownField {
  std::string_view name;
  Shown shown = Shown::unknown;
};

// One row for each row of fields(), and those for keys of the API's answers that have something to show.
[[nodiscard]] std::span<const ShownField> shown_fields() noexcept;

// By its row, in any case; secret where the key speaks of a password or the like; else unknown.
[[nodiscard]] Shown shown_of(std::string_view key) noexcept;

// Whether it is a key of the table, or one under which records stand.
[[nodiscard]] bool is_known_key(std::string_view key) noexcept;

// Whether a key that nobody knows may stay: letters, digits, `_` and `-`, no three digits in a row.
[[nodiscard]] bool looks_like_key(std::string_view key) noexcept;

// Whether the whole value may stay. REQUIRES: it is trimmed.
[[nodiscard]] bool is_harmless(Shown shown, std::string_view value) noexcept;

// Whether a word of such a value may stay.
[[nodiscard]] bool is_harmless_word(Shown shown, std::string_view word) noexcept;

// Bytes of the date at the front, with its time if it has one; 0 when none stands there. Only of this
// century, and "0000-00-00".
[[nodiscard]] std::size_t date_at_front(std::string_view rest) noexcept;

// Bytes of the time in front of a session's `-`: 13 to 16 digits, microseconds since 1970; 0 when it is none.
[[nodiscard]] std::size_t session_time_at_front(std::string_view rest) noexcept;

}  // namespace ucm::wire
