// What can be wrong with a record, as words: they are counted, shown by `ucmctl` and stored.
#pragma once

#include <cstddef>
#include <string_view>

namespace ucm {

// Why bytes went to the quarantine.
enum class Unfit {
  syntax,        // neither JSON, XML nor CSV from end to end
  not_a_record,  // well-formed, but nothing in it is named like a CDR field
  bad_value,     // a CDR field holds what it cannot: a list, a negative or absurd number of seconds
  unidentified,  // no uniqueid, session, AcctId or start: it cannot be counted exactly once
  too_deep,      // nested deeper than any PBX nests
  too_large,     // longer than MaxRecordBytes, on a TCP stream that cannot be answered 413; of the API 2 MiB
  unknown_serial,  // its `sn` belongs to none of the PBXes behind this address, or is missing where it
                   // decides
};
inline constexpr std::size_t kUnfits = 7;

[[nodiscard]] std::string_view word_for(Unfit unfit) noexcept;

}  // namespace ucm
