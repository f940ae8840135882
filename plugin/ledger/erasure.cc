#include "ledger/erasure.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/text.h"
#include "ledger/schema.h"

namespace ucm::ledger {

namespace {

constexpr std::int64_t kLegsRead = 1'000;  // in a step
constexpr std::int64_t kRowsWritten = 100;
constexpr std::size_t kBytesRead = 512UL * 1024;
constexpr int kMostTries = 100;  // to empty the log while somebody reads the file

constexpr std::array<std::string_view, 9> kSteps{"searching", "searching", "waiting", "erasing", "erasing",
                                                 "erasing",   "erasing",   "done",    "failed"};

std::string_view column_of(std::string Leg::*field) {
  const auto found = std::ranges::find(leg_columns(), field, &LegColumn::text);
  return found->name;
}

// Of a leg: what its call is known by, and everything in which a number may stand.
constexpr int kPersonalFrom = 7;
std::string select_personal_sql() {
  std::string names = "id, pbx, session, uniqueid, acctid, start, identity";
  for (std::string Leg::*field : personal_fields()) names += text(", {}", column_of(field));
  return text("SELECT {} FROM legs WHERE id > ? ORDER BY id LIMIT ?", names);
}

std::string erase_leg_sql() {
  std::string set = "session = CASE WHEN session IS NULL THEN NULL ELSE ?2 END";
  for (std::string Leg::*field : personal_fields()) set += text(", {} = NULL", column_of(field));
  return text("UPDATE legs SET {} WHERE id = ?1", set);
}

// As session_of() has it.
std::string session_in(const Statement& leg) {
  if (!leg.text(2).empty()) return std::string(leg.text(2));
  if (!leg.text(3).empty()) return std::string(leg.text(3));
  if (!leg.text(4).empty()) return text("{} {}", leg.text(4), leg.text(5));
  Digest128 identity{};
  const std::string_view bytes = leg.text(6);
  std::transform(bytes.begin(),
                 bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), identity.size())),
                 identity.begin(), [](char c) { return static_cast<std::byte>(c); });
  return hex(identity);
}

}  // namespace

std::string erased_session(std::string_view secret, std::string_view session) {
  const std::array<std::string_view, 3> parts{secret, "session", session};
  return text("{}{}", kErasedHead, hex(digest128(parts)));
}

std::string_view word_for(ErasureStep step) noexcept {
  return kSteps.at(static_cast<std::size_t>(step));
}

bool Erasure::running() const noexcept {
  return report_.step != ErasureStep::done && report_.step != ErasureStep::failed;
}

void Erasure::break_off(std::string_view why) {
  report_.step = ErasureStep::failed;
  report_.what = why;
}

void Erasure::turn_to(ErasureStep step) {
  report_.step = step;
  at_ = 0;
}

Result<bool> Erasure::step(const ErasureGround& ground) {
  switch (report_.step) {
    case ErasureStep::legs_sought:
      return seek_legs(ground);
    case ErasureStep::calls_sought:
      return seek_calls(ground);
    case ErasureStep::settling:
      if (!settled(ground)) return false;
      due_.assign(sessions_.begin(), sessions_.end());
      turn_to(ErasureStep::calls);
      return true;
    case ErasureStep::calls:
      return erase_calls(ground);
    case ErasureStep::legs:
      return erase_legs(ground);
    case ErasureStep::quarantine:
      return erase_quarantined(ground);
    case ErasureStep::disk:
    case ErasureStep::done:
    case ErasureStep::failed:
      break;
  }
  return false;
}

// An erasure that broke off left calls without a name and legs with one: those are found by their calls.
Result<void> Erasure::recall_erased(const ErasureGround& ground) {
  Result<Statement> select = ground.database.prepare(
      "SELECT p.id, c.session FROM pbx p JOIN calls c ON c.pbx = p.id AND c.session >= 'erased-' AND "
      "c.session < 'erased.'");
  if (!select) return select.error();
  for (;;) {
    const Result<bool> row = select.value().step();
    if (!row) return row.error();
    if (!row.value()) return {};
    erased_.emplace(select.value().number(0), std::string(select.value().text(1)));
  }
}

Result<bool> Erasure::seek_legs(const ErasureGround& ground) {
  if (at_ == 0) {
    if (auto recalled = recall_erased(ground); !recalled) return recalled.error();
  }
  Result<Statement> select = ground.database.prepare(select_personal_sql());
  if (!select) return select.error();
  Statement& leg = select.value().bind(1, at_).bind(2, kLegsRead);
  std::int64_t read = 0;
  for (;; ++read) {
    const Result<bool> row = leg.step();
    if (!row) return row.error();
    if (!row.value()) break;
    at_ = leg.number(0);
    const std::int64_t pbx = leg.number(1);
    if (pbx_ != 0 && pbx != pbx_) continue;
    bool named = number_.in(leg.text(2));
    for (std::size_t i = 0; !named && i < personal_fields().size(); ++i) {
      named = number_.in(leg.text(kPersonalFrom + static_cast<int>(i)));
    }
    if (!named && !erased_.empty() && !leg.text(2).starts_with(kErasedHead)) {
      named = erased_.contains({pbx, ground.erased_name(pbx, session_in(leg))});
    }
    if (named) sessions_.emplace(pbx, session_in(leg));
  }
  if (read < kLegsRead) turn_to(ErasureStep::calls_sought);
  return true;
}

Result<bool> Erasure::seek_calls(const ErasureGround& ground) {
  Result<Statement> select = ground.database.prepare(
      "SELECT id, pbx, session, src, dst, caller, did FROM calls WHERE id > ? ORDER BY id LIMIT ?");
  if (!select) return select.error();
  Statement& call = select.value().bind(1, at_).bind(2, kLegsRead);
  std::int64_t read = 0;
  for (;; ++read) {
    const Result<bool> row = call.step();
    if (!row) return row.error();
    if (!row.value()) break;
    at_ = call.number(0);
    if (pbx_ != 0 && call.number(1) != pbx_) continue;
    for (int column = 2; column <= 6; ++column) {
      if (!number_.in(call.text(column))) continue;
      sessions_.emplace(call.number(1), std::string(call.text(2)));
      break;
    }
  }
  if (read < kLegsRead) turn_to(ErasureStep::settling);
  return true;
}

// A call that has not settled is folded from its legs after a restart: until it is counted they must say what
// they said.
bool Erasure::settled(const ErasureGround& ground) {
  return std::ranges::none_of(
      sessions_, [&](const Session& session) { return ground.open(session.first, session.second); });
}

// Before their legs: a leg with its session is found to belong to a call without it, not the other way round.
Result<bool> Erasure::erase_calls(const ErasureGround& ground) {
  Result<Statement> erase = ground.database.prepare(
      "UPDATE calls SET session = ?3, src = '', dst = '', caller = '', did = CASE WHEN ?4 THEN '' ELSE did "
      "END "
      "WHERE pbx = ?1 AND session = ?2");
  Result<Statement> look = ground.database.prepare("SELECT did FROM calls WHERE pbx = ? AND session = ?");
  if (!erase) return erase.error();
  if (!look) return look.error();
  for (std::int64_t i = 0; i < kRowsWritten && !due_.empty(); ++i) {
    const auto& [pbx, session] = due_.back();
    const Result<bool> row = look.value().bind(1, pbx).bind(2, session).step();
    if (!row) return row.error();
    if (row.value()) {
      const bool named = number_.in(look.value().text(0));
      look.value().reset();
      const std::string name = session.starts_with(kErasedHead) ? session : ground.erased_name(pbx, session);
      erase.value().bind(1, pbx).bind(2, session).bind(3, name).bind(4, named ? 1 : 0);
      if (auto ran = erase.value().run(); !ran) return ran.error();
      ++report_.calls;
    }
    due_.pop_back();
  }
  if (due_.empty()) turn_to(ErasureStep::legs);
  return true;
}

Result<bool> Erasure::erase_legs(const ErasureGround& ground) {
  Result<Statement> select = ground.database.prepare(select_personal_sql());
  Result<Statement> erase = ground.database.prepare(erase_leg_sql());
  if (!select) return select.error();
  if (!erase) return erase.error();
  Statement& leg = select.value().bind(1, at_).bind(2, kLegsRead);
  std::vector<std::pair<std::int64_t, std::string>> found;  // id, its new session
  std::int64_t read = 0;
  for (; static_cast<std::int64_t>(found.size()) < kRowsWritten; ++read) {
    const Result<bool> row = leg.step();
    if (!row) return row.error();
    if (!row.value()) break;
    at_ = leg.number(0);
    const std::string session = session_in(leg);
    if (!sessions_.contains({leg.number(1), session})) continue;
    found.emplace_back(
        at_, session.starts_with(kErasedHead) ? session : ground.erased_name(leg.number(1), session));
  }
  leg.reset();
  for (const auto& [id, session] : found) {
    if (auto ran = erase.value().bind(1, id).bind(2, session).run(); !ran) return ran.error();
    ++report_.legs;
  }
  const bool full = static_cast<std::int64_t>(found.size()) == kRowsWritten;
  if (!full && read < kLegsRead) turn_to(ErasureStep::quarantine);
  return true;
}

Result<bool> Erasure::erase_quarantined(const ErasureGround& ground) {
  Result<Statement> select =
      ground.database.prepare("SELECT id, pbx, bytes, detail FROM quarantine WHERE id > ? ORDER BY id");
  Result<Statement> erase = ground.database.prepare("DELETE FROM quarantine WHERE id = ?");
  if (!select) return select.error();
  if (!erase) return erase.error();
  Statement& record = select.value().bind(1, at_);
  std::vector<std::pair<std::int64_t, std::int64_t>> found;  // id, bytes
  bool more = true;
  for (std::size_t read = 0; read < kBytesRead;) {
    const Result<bool> row = record.step();
    if (!row) return row.error();
    more = row.value();
    if (!more) break;
    at_ = record.number(0);
    read += record.text(2).size() + 1'000;
    // One of no PBX may be of any.
    if (pbx_ != 0 && !record.null(1) && record.number(1) != pbx_) continue;
    if (!number_.in(record.text(2)) && !number_.in(record.text(3))) continue;
    found.emplace_back(at_, static_cast<std::int64_t>(record.text(2).size()));
  }
  record.reset();
  for (const auto& [id, bytes] : found) {
    if (auto ran = erase.value().bind(1, id).run(); !ran) return ran.error();
    ground.let_go(1, bytes);
    ++report_.quarantined;
  }
  if (!more) turn_to(ErasureStep::disk);
  return true;
}

Result<bool> Erasure::clear_log(Database& database) {
  Result<Statement> checkpoint = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!checkpoint) return checkpoint.error();
  const Result<bool> row = checkpoint.value().step();
  if (!row && row.error().fault != Fault::busy) return row.error();
  const bool busy = !row || checkpoint.value().number(0) != 0;
  checkpoint.value().reset();
  if (busy && ++tries_ < kMostTries) return false;
  if (busy) {
    report_.what =
        "somebody reads the ledger: ledger.db-wal holds what was erased until that ends. Ask again then";
  }
  turn_to(ErasureStep::done);
  return true;
}

}  // namespace ucm::ledger
