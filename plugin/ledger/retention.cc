// What the ledger lets go of, in steps so small that no push waits for them.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include "base/spans.h"
#include "base/steady.h"
#include "base/text.h"
#include "ledger/audit.h"
#include "ledger/ledger.h"

namespace ucm::ledger {

namespace {

constexpr std::int64_t kStep = 100;  // rows

std::optional<Rows> rows_of(std::string_view table) {
  if (table == "calls") return Rows::calls;
  if (table == "queue_calls") return Rows::queue_calls;
  return std::nullopt;
}

}  // namespace

struct Ledger::Aged {
  std::string_view table;
  std::string_view time;  // when this machine wrote the row
  std::int64_t before = 0;
  std::string recent;  // condition: by the PBX's clock it is of the time that is kept
};

Result<bool> Ledger::forget(std::int64_t steady_ms) {
  if (steady_ms < kSteadyMs) return false;
  const std::int64_t now = clock_.wall_s();
  const std::int64_t before = now - settings_.retention_s;
  const bool for_a_day = steady_ms >= kDay * 1000;
  const Result<bool> contradicted = is_contradicted(before);
  if (!contradicted) return contradicted.error();
  if (contradicted.value() && !for_a_day) return false;
  if (for_a_day && !contradicted.value()) {
    Result<bool> corrected = correct_arrivals();
    if (!corrected || corrected.value()) return corrected;
  }

  Result<bool> more = forget_legs(before);
  // One that is forgotten must not be offered again: the report is asked by whole days.
  const std::int64_t reported = before - 3 * kDay;
  const auto since = [&](std::int64_t kept_from) {
    return text("start > '{}' AND start <= '{}'", latest_start(kept_from), latest_start(now + kDay));
  };
  const std::array<Aged, 3> old{Aged{"calls", "settled", before, since(before)},
                                Aged{"quarantine", "arrived", before, "0"},
                                Aged{"queue_calls", "counted", reported, since(reported)}};
  for (const Aged& rows : old) {
    if (!more || more.value()) break;
    more = forget_old(rows);
  }
  if (more && !more.value()) {
    for (const std::string& name : remove_files_aside(settings_.directory, before)) {
      log_.say(Severity::notice,
               text("ledger: {} was set aside longer ago than Retention and has been deleted", name));
    }
  }
  return more;
}

// Either nobody has called for so long, or the clock is wrong and has been so since before we looked.
Result<bool> Ledger::is_contradicted(std::int64_t before) {
  Result<Statement> newest =
      store_->database.prepare("SELECT pbx, start, arrived FROM legs ORDER BY id DESC LIMIT 1");
  if (!newest) return newest.error();
  const Result<bool> row = newest.value().step();
  if (!row) return row.error();
  if (!row.value()) return false;
  const Statement& leg = newest.value();
  return leg.number(2) < before || !is_recent(leg.number(0), leg.text(1), before);
}

// What was written when the clock was ahead counts as of now: nobody knows better. True when there was some.
// It is looked for where the oldest row of a table is of then.
Result<bool> Ledger::correct_arrivals() {
  struct Written {
    std::string_view table;
    std::string_view time;
  };
  constexpr std::array<Written, 4> kWritten{
      {{"legs", "arrived"}, {"calls", "settled"}, {"quarantine", "arrived"}, {"queue_calls", "counted"}}};
  const std::int64_t now = clock_.wall_s();
  bool some = false;
  for (const auto& [table, time] : kWritten) {
    const auto first = store_->database.number(text("SELECT {} FROM {} ORDER BY id LIMIT 1", time, table));
    if (!first) return first.error();
    if (believed(first.value(), now)) continue;
    if (auto begun = begin(); !begun) return begun.error();
    const auto corrected =
        store_->database.run(text("UPDATE {0} SET {1} = {2} WHERE {1} > {3}", table, time, now, now + kDay));
    if (!corrected) return corrected.error();
    some = true;
  }
  return some;
}

// From the oldest on, up to the first that is to stay.
Result<bool> Ledger::forget_legs(std::int64_t before) {
  const std::int64_t now = clock_.wall_s();
  const std::string tomorrow = latest_start(now + kDay);
  Result<Statement> oldest =
      store_->database.prepare("SELECT id, pbx, start, arrived FROM legs WHERE id < ? ORDER BY id LIMIT ?");
  if (!oldest) return oldest.error();
  oldest.value().bind(1, open_.first_leg_id(next_leg_id_)).bind(2, kStep);
  std::map<std::int64_t, std::string> newest;  // start, by pbx
  std::int64_t last = 0;
  std::int64_t rows = 0;
  for (;;) {
    const Result<bool> row = oldest.value().step();
    if (!row) return row.error();
    const Statement& leg = oldest.value();
    if (!row.value()) break;
    if (leg.number(3) >= before || is_recent(leg.number(1), leg.text(2), before)) break;
    std::string& start = newest[leg.number(1)];
    if (local_seconds(leg.text(2))) {
      const bool impossible = leg.text(2) > tomorrow;
      start = std::max(start, impossible ? latest_start(leg.number(3)) : std::string(leg.text(2)));
    }
    last = leg.number(0);
    ++rows;
  }
  oldest.value().reset();
  if (rows == 0) return false;

  if (auto begun = begin(); !begun) return begun.error();
  for (const auto& [pbx, start] : newest) {
    const auto shelf = shelf_of(pbx);
    if (!shelf || start <= shelves_[*shelf].forgotten) continue;
    Result<Statement> note = store_->database.prepare(
        "INSERT INTO forgotten (pbx, newest_start) VALUES (?1, ?2) ON CONFLICT (pbx) DO UPDATE SET "
        "newest_start = ?2");
    if (!note) return note.error();
    if (auto noted = note.value().bind(1, pbx).bind(2, start).run(); !noted) return noted.error();
    shelves_[*shelf].forgotten = start;
  }
  if (auto carried = carry(store_->database, Rows::legs, text("id <= {}", last), 1); !carried) {
    return carried.error();
  }
  Result<Statement> remove = store_->database.prepare("DELETE FROM legs WHERE id <= ?");
  if (!remove) return remove.error();
  if (auto removed = remove.value().bind(1, last).run(); !removed) return removed.error();
  return rows == kStep;
}

// Whether the PBX's own clock says that the leg is of the time that is kept, whatever ours said when it came.
bool Ledger::is_recent(std::int64_t pbx, std::string_view start, std::int64_t before) const {
  const auto shelf = shelf_of(pbx);
  const auto local = local_seconds(start);
  if (!shelf || !local) return false;
  const std::int64_t began = shelves_[*shelf].book.utc_of(start).value_or(*local);
  return began >= before && began <= clock_.wall_s() + kDay;
}

Result<bool> Ledger::forget_old(const Aged& rows) {
  const std::string first = text("id IN (SELECT id FROM {} ORDER BY id LIMIT {})", rows.table, kStep);
  const std::string these =
      text("{} AND {} < {} AND NOT coalesce({}, 0)", first, rows.time, rows.before, rows.recent);
  Result<std::int64_t> due =
      store_->database.number(text("SELECT count(*) FROM {} WHERE {}", rows.table, these));
  if (!due) return due.error();
  if (due.value() == 0) return false;
  if (auto begun = begin(); !begun) return begun.error();
  if (rows.table == "quarantine") {
    const auto bytes = store_->database.number(
        text("SELECT coalesce(sum(length(bytes)), 0) FROM quarantine WHERE {}", these));
    if (!bytes) return bytes.error();
    quarantined_bytes_ -= bytes.value();
    quarantined_rows_ -= due.value();
  }
  if (const auto audited = rows_of(rows.table)) {
    if (auto carried = carry(store_->database, *audited, these, 1); !carried) return carried.error();
  }
  auto removed = store_->database.run(text("DELETE FROM {} WHERE {}", rows.table, these));
  if (!removed) return removed.error();
  return true;  // a row that was amended may stand before many that are due
}

Result<void> Ledger::trim_quarantine() {
  while (quarantined_rows_ > settings_.quarantine_rows ||
         (quarantined_bytes_ > settings_.quarantine_bytes && quarantined_rows_ > 1)) {
    const auto bytes = store_->database.number("SELECT length(bytes) FROM quarantine ORDER BY id LIMIT 1");
    if (!bytes) return bytes.error();
    auto removed = store_->database.run(
        "DELETE FROM quarantine WHERE id = (SELECT id FROM quarantine ORDER BY id LIMIT 1)");
    if (!removed) return removed;
    --quarantined_rows_;
    quarantined_bytes_ -= bytes.value();
  }
  return {};
}

}  // namespace ucm::ledger
