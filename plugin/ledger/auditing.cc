// That the rows and what is carried always give the counters: where something is counted in another way than
// its row will say, the difference is carried.
#include <algorithm>

#include "base/text.h"
#include "ledger/audit.h"
#include "ledger/ledger.h"

namespace ucm::ledger {

// Once for each PBX, and again when it gets histograms: what was counted before is not in the rows, or is in
// them and was not counted.
Result<void> Ledger::begin_audit() {
  std::map<std::int64_t, std::string_view> anew;
  for (const Shelf& shelf : shelves_) {
    std::string audited;
    auto found = tables_->each_standing(shelf.id, [&](std::string_view name, std::string_view value) {
      if (name == kAudited) audited = value;
    });
    if (!found) return found;
    const bool histograms = shelf.book.settings().histograms;
    const std::string_view now = histograms ? kWithHistograms : kWithoutHistograms;
    if (audited == now) continue;
    if (audited.empty()) {
      anew[shelf.id] = "";
    } else if (histograms) {
      anew[shelf.id] = kHistogramMetrics;
    }
    if (auto stored = tables_->store_standing(shelf.id, kAudited, now); !stored) return stored;
  }
  return carry_difference(store_->database, anew);
}

// The file that was in use is gone, and its rows with it: the counters go on, all of it carried.
Result<void> Ledger::carry_over(const Shelf& shelf) {
  Result<Statement> carried = store_->database.prepare(
      "INSERT OR REPLACE INTO carried (pbx, scope, metric, value) VALUES (?, ?, ?, ?)");
  if (!carried) return carried.error();
  Result<void> first;
  shelf.book.each_unkept([&](std::string_view scope, const metrics::Row& row, std::int64_t value) {
    const std::string metric = metrics::key_of(row);
    if (!first.ok()) return;
    first = tables_->store_counter(shelf.id, scope, metric, value);
    if (!first.ok() || !told_by_rows(scope, metric)) return;
    first = carried.value().bind(1, shelf.id).bind(2, scope).bind(3, metric).bind(4, value).run();
  });
  if (!first) return first;
  // Histograms of the time before have been carried: there is nothing to begin anew.
  return tables_->store_standing(shelf.id, kAudited,
                                 shelf.book.settings().histograms ? kWithHistograms : kWithoutHistograms);
}

// A call that an earlier version counted gets a row as of this one: now it gives what it did not give before.
Result<void> Ledger::adopt(Shelf& shelf, StoredCall& call) {
  call.scopes = shelf.book.scopes_counted(call.call);
  if (auto stored = tables_->store_call(shelf.id, call, clock_.wall_s()); !stored) return stored;
  const auto id = tables_->call_id(shelf.id, call.call.session);
  if (!id) return id.error();
  return carry(store_->database, Rows::calls, text("id = {}", id.value()), -1);
}

// Of scopes that the settings no longer have: a late leg changes the row and moves no counter.
Result<void> Ledger::carry_unseen(const Shelf& shelf, const StoredCall& call, std::int64_t times) {
  const bool all_seen = std::all_of(call.scopes.begin(), call.scopes.end(),
                                    [&](const std::string& scope) { return shelf.book.has(scope); });
  if (all_seen) return {};
  const auto id = tables_->call_id(shelf.id, call.call.session);
  if (!id) return id.error();
  return carry(store_->database, Rows::calls, text("id = {}", id.value()), times,
               [&shelf](std::string_view scope) { return !shelf.book.has(scope); });
}

}  // namespace ucm::ledger
