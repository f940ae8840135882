// The ledger's statements, one function for each thing that is read or written. No decision is taken here.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/database.h"
#include "metrics/book.h"
#include "model/call.h"
#include "model/leg.h"
#include "model/pbx_status.h"
#include "model/unfit.h"

namespace ucm::ledger {

enum class Origin { push = 0, api = 1 };

struct StoredCall {
  Call call;
  metrics::CountedAs as;
  std::vector<std::string> scopes;  // in which it was counted; empty in a file of an earlier version
  bool erased = false;              // found under what stands in the place of its session
};

struct QuarantinedRecord {
  std::int64_t id = 0;
  std::string pbx;  // "" when it belongs to none
  std::int64_t arrived = 0;
  std::string reason;
  std::string detail;
  std::string bytes;
};

struct NamedRecording {
  std::string pbx;
  std::string session;
  std::string start;  // of the leg
  std::string recordfiles;
  std::string action_type;
};

class Tables {
 public:
  // REQUIRES: `database` outlives it.
  [[nodiscard]] static Result<Tables> prepare(Database& database);

  // The id of a PBX, given on first sight. Ids are stable for ever.
  [[nodiscard]] Result<std::int64_t> pbx_id(std::string_view name);
  [[nodiscard]] Result<void> each_pbx(
      const std::function<void(std::int64_t id, std::string_view name)>& visit);

  // False: a leg of that identity is there already.
  // The identity is the one that the leg came with, whatever is kept of it.
  [[nodiscard]] Result<bool> insert_leg(std::int64_t id, std::int64_t pbx, const Leg& leg,
                                        const Digest128& identity, Origin origin, std::int64_t arrived);
  // The scopes that a leg was counted in by itself.
  [[nodiscard]] Result<void> store_leg_scopes(std::int64_t id, const std::vector<std::string>& scopes);
  // Legs with an id of at least `from`, in order.
  using VisitLeg =
      std::function<void(std::int64_t id, std::int64_t pbx, std::int64_t arrived, const Leg& leg)>;
  [[nodiscard]] Result<void> each_leg(std::int64_t from, const VisitLeg& visit);

  // Legs of a PBX that arrived at or after this second and were counted by themselves, with the scopes.
  using VisitCountedLeg =
      std::function<void(std::int64_t arrived, const Leg& leg, const std::vector<std::string>& scopes)>;
  [[nodiscard]] Result<void> each_counted_leg(std::int64_t pbx, std::int64_t arrived_from,
                                              const VisitCountedLeg& visit);

  [[nodiscard]] Result<std::optional<StoredCall>> find_call(std::int64_t pbx, const std::string& session);
  // Inserts, or replaces what stands under the session.
  [[nodiscard]] Result<void> store_call(std::int64_t pbx, const StoredCall& stored, std::int64_t now);
  // Calls that began at or after this second, by their begin.
  using VisitCall = std::function<void(const StoredCall& stored)>;
  [[nodiscard]] Result<void> each_call(std::int64_t pbx, std::int64_t began_from, const VisitCall& visit);

  [[nodiscard]] Result<void> store_counter(std::int64_t pbx, std::string_view scope, std::string_view metric,
                                           std::int64_t value);
  using VisitCounter =
      std::function<void(std::string_view scope, std::string_view metric, std::int64_t value)>;
  [[nodiscard]] Result<void> each_counter(std::int64_t pbx, const VisitCounter& visit);
  [[nodiscard]] Result<void> store_scope(std::int64_t pbx, const metrics::Book::NewScope& scope);
  using VisitScope =
      std::function<void(metrics::ScopeKind kind, std::string_view name, std::string_view scope)>;
  [[nodiscard]] Result<void> each_scope(std::int64_t pbx, const VisitScope& visit);

  using VisitForgotten = std::function<void(std::int64_t pbx, std::string_view newest_start)>;
  [[nodiscard]] Result<void> each_forgotten(const VisitForgotten& visit);

  [[nodiscard]] Result<void> store_standing(std::int64_t pbx, std::string_view name, std::string_view value);
  using VisitStanding = std::function<void(std::string_view name, std::string_view value)>;
  [[nodiscard]] Result<void> each_standing(std::int64_t pbx, const VisitStanding& visit);

  // False: it is there already.
  [[nodiscard]] Result<bool> insert_queue_call(std::int64_t pbx, const QueueCall& call, std::int64_t now);
  [[nodiscard]] Result<void> store_queue_call_scope(std::int64_t pbx, const QueueCall& call,
                                                    std::string_view scope);

  [[nodiscard]] Result<bool> has_quarantined(std::int64_t pbx, std::string_view bytes);

  // The recordings that the records of a call name, by session, uniqueid or AcctId; the latest legs first.
  [[nodiscard]] Result<std::vector<NamedRecording>> recordings_of(std::string_view pbx, std::string_view call,
                                                                  std::int64_t limit);

  [[nodiscard]] Result<void> store_place(std::string_view name, std::int64_t value);
  [[nodiscard]] Result<std::int64_t> call_id(std::int64_t pbx, std::string_view session);  // 0: none
  [[nodiscard]] Result<bool> has_erased(std::int64_t pbx);
  [[nodiscard]] Result<std::int64_t> place(std::string_view name, std::int64_t otherwise);

  [[nodiscard]] Result<void> insert_quarantined(std::optional<std::int64_t> pbx, Unfit unfit,
                                                std::string_view detail, std::string_view bytes,
                                                std::int64_t arrived);
  // The latest first.
  [[nodiscard]] Result<std::vector<QuarantinedRecord>> quarantined(std::int64_t limit);

 private:
  explicit Tables(Database& database) : database_(&database) {}
  Database* database_;
  Statement insert_leg_, find_call_, store_call_, store_counter_, store_place_;
};

}  // namespace ucm::ledger
