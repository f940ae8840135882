// What an erasure has to do with the turn, and a call that was erased with what comes of it later.
#include <algorithm>

#include "base/text.h"
#include "ledger/ledger.h"
#include "model/masked.h"

namespace ucm::ledger {

namespace {

// In SQLite's own milliseconds: to wait for somebody who reads would hold up every push.
constexpr std::string_view kDoNotWait = "PRAGMA busy_timeout=0";
constexpr std::string_view kWait = "PRAGMA busy_timeout=250";

}  // namespace

Result<void> Ledger::erase(std::string_view pbx, std::string_view number) {
  if (!known()) return Error{Fault::storage, "the ledger is not open"};
  if (erasure_ && erasure_->running()) return Error{Fault::busy, "an erasure is at work: wait for its end"};
  auto sought = SoughtNumber::read(number);
  if (!sought) {
    return Error{Fault::refused, "that is no number: three characters or more, as the records have it"};
  }
  std::int64_t id = 0;
  if (!pbx.empty()) {
    const auto shelf = std::ranges::find(shelves_, pbx, &Shelf::name);
    if (shelf == shelves_.end()) return Error{Fault::refused, "the ledger knows no PBX of that name"};
    id = shelf->id;
  }
  log_.say(Severity::notice, text("the records of {}{}{} are being erased", masked_number(sought->plain()),
                                  pbx.empty() ? "" : " at ", pbx));
  erasure_.emplace(std::move(*sought), id);
  return {};
}

Result<bool> Ledger::erase_step() {
  if (!erasure_ || !erasure_->running() || erasure_->at_disk()) return false;
  if (auto begun = begin(); !begun) return begun.error();
  const ErasureGround ground{store_->database, next_leg_id_ - 1,
                             [this](std::int64_t pbx, const std::string& session) {
                               const auto shelf = shelf_of(pbx);
                               return shelf && open_.find(*shelf, session) != nullptr;
                             },
                             [this](std::int64_t pbx, std::string_view session) {
                               const auto shelf = shelf_of(pbx);
                               return erased_session(shelf ? shelves_[*shelf].book.salt() : std::string(),
                                                     session);
                             },
                             [this](std::int64_t rows, std::int64_t bytes) {
                               quarantined_rows_ -= rows;
                               quarantined_bytes_ -= bytes;
                             }};
  const std::int64_t calls = erasure_->report().calls;
  Result<bool> more = erasure_->step(ground);
  if (!more) return more;
  if (erasure_->report().calls > calls) {
    for (Shelf& shelf : shelves_) shelf.erased = true;  // costs little where it is not so
  }
  return more;
}

// After a commit. Asked for again after the next one while somebody reads.
void Ledger::clear_log() {
  if (!erasure_->at_disk()) return;
  Database& database = store_->database;
  const Result<void> hurried = database.run(std::string(kDoNotWait));
  const Result<bool> cleared = hurried.ok() ? erasure_->clear_log(database) : Result<bool>(hurried.error());
  if (auto patient = database.run(std::string(kWait)); !patient) erasure_->break_off(patient.error().what);
  if (!cleared) erasure_->break_off(cleared.error().what);
  if (erasure_->running()) return;
  const ErasureReport& report = erasure_->report();
  log_.say(Severity::notice,
           text("the records of {} are erased: {} legs, {} calls, {} quarantined records{}{}",
                masked_number(erasure_->number().plain()), report.legs, report.calls, report.quarantined,
                report.what.empty() ? "" : "; ", report.what));
}

Result<std::optional<StoredCall>> Ledger::counted_call(const Shelf& shelf, const std::string& session) {
  auto found = tables_->find_call(shelf.id, session);
  if (!found || found.value() || !shelf.erased) return found;
  found = tables_->find_call(shelf.id, erased_session(shelf.book.salt(), session));
  if (found && found.value()) found.value()->erased = true;
  return found;
}

// A leg that comes late, of a call that was erased, is kept as nameless as the others.
Result<Leg> Ledger::without_erased(const Shelf& shelf, const Leg& leg) {
  if (!shelf.erased) return leg;
  const std::string session = session_of(leg);
  const auto counted = counted_call(shelf, session);
  if (!counted) return counted.error();
  if (!counted.value() || !counted.value()->erased) return leg;
  Leg kept = leg;
  for (std::string Leg::*field : personal_fields()) (kept.*field).clear();
  if (!kept.session.empty()) kept.session = counted.value()->call.session;
  return kept;
}

}  // namespace ucm::ledger
