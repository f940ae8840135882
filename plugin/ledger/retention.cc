// What the ledger lets go of, in steps so small that no push waits for them.
#include <algorithm>
#include <array>
#include <ctime>
#include <map>
#include <optional>
#include <string>

#include "base/text.h"
#include "ledger/audit.h"
#include "ledger/ledger.h"

namespace ucm::ledger {

namespace {

constexpr std::int64_t kStep = 100;  // rows

// The latest local time that a leg which arrived then can have started: no zone is more than 14 hours ahead.
// A PBX whose clock was years wrong must not make every later leg look too old.
std::string latest_start(std::int64_t arrived) {
  const std::time_t latest = arrived + 14L * 3600;
  std::tm parts{};
  gmtime_r(&latest, &parts);
  return text("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
              parts.tm_hour, parts.tm_min, parts.tm_sec);
}

struct Old {
  std::string_view table;
  std::string_view time;
  std::int64_t before;
};

std::optional<Rows> rows_of(std::string_view table) {
  if (table == "calls") return Rows::calls;
  if (table == "queue_calls") return Rows::queue_calls;
  return std::nullopt;
}

}  // namespace

Result<bool> Ledger::forget() {
  const std::int64_t before = clock_.wall_s() - settings_.retention_s;
  Result<bool> more = forget_legs(before);
  // One that is forgotten must not be offered again: the report is asked by whole days.
  const std::array<Old, 3> old{Old{"calls", "settled", before}, Old{"quarantine", "arrived", before},
                               Old{"queue_calls", "counted", before - 3LL * 86'400}};
  for (const Old& rows : old) {
    if (!more || more.value()) break;
    more = forget_old(rows.table, rows.time, rows.before);
  }
  return more;
}

Result<bool> Ledger::forget_legs(std::int64_t before) {
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
    if (!row.value() || leg.number(3) >= before) break;
    std::string& start = newest[leg.number(1)];
    if (local_seconds(leg.text(2))) {
      start = std::max(start, std::min(std::string(leg.text(2)), latest_start(leg.number(3))));
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

Result<bool> Ledger::forget_old(std::string_view table, std::string_view time, std::int64_t before) {
  Result<std::int64_t> due = store_->database.number(
      text("SELECT count(*) FROM (SELECT {} AS at FROM {} ORDER BY id LIMIT {}) WHERE at < {}", time, table,
           kStep, before));
  if (!due) return due.error();
  if (due.value() == 0) return false;
  if (auto begun = begin(); !begun) return begun.error();
  if (table == "quarantine") {
    const auto bytes =
        store_->database.number(text("SELECT coalesce(sum(length(bytes)), 0) FROM (SELECT bytes, arrived "
                                     "FROM quarantine ORDER BY id LIMIT "
                                     "{}) WHERE arrived < {}",
                                     kStep, before));
    if (!bytes) return bytes.error();
    quarantined_bytes_ -= bytes.value();
    quarantined_rows_ -= due.value();
  }
  const std::string these =
      text("id IN (SELECT id FROM {} ORDER BY id LIMIT {}) AND {} < {}", table, kStep, time, before);
  if (const auto rows = rows_of(table)) {
    if (auto carried = carry(store_->database, *rows, these, 1); !carried) return carried.error();
  }
  auto removed = store_->database.run(text("DELETE FROM {} WHERE {}", table, these));
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
