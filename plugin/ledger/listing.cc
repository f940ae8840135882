#include "ledger/listing.h"

#include <algorithm>
#include <initializer_list>
#include <map>

#include "base/text.h"
#include "ledger/audit.h"
#include "ledger/schema.h"

namespace ucm::ledger {

namespace {

std::string listed(std::string_view lines) {
  std::string all;
  for (const char c : lines) {
    if (c == '\n') {
      all += ", ";
    } else {
      all.push_back(c);
    }
  }
  return all;
}

Result<bool> finds(Database& database, std::string_view query,
                   std::initializer_list<std::string_view> words) {
  Result<Statement> select = database.prepare(query);
  if (!select) return select.error();
  int parameter = 0;
  for (const std::string_view word : words) select.value().bind(++parameter, word);
  return select.value().step();
}

}  // namespace

Result<Database> look_into(const std::string& file) {
  Result<Database> opened = Database::open_read_only(file);
  if (!opened) return Error{Fault::storage, text("cannot open {}: {}", file, opened.error().what)};
  Database& database = opened.value();
  const auto application = database.number("PRAGMA application_id");
  const auto version = database.number("PRAGMA user_version");
  for (const auto* answer : {&application, &version}) {
    if (!answer->ok()) return Error{Fault::storage, text("cannot read {}: {}", file, answer->error().what)};
  }
  if (application.value() != kApplicationId) return Error{Fault::malformed, text("{} is no ledger", file)};
  const auto known = static_cast<std::int64_t>(migrations().size());
  if (version.value() != known) {
    return Error{Fault::malformed,
                 text("{} has version {}, this ucmctl knows {}: use the one of the agent that keeps it; an "
                      "agent of this version brings an older file up to date when it starts",
                      file, version.value(), known)};
  }
  if (auto begun = database.run("BEGIN"); !begun) return begun.error();
  return opened;
}

Result<bool> knows_pbx(Database& database, std::string_view pbx) {
  return finds(database, "SELECT 1 FROM pbx WHERE name = ?1", {pbx});
}

Result<bool> knows_scope(Database& database, std::string_view pbx, std::string_view scope) {
  if (scope == "all" || direction_named(scope)) return true;
  return finds(database,
               "SELECT 1 FROM pbx p WHERE (?1 = '' OR p.name = ?1) AND ("
               "EXISTS (SELECT 1 FROM scopes s WHERE s.pbx = p.id AND s.scope = ?2) OR "
               "EXISTS (SELECT 1 FROM counters c WHERE c.pbx = p.id AND c.scope = ?2)) LIMIT 1",
               {pbx, scope});
}

Result<void> list_calls(Database& database, const CallChoice& choice, std::int64_t limit,
                        const VisitListed& visit) {
  Result<Statement> select = database.prepare(
      "SELECT p.name, c.began, c.direction, c.outcome, c.wait_s, c.talk_s, c.trunks, c.queues, c.src, c.dst "
      "FROM calls c JOIN pbx p ON p.id = c.pbx WHERE c.began >= ?1 AND c.began < ?2 AND (?3 = '' OR p.name = "
      "?3) "
      "AND (?4 = '' OR c.outcome = ?4) AND (?5 = '' OR instr(char(10) || c.scopes || char(10), "
      "char(10) || ?5 || char(10)) > 0) ORDER BY c.began DESC, c.id DESC LIMIT ?6");
  if (!select) return select.error();
  Statement& row = select.value().bind(1, choice.since_s).bind(2, choice.until_s).bind(3, choice.pbx);
  row.bind(4, choice.outcome).bind(5, choice.scope).bind(6, limit);
  for (;;) {
    const Result<bool> stepped = row.step();
    if (!stepped) return stepped.error();
    if (!stepped.value()) return {};
    visit({std::string(row.text(0)), row.number(1), std::string(row.text(2)), std::string(row.text(3)),
           row.number(4), row.number(5), listed(row.text(6)), listed(row.text(7)), std::string(row.text(8)),
           std::string(row.text(9))});
  }
}

Result<void> total_calls(Database& database, const CallChoice& choice, const VisitTotal& visit) {
  std::map<std::int64_t, std::string> names;
  Result<Statement> select = database.prepare("SELECT id, name FROM pbx");
  if (!select) return select.error();
  for (;;) {
    const Result<bool> stepped = select.value().step();
    if (!stepped) return stepped.error();
    if (!stepped.value()) break;
    names[select.value().number(0)] = select.value().text(1);
  }
  const std::string where = text("began >= {} AND began < {}", choice.since_s, choice.until_s);
  return each_amount(
      database, Rows::calls, where,
      [&](std::int64_t pbx, std::string_view scope, std::string_view name, std::int64_t value) {
        const auto known = names.find(pbx);
        if (known == names.end() || (!choice.pbx.empty() && known->second != choice.pbx)) return;
        visit(known->second, scope, name, value);
      });
}

}  // namespace ucm::ledger
