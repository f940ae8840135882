#include "ledger/ledger.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ucm::ledger {

namespace {

constexpr std::string_view kOpenFrom = "open_from";
constexpr int kReopenAfter = 5;
constexpr std::int64_t kAgent = 0;  // the id under which counters of no PBX are kept

}  // namespace

Ledger::Ledger(LedgerSettings settings, Log& log, const Clock& clock)
    : settings_(std::move(settings)), log_(log), clock_(clock) {
  for (const PbxLedger& pbx : settings_.pbxes)
    shelves_.push_back({pbx.name, 0, metrics::Book(pbx.book), {}, {}, {}, false});
}

Ledger::~Ledger() = default;

std::optional<std::size_t> Ledger::shelf_of(std::int64_t pbx_id) const {
  const auto found =
      std::find_if(shelves_.begin(), shelves_.end(), [&](const Shelf& shelf) { return shelf.id == pbx_id; });
  if (found == shelves_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - shelves_.begin());
}

Result<void> Ledger::begin() {
  if (store_->database.in_transaction()) return {};
  return store_->database.run("BEGIN IMMEDIATE");
}

Result<Admitted> Ledger::admit(std::size_t pbx, const Leg& leg, Origin origin) {
  if (auto begun = begin(); !begun) return begun.error();
  Shelf& shelf = shelves_[pbx];
  // What stands in for a time, or is written in another order, is neither before nor after anything.
  if (leg.start <= shelf.forgotten && local_seconds(leg.start)) {
    shelf.book.add(metrics::Metric::legs_too_old);
    return Admitted::too_old;
  }
  if (origin == Origin::api && leg.start <= remembered(pbx, kLostUntil) && local_seconds(leg.start)) {
    shelf.book.add(metrics::Metric::legs_too_old);
    return Admitted::too_old;
  }
  const std::int64_t id = next_leg_id_;
  const Result<Leg> kept = without_erased(shelf, leg);
  if (!kept) return kept.error();
  const Result<bool> inserted =
      tables_->insert_leg(id, shelf.id, kept.value(), identity_of(leg), origin, clock_.wall_s());
  if (!inserted) return inserted.error();
  if (!inserted.value()) {
    shelf.book.add(origin == Origin::api ? metrics::Metric::legs_reread : metrics::Metric::legs_duplicate);
    return Admitted::duplicate;
  }
  ++next_leg_id_;
  if (leg.start > shelf.newest && local_seconds(leg.start)) {
    shelf.newest = std::min(leg.start, latest_start(clock_.wall_s()));
  }
  shelf.book.add(metrics::Metric::legs_accepted);
  if (origin == Origin::api) shelf.book.add(metrics::Metric::legs_backfilled);
  const std::vector<std::string> scopes = shelf.book.count_leg(leg, clock_.wall_s());
  if (!scopes.empty()) {
    if (auto stored = tables_->store_leg_scopes(id, scopes); !stored) return stored.error();
  }
  if (auto folded = fold_in(pbx, id, leg); !folded) return folded.error();
  return Admitted::counted;
}

Result<void> Ledger::fold_in(std::size_t pbx, std::int64_t leg_id, const Leg& leg) {
  const std::string session = session_of(leg);
  OpenCall* open = open_.find(pbx, session);
  if (open == nullptr) {
    Result<std::optional<StoredCall>> counted = counted_call(shelves_[pbx], session);
    if (!counted) return counted.error();
    if (counted.value()) return amend(pbx, std::move(*counted.value()), leg);
    open = &open_.open(pbx, session, leg_id);
  }
  fold(open->call, leg);
  open_.touch(*open, clock_.mono_ms());
  return {};
}

Result<void> Ledger::amend(std::size_t pbx, StoredCall before, const Leg& leg) {
  Shelf& shelf = shelves_[pbx];
  if (before.scopes.empty()) {
    if (auto adopted = adopt(shelf, before); !adopted) return adopted;
  }
  if (auto carried = carry_unseen(shelf, before, 1); !carried) return carried;
  StoredCall after = before;
  fold_late(after.call, leg);
  if (before.erased) {
    for (std::string* name : {&after.call.src, &after.call.dst, &after.call.caller}) name->clear();
    after.call.dialled_out.clear();
  }
  if (counts_differ(before.call, after.call)) {
    after.scopes = shelf.book.amend_call(before.call, after.call, before.as, after.scopes, clock_.wall_s());
  }
  if (auto stored = tables_->store_call(shelf.id, after, clock_.wall_s()); !stored) return stored;
  if (auto carried = carry_unseen(shelf, before, -1); !carried) return carried;
  ended_.push_back({pbx, std::move(after.call), after.as, before.call.elapsed_s, true});
  return {};
}

Result<void> Ledger::quarantine(std::optional<std::size_t> pbx, Unfit unfit, std::string_view detail,
                                std::string_view bytes) {
  if (auto begun = begin(); !begun) return begun;
  const std::optional<std::int64_t> id = pbx ? std::optional(shelves_[*pbx].id) : std::nullopt;
  if (auto kept = tables_->insert_quarantined(id, unfit, detail, bytes, clock_.wall_s()); !kept) return kept;
  ++quarantined_rows_;
  quarantined_bytes_ += static_cast<std::int64_t>(bytes.size());
  if (pbx) {
    shelves_[*pbx].book.count_quarantined(unfit);
  } else {
    agent_.add(metrics::Metric::agent_quarantined, 1);
    ++placeless_;
  }
  return trim_quarantine();
}

Result<bool> Ledger::settle(std::size_t most) {
  for (std::size_t settled = 0; OpenCall* next = open_.next(); ++settled) {
    const bool due = next->touched_ms + settings_.settle_ms <= clock_.mono_ms();
    if (!due && open_.size() <= kMostOpen) return false;
    if (settled == most) return true;
    if (!due) {
      log_.say_rarely(
          "open-calls", Severity::warning,
          text("ledger: more than {} calls are unsettled: the oldest are counted early. Is Settle too "
               "long for this many records?",
               kMostOpen));
    }
    if (auto begun = begin(); !begun) return begun.error();
    Shelf& shelf = shelves_[next->pbx];
    const std::int64_t now_s = clock_.wall_s();
    const std::size_t pbx = next->pbx;
    StoredCall call{open_.close_next(), {}, {}};
    call.as = shelf.book.judge(call.call, now_s);
    call.scopes = shelf.book.count_call(call.call, call.as, now_s);
    if (auto stored = tables_->store_call(shelf.id, call, now_s); !stored) return stored.error();
    ended_.push_back({pbx, std::move(call.call), call.as, 0});
  }
  return false;
}

Result<void> Ledger::store_books(bool everything) {
  Result<void> first;
  const auto note = [&](Result<void> result) {
    if (first.ok() && !result.ok()) first = std::move(result);
  };
  for (Shelf& shelf : shelves_) {
    for (const metrics::Book::NewScope& scope : shelf.book.new_scopes()) {
      note(tables_->store_scope(shelf.id, scope));
    }
    shelf.book.each_unkept([&](std::string_view scope, const metrics::Row& row, std::int64_t value) {
      note(tables_->store_counter(shelf.id, scope, metrics::key_of(row), value));
    });
  }
  if (everything || store_->database.in_transaction()) {
    agent_.each_unkept([&](const metrics::Row& row, std::int64_t value) {
      note(tables_->store_counter(kAgent, "self", metrics::key_of(row), value));
    });
  }
  return first;
}

Result<std::vector<Ended>> Ledger::commit(bool everything) {
  const bool lazily =
      everything &&
      (agent_.changed() || std::any_of(shelves_.begin(), shelves_.end(),
                                       [](const Shelf& shelf) { return shelf.book.asked_changed(); }));
  const bool probing = failures_ > 0;  // only a write shows whether the disk takes writes again
  if (!store_->database.in_transaction() && !lazily && !probing) {
    if (erasure_) clear_log();
    return std::vector<Ended>();
  }
  if (auto begun = begin(); !begun) return begun.error();
  if (probing) {
    if (auto tried = tables_->store_place("probed", clock_.wall_s()); !tried) return tried.error();
  }
  if (auto stored = store_books(everything); !stored) return stored.error();
  const std::int64_t open_from = open_.first_leg_id(next_leg_id_);
  // Only after calls were settled does it move; a restart reads a few legs more than it needs if it lags.
  if (open_from != open_from_ && !ended_.empty()) {
    if (auto stored = tables_->store_place(kOpenFrom, open_from); !stored) return stored.error();
    open_from_ = open_from;
  }
  if (auto done = store_->database.run("COMMIT"); !done) return done.error();
  if (erasure_) clear_log();
  for (Shelf& shelf : shelves_) {
    shelf.book.set_settling(open_.size_of(static_cast<std::size_t>(&shelf - shelves_.data())));
    shelf.book.keep();
  }
  agent_.keep();
  placeless_ = 0;
  failures_ = 0;
  suspicion_.reset();
  return std::exchange(ended_, {});
}

void Ledger::abandon(const Error& cause) {
  ended_.clear();
  if (erasure_ && erasure_->running()) erasure_->break_off("the ledger could not be written: ask again");
  for (Shelf& shelf : shelves_) shelf.book.revert();
  // The rest of the agent's counters are of what has happened, kept or not.
  agent_.add(metrics::Metric::agent_quarantined, -std::exchange(placeless_, 0));
  stale_ = true;
  bool damage = cause.fault == Fault::malformed;
  if (damage) suspect(cause);
  if (store_ && store_->database.in_transaction()) {
    const Result<void> undone = store_->database.run("ROLLBACK");
    if (!undone && undone.error().fault == Fault::malformed) {
      suspect(undone.error());
      damage = true;
    }
  }
  // A full disk leaves the file as it was; a disk that is gone and back needs it opened anew.
  const bool often = ++failures_ % kReopenAfter == 0;
  if (damage || often) {
    tables_.reset();
    store_.reset();
  }
}

Result<std::vector<QuarantinedRecord>> Ledger::quarantined(std::int64_t limit) {
  if (!tables_) return Error{Fault::storage, "the ledger is not open"};
  return tables_->quarantined(limit);
}

Result<Size> Ledger::size() {
  if (!store_) return Error{Fault::storage, "the ledger is not open"};
  Database& database = store_->database;
  // Ids are given in order and deleted from the front: the span of ids is the number of legs, without a scan.
  const auto first = database.number("SELECT coalesce(min(id), 0) FROM legs");
  const auto calls = database.number(
      "SELECT coalesce((SELECT max(id) FROM calls), 0) - coalesce((SELECT min(id) - 1 FROM calls), 0)");
  const auto pages = database.number("PRAGMA page_count");
  for (const auto* answer : {&first, &calls, &pages}) {
    if (!answer->ok()) return answer->error();
  }
  return Size{first.value() == 0 ? 0 : next_leg_id_ - first.value(), calls.value(), quarantined_rows_,
              quarantined_bytes_, pages.value() * 4096};
}

}  // namespace ucm::ledger
