// The statements about what the API was asked for, and about what an erasure left.
#include "ledger/tables.h"

namespace ucm::ledger {

Result<void> Tables::store_standing(std::int64_t pbx, std::string_view name, std::string_view value) {
  Result<Statement> upsert = database_->prepare(
      "INSERT INTO standing (pbx, name, value) VALUES (?1, ?2, ?3) "
      "ON CONFLICT (pbx, name) DO UPDATE SET value = ?3");
  if (!upsert) return upsert.error();
  return upsert.value().bind(1, pbx).bind(2, name).bind(3, value).run();
}

Result<void> Tables::each_standing(std::int64_t pbx, const VisitStanding& visit) {
  Result<Statement> select = database_->prepare("SELECT name, value FROM standing WHERE pbx = ?");
  if (!select) return select.error();
  Statement& row = select.value().bind(1, pbx);
  for (;;) {
    const Result<bool> stepped = row.step();
    if (!stepped) return stepped.error();
    if (!stepped.value()) return {};
    visit(row.text(0), row.text(1));
  }
}

Result<bool> Tables::insert_queue_call(std::int64_t pbx, const QueueCall& call, std::int64_t now) {
  Result<Statement> insert = database_->prepare(
      "INSERT OR IGNORE INTO queue_calls (pbx, counted, queue, start, answered, wait_s, talk_s, identity) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return insert.error();
  Statement& row = insert.value();
  row.bind(1, pbx).bind(2, now).bind(3, call.queue).bind(4, call.start);
  row.bind(5, static_cast<std::int64_t>(call.answered)).bind(6, call.wait_s).bind(7, call.talk_s);
  if (auto ran = row.bind(8, call.identity).run(); !ran) return ran.error();
  return database_->changes() > 0;
}

Result<void> Tables::store_queue_call_scope(std::int64_t pbx, const QueueCall& call, std::string_view scope) {
  Result<Statement> update =
      database_->prepare("UPDATE queue_calls SET scope = ?4 WHERE pbx = ?1 AND start = ?2 AND identity = ?3");
  if (!update) return update.error();
  return update.value().bind(1, pbx).bind(2, call.start).bind(3, call.identity).bind(4, scope).run();
}

Result<std::int64_t> Tables::call_id(std::int64_t pbx, std::string_view session) {
  Result<Statement> select = database_->prepare("SELECT id FROM calls WHERE pbx = ? AND session = ?");
  if (!select) return select.error();
  const Result<bool> row = select.value().bind(1, pbx).bind(2, session).step();
  if (!row) return row.error();
  return row.value() ? select.value().number(0) : 0;
}

Result<bool> Tables::has_erased(std::int64_t pbx) {
  Result<Statement> select = database_->prepare(
      "SELECT 1 FROM calls WHERE pbx = ? AND session >= 'erased-' AND session < 'erased.' LIMIT 1");
  if (!select) return select.error();
  return select.value().bind(1, pbx).step();
}

Result<bool> Tables::has_quarantined(std::int64_t pbx, std::string_view bytes) {
  Result<Statement> select = database_->prepare(
      "SELECT 1 FROM quarantine WHERE pbx = ? AND length(bytes) = ? AND bytes = ? LIMIT 1");
  if (!select) return select.error();
  select.value().bind(1, pbx).bind(2, static_cast<std::int64_t>(bytes.size()));
  select.value().bind_bytes(3, std::as_bytes(std::span(bytes.data(), bytes.size())));
  return select.value().step();
}

Result<std::vector<NamedRecording>> Tables::recordings_of(std::string_view pbx, std::string_view call,
                                                          std::int64_t limit) {
  Result<Statement> select = database_->prepare(
      "SELECT p.name, coalesce(l.session, ''), l.start, l.recordfiles, coalesce(l.action_type, '') "
      "FROM legs l JOIN pbx p ON p.id = l.pbx "
      "WHERE l.recordfiles IS NOT NULL AND (?1 = '' OR p.name = ?1) "
      "AND (l.session = ?2 OR l.uniqueid = ?2 OR l.acctid = ?2) ORDER BY l.id DESC LIMIT ?3");
  if (!select) return select.error();
  Statement& row = select.value().bind(1, pbx).bind(2, call).bind(3, limit);
  std::vector<NamedRecording> found;
  for (;;) {
    const Result<bool> stepped = row.step();
    if (!stepped) return stepped.error();
    if (!stepped.value()) return found;
    found.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                     std::string(row.text(3)), std::string(row.text(4))});
  }
}

}  // namespace ucm::ledger
