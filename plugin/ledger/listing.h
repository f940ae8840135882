// The ledger as a reader sees it: opened without a lock, while the agent writes it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/database.h"

namespace ucm::ledger {

// Opens a file that an agent of this version keeps, for one consistent look: rows and counters are of one
// commit until it is closed. Fault storage where there is none, malformed where it is not such a file.
[[nodiscard]] Result<Database> look_into(const std::string& file);

// Which calls: by the second of their begin (UTC), from `since_s` to before `until_s`. An empty text is every
// one.
struct CallChoice {
  std::string pbx;
  std::string scope;
  std::string outcome;
  std::int64_t since_s = 0;
  std::int64_t until_s = 0;
};

// Whether the ledger has ever had such a PBX, and at it (`pbx` "": at any) such a scope.
[[nodiscard]] Result<bool> knows_pbx(Database& database, std::string_view pbx);
[[nodiscard]] Result<bool> knows_scope(Database& database, std::string_view pbx, std::string_view scope);

struct ListedCall {
  std::string pbx;
  std::int64_t began_s = 0;
  std::string direction;
  std::string outcome;
  std::int64_t wait_s = 0;
  std::int64_t talk_s = 0;
  std::string trunks;  // with ", " between, as are queues
  std::string queues;
  std::string src;
  std::string dst;
};

// The latest first, at most `limit`.
using VisitListed = std::function<void(ListedCall call)>;
[[nodiscard]] Result<void> list_calls(Database& database, const CallChoice& choice, std::int64_t limit,
                                      const VisitListed& visit);

using VisitTotal = std::function<void(std::string_view pbx, std::string_view scope, std::string_view name,
                                      std::int64_t value)>;
// What these calls add up to, by the names of their counters, and their "legs".
[[nodiscard]] Result<void> total_calls(Database& database, const CallChoice& choice, const VisitTotal& visit);

}  // namespace ucm::ledger
