// How a call stands in its row of `calls`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/tables.h"

namespace ucm::ledger {

// Parameters: PBX, session.
[[nodiscard]] std::string find_call_sql();
// Parameters: PBX, session, the second in which it was settled, then as bind_call() sets them.
[[nodiscard]] std::string store_call_sql();
// Parameters: PBX, the second of the earliest begin.
[[nodiscard]] std::string calls_since_sql();

// The parts of a text of which none is empty at its end: the names that a row holds, one a line.
[[nodiscard]] std::vector<std::string> split(std::string_view all, char between);

// A row of one of the selecting statements.
[[nodiscard]] StoredCall read_call(const Statement& row);

// The texts that a row holds beside those of the call itself; they outlive the statement's run.
struct CallTexts {
  explicit CallTexts(const StoredCall& stored);
  std::string trunks, queues, ringgroups, scopes, trunk_times, queue_stays;
};
void bind_call(Statement& row, const StoredCall& stored, const CallTexts& texts);

}  // namespace ucm::ledger
