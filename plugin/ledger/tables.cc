#include "ledger/tables.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "ledger/call_rows.h"
#include "ledger/schema.h"

namespace ucm::ledger {

namespace {

// Parameters 1..7 of insert_leg_ are not text of the leg; the text columns follow.
constexpr int kLegHead = 7;

std::string insert_leg_sql() {
  std::string names = "id, pbx, arrived, origin, identity, duration, billsec";
  std::string marks = "?, ?, ?, ?, ?, ?, ?";
  for (const LegColumn& column : leg_columns()) {
    names += text(", {}", column.name);
    marks += ", ?";
  }
  return text("INSERT OR IGNORE INTO legs ({}) VALUES ({})", names, marks);
}

std::string leg_names(std::string_view first) {
  std::string names = text("{}, arrived, duration, billsec", first);
  for (const LegColumn& column : leg_columns()) names += text(", {}", column.name);
  return names;
}

std::string select_legs_sql() {
  return text("SELECT {} FROM legs WHERE id >= ? ORDER BY id", leg_names("id, pbx"));
}

// Legs stand in order of arrival: the last of those that came too early is soon found from the end.
std::string select_counted_legs_sql() {
  return text(
      "SELECT {} FROM legs WHERE pbx = ?1 AND scopes <> '' AND id > coalesce((SELECT id FROM legs "
      "WHERE arrived < ?2 ORDER BY id DESC LIMIT 1), 0) ORDER BY id",
      leg_names("scopes, pbx"));
}

// REQUIRES: a row of leg_names() with two names in front.
Leg leg_of(const Statement& row) {
  Leg leg;
  leg.duration = row.number(3);
  leg.billsec = row.number(4);
  int column = 5;
  for (const LegColumn& wanted : leg_columns()) leg.*wanted.text = std::string(row.text(column++));
  return leg;
}

constexpr std::string_view kStoreCounter =
    "INSERT INTO counters (pbx, scope, metric, value) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (pbx, scope, metric) DO UPDATE SET value = ?4";

constexpr std::string_view kStorePlace =
    "INSERT INTO place (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";

// Runs `row` for each row of a statement.
template <class Row>
Result<void> each_row(Statement& statement, Row row) {
  for (;;) {
    const Result<bool> stepped = statement.step();
    if (!stepped) return stepped.error();
    if (!stepped.value()) return {};
    row(statement);
  }
}

}  // namespace

Result<Tables> Tables::prepare(Database& database) {
  Tables tables(database);
  const std::pair<Statement*, std::string> wanted[] = {
      {&tables.insert_leg_, insert_leg_sql()},          {&tables.find_call_, find_call_sql()},
      {&tables.store_call_, store_call_sql()},          {&tables.store_counter_, std::string(kStoreCounter)},
      {&tables.store_place_, std::string(kStorePlace)},
  };
  for (const auto& [statement, sql] : wanted) {
    Result<Statement> prepared = database.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(prepared).value();
  }
  return tables;
}

Result<std::int64_t> Tables::pbx_id(std::string_view name) {
  Result<Statement> insert = database_->prepare("INSERT OR IGNORE INTO pbx (name) VALUES (?)");
  if (!insert) return insert.error();
  if (auto ran = insert.value().bind(1, name).run(); !ran) return ran.error();
  Result<Statement> select = database_->prepare("SELECT id FROM pbx WHERE name = ?");
  if (!select) return select.error();
  const Result<bool> row = select.value().bind(1, name).step();
  if (!row) return row.error();
  return select.value().number(0);
}

Result<void> Tables::each_pbx(const std::function<void(std::int64_t, std::string_view)>& visit) {
  Result<Statement> select = database_->prepare("SELECT id, name FROM pbx ORDER BY id");
  if (!select) return select.error();
  return each_row(select.value(), [&](Statement& row) { visit(row.number(0), row.text(1)); });
}

Result<bool> Tables::insert_leg(std::int64_t id, std::int64_t pbx, const Leg& leg, const Digest128& identity,
                                Origin origin, std::int64_t arrived) {
  insert_leg_.bind(1, id).bind(2, pbx).bind(3, arrived).bind(4, static_cast<std::int64_t>(origin));
  insert_leg_.bind_bytes(5, identity).bind(6, leg.duration).bind(7, leg.billsec);
  int parameter = kLegHead;
  for (const LegColumn& column : leg_columns()) {
    const std::string& value = leg.*column.text;
    // "" and missing are the same; NULL takes no room. The start stands in the index.
    if (value.empty() && column.text != &Leg::start) {
      insert_leg_.bind_null(++parameter);
    } else {
      insert_leg_.bind(++parameter, value);
    }
  }
  if (auto ran = insert_leg_.run(); !ran) return ran.error();
  return database_->changes() > 0;
}

Result<void> Tables::each_leg(std::int64_t from, const VisitLeg& visit) {
  Result<Statement> select = database_->prepare(select_legs_sql());
  if (!select) return select.error();
  select.value().bind(1, from);
  return each_row(select.value(), [&](const Statement& row) {
    visit(row.number(0), row.number(1), row.number(2), leg_of(row));
  });
}

Result<void> Tables::each_counted_leg(std::int64_t pbx, std::int64_t arrived_from,
                                      const VisitCountedLeg& visit) {
  Result<Statement> select = database_->prepare(select_counted_legs_sql());
  if (!select) return select.error();
  select.value().bind(1, pbx).bind(2, arrived_from);
  return each_row(select.value(),
                  [&](const Statement& row) { visit(row.number(2), leg_of(row), split(row.text(0), '\n')); });
}

Result<void> Tables::store_counter(std::int64_t pbx, std::string_view scope, std::string_view metric,
                                   std::int64_t value) {
  return store_counter_.bind(1, pbx).bind(2, scope).bind(3, metric).bind(4, value).run();
}

Result<void> Tables::each_counter(std::int64_t pbx, const VisitCounter& visit) {
  Result<Statement> select = database_->prepare("SELECT scope, metric, value FROM counters WHERE pbx = ?");
  if (!select) return select.error();
  select.value().bind(1, pbx);
  return each_row(select.value(), [&](Statement& row) { visit(row.text(0), row.text(1), row.number(2)); });
}

Result<void> Tables::store_scope(std::int64_t pbx, const metrics::Book::NewScope& scope) {
  Result<Statement> insert =
      database_->prepare("INSERT OR IGNORE INTO scopes (pbx, kind, name, scope) VALUES (?, ?, ?, ?)");
  if (!insert) return insert.error();
  return insert.value()
      .bind(1, pbx)
      .bind(2, metrics::word_for(scope.kind))
      .bind(3, scope.name)
      .bind(4, scope.scope)
      .run();
}

Result<void> Tables::each_scope(std::int64_t pbx, const VisitScope& visit) {
  Result<Statement> select =
      database_->prepare("SELECT kind, name, scope FROM scopes WHERE pbx = ? ORDER BY id");
  if (!select) return select.error();
  select.value().bind(1, pbx);
  return each_row(select.value(), [&](Statement& row) {
    if (const auto kind = metrics::scope_kind_named(row.text(0))) visit(*kind, row.text(1), row.text(2));
  });
}

Result<void> Tables::each_forgotten(const VisitForgotten& visit) {
  Result<Statement> select = database_->prepare("SELECT pbx, newest_start FROM forgotten");
  if (!select) return select.error();
  return each_row(select.value(), [&](Statement& row) { visit(row.number(0), row.text(1)); });
}

Result<void> Tables::store_place(std::string_view name, std::int64_t value) {
  return store_place_.bind(1, name).bind(2, value).run();
}

Result<std::int64_t> Tables::place(std::string_view name, std::int64_t otherwise) {
  Result<Statement> select = database_->prepare("SELECT value FROM place WHERE name = ?");
  if (!select) return select.error();
  const Result<bool> row = select.value().bind(1, name).step();
  if (!row) return row.error();
  return row.value() ? select.value().number(0) : otherwise;
}

Result<void> Tables::insert_quarantined(std::optional<std::int64_t> pbx, Unfit unfit, std::string_view detail,
                                        std::string_view bytes, std::int64_t arrived) {
  Result<Statement> insert = database_->prepare(
      "INSERT INTO quarantine (pbx, arrived, reason, detail, bytes) VALUES (?, ?, ?, ?, ?)");
  if (!insert) return insert.error();
  Statement& row = insert.value();
  if (pbx) {
    row.bind(1, *pbx);
  } else {
    row.bind_null(1);
  }
  const std::string_view word = word_for(unfit);
  row.bind(2, arrived).bind(3, word).bind(4, detail);
  row.bind_bytes(5, std::as_bytes(std::span(bytes.data(), bytes.size())));
  return row.run();
}

Result<std::vector<QuarantinedRecord>> Tables::quarantined(std::int64_t limit) {
  Result<Statement> select = database_->prepare(
      "SELECT q.id, coalesce(p.name, ''), q.arrived, q.reason, q.detail, q.bytes FROM quarantine q "
      "LEFT JOIN pbx p ON p.id = q.pbx ORDER BY q.id DESC LIMIT ?");
  if (!select) return select.error();
  select.value().bind(1, limit);
  std::vector<QuarantinedRecord> records;
  auto all = each_row(select.value(), [&](Statement& row) {
    records.push_back({row.number(0), std::string(row.text(1)), row.number(2), std::string(row.text(3)),
                       std::string(row.text(4)), std::string(row.text(5))});
  });
  if (!all) return all.error();
  return records;
}

}  // namespace ucm::ledger
