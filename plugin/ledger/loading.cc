// What a ledger that has been opened brings back: counters, names, unsettled sessions.
#include <algorithm>
#include <random>
#include <string>
#include <utility>

#include "base/spans.h"
#include "base/text.h"
#include "ledger/ledger.h"

namespace ucm::ledger {

namespace {

constexpr std::string_view kLabelSalt = "label_salt";
constexpr std::size_t kSaltDigits = 32;
constexpr std::int64_t kRecalled_s = 26 * kHour;

}  // namespace

Result<void> Ledger::load() {
  if (auto begun = begin(); !begun) return begun;
  for (Shelf& shelf : shelves_) {
    const Result<std::int64_t> id = tables_->pbx_id(shelf.name);
    if (!id) return id.error();
    shelf.id = id.value();
    if (auto salted = load_salt(shelf); !salted) return salted;
  }
  auto all = tables_->each_pbx([&](std::int64_t id, std::string_view name) {
    if (shelf_of(id)) return;
    // No longer configured: what was open is still settled and counted, but not shown.
    metrics::BookSettings unshown;
    unshown.host = name;
    shelves_.push_back({std::string(name), id, metrics::Book(unshown), {}, {}, {}, false});
  });
  if (!all) return all;
  for (const Shelf& shelf : shelves_) {
    if (!lost_) continue;
    if (auto carried = carry_over(shelf); !carried) return carried;
    if (shelf.newest.empty()) continue;
    if (auto stored = tables_->store_standing(shelf.id, kLostUntil, shelf.newest); !stored) return stored;
  }
  if (auto begun = begin_audit(); !begun) return begun;
  if (auto noted = note_since(); !noted) return noted;
  if (auto committed = store_->database.run("COMMIT"); !committed) return committed;
  lost_ = false;

  if (loaded_) return {};  // memory knows better than a file that was opened again
  for (Shelf& shelf : shelves_) {
    if (auto loaded = load_shelf(shelf); !loaded) return loaded;
  }
  return tables_->each_counter(0, [&](std::string_view, std::string_view key, std::int64_t value) {
    for (const metrics::Row& row : metrics::rows_of(metrics::Group::agent)) {
      if (metrics::key_of(row) == key) agent_.restore(row.metric, value);
    }
  });
}

// Digests of names are kept apart from everybody else's by a secret of this ledger.
Result<void> Ledger::load_salt(Shelf& shelf) {
  std::string salt;
  auto found = tables_->each_standing(shelf.id, [&](std::string_view name, std::string_view value) {
    if (name == kLabelSalt) salt = value;
  });
  if (!found) return found;
  if (salt.empty()) {
    salt = shelf.book.salt();  // of a file that was lost
    std::random_device source;
    while (salt.size() < kSaltDigits) salt += text("{:08x}", source());
    if (auto stored = tables_->store_standing(shelf.id, kLabelSalt, salt); !stored) return stored;
  }
  shelf.book.set_salt(std::move(salt));
  return {};
}

// What the statistics of the last hour and day had when the last run ended.
Result<void> Ledger::recall_calls(Shelf& shelf) {
  const std::int64_t now_s = clock_.wall_s();
  auto calls = tables_->each_call(shelf.id, now_s - kRecalled_s, [&](const StoredCall& stored) {
    shelf.book.recall(stored.call, stored.as, stored.scopes, now_s);
  });
  if (!calls) return calls;
  return tables_->each_counted_leg(
      shelf.id, now_s - kHour,
      [&](std::int64_t arrived_s, const Leg& leg, const std::vector<std::string>& scopes) {
        shelf.book.recall_leg(leg, scopes, arrived_s, now_s);
      });
}

Result<void> Ledger::each_call(std::size_t pbx, std::int64_t began_from, const VisitCall& visit) {
  if (!tables_) return Error{Fault::storage, "the ledger is not open"};
  return tables_->each_call(shelves_[pbx].id, began_from,
                            [&](const StoredCall& stored) { visit(stored.call, stored.as); });
}

Result<void> Ledger::load_shelf(Shelf& shelf) {
  auto scopes = tables_->each_scope(
      shelf.id, [&](metrics::ScopeKind kind, std::string_view name, std::string_view scope) {
        shelf.book.restore_scope(kind, name, scope);
      });
  if (!scopes) return scopes;
  auto counters =
      tables_->each_counter(shelf.id, [&](std::string_view scope, std::string_view key, std::int64_t value) {
        shelf.book.restore(scope, key, value);
      });
  if (!counters) return counters;
  return recall_calls(shelf);
}

Result<void> Ledger::reread() {
  const auto newest = store_->database.number("SELECT coalesce(max(id), 0) FROM legs");
  const auto rows = store_->database.number("SELECT count(*) FROM quarantine");
  const auto bytes = store_->database.number("SELECT coalesce(sum(length(bytes)), 0) FROM quarantine");
  const auto open_from = tables_->place("open_from", 1);
  for (const auto* answer : {&newest, &rows, &bytes, &open_from}) {
    if (!answer->ok()) return answer->error();
  }
  quarantined_rows_ = rows.value();
  quarantined_bytes_ = bytes.value();
  open_from_ = open_from.value();
  // Of a file that was taken away, memory has the calls that were not settled, and the new one has no leg.
  const bool remembers_calls = std::exchange(moved_, false) && newest.value() == 0;
  if (!remembers_calls) next_leg_id_ = std::max(newest.value() + 1, open_from_);

  for (Shelf& shelf : shelves_) {
    shelf.forgotten.clear();
    shelf.standing.clear();
    const Result<bool> erased = tables_->has_erased(shelf.id);
    if (!erased) return erased.error();
    shelf.erased = erased.value();
    auto standing = tables_->each_standing(shelf.id, [&](std::string_view name, std::string_view value) {
      shelf.standing.insert_or_assign(std::string(name), std::string(value));
    });
    if (!standing) return standing;
  }
  auto forgotten = tables_->each_forgotten([&](std::int64_t pbx, std::string_view newest_start) {
    if (const auto shelf = shelf_of(pbx)) shelves_[*shelf].forgotten = newest_start;
  });
  if (!forgotten) return forgotten;
  for (Shelf& shelf : shelves_) {
    if (auto noted = note_newest(shelf); !noted) return noted;
  }
  return remembers_calls ? Result<void>() : load_open_calls();
}

// What may have been counted started no later: for the day on which the file is lost.
Result<void> Ledger::note_newest(Shelf& shelf) {
  Result<Statement> select =
      store_->database.prepare("SELECT coalesce(max(start), '') FROM legs WHERE pbx = ? AND start <= ?");
  if (!select) return select.error();
  const std::string latest = latest_start(clock_.wall_s());
  const Result<bool> row = select.value().bind(1, shelf.id).bind(2, latest).step();
  if (!row) return row.error();
  const auto lost = shelf.standing.find(kLostUntil);
  for (const std::string_view start :
       {row.value() ? select.value().text(0) : std::string_view(), std::string_view(shelf.forgotten),
        lost == shelf.standing.end() ? std::string_view() : std::string_view(lost->second)}) {
    if (start > shelf.newest && local_seconds(start)) shelf.newest = start;
  }
  return {};
}

Result<void> Ledger::load_open_calls() {
  open_.clear();
  const std::int64_t wall = clock_.wall_s();
  const std::int64_t mono = clock_.mono_ms();
  Result<void> first;
  auto all = tables_->each_leg(
      open_from_, [&](std::int64_t id, std::int64_t pbx_id, std::int64_t arrived, const Leg& leg) {
        const auto pbx = shelf_of(pbx_id);
        if (!pbx || !first.ok()) return;
        const std::string session = session_of(leg);
        OpenCall* open = open_.find(*pbx, session);
        if (open == nullptr) {
          const Result<std::optional<StoredCall>> counted = counted_call(shelves_[*pbx], session);
          if (!counted) {
            first = counted.error();
            return;
          }
          if (counted.value()) return;  // it was amended when it came
          open = &open_.open(*pbx, session, id);
        }
        fold(open->call, leg);
        open_.touch(*open, mono - std::max<std::int64_t>(0, wall - arrived) * 1000);
      });
  if (!all) return all;
  return first;
}

}  // namespace ucm::ledger
