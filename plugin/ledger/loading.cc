// How a ledger becomes ready: at the start, and after whatever went wrong with its disk.
#include <algorithm>
#include <random>
#include <string>
#include <utility>

#include "base/spans.h"
#include "base/text.h"
#include "ledger/counters_file.h"
#include "ledger/ledger.h"

namespace ucm::ledger {

namespace {

constexpr std::string_view kLabelSalt = "label_salt";
constexpr std::string_view kCountingSince = "counting_since";
constexpr std::size_t kSaltDigits = 32;
constexpr std::int64_t kRecalled_s = 26 * kHour;
constexpr std::int64_t kReadAgainMs = 3'000;  // a disk may fail for a moment

}  // namespace

Result<void> Ledger::ready() {
  if (store_ && !store_->in_place()) {
    tables_.reset();
    store_.reset();
    moved_ = !stale_;
    return Error{Fault::storage,
                 text("{} was deleted or replaced while it was in use; a new one goes on with the counters "
                      "as they are, but without the records",
                      kFileName)};
  }
  if (!store_) {
    const bool just_suspected = suspicion_ && clock_.mono_ms() < suspicion_->since_ms + kReadAgainMs;
    if (just_suspected) {
      return Error{Fault::storage, text("its file seems damaged ({}) and is read again", suspicion_->what)};
    }
    auto opened = open();
    if (!opened && look_ == Look::last) opened = open();
    if (!opened) {
      tables_.reset();
      store_.reset();
      return opened;
    }
  }
  if (!stale_) return {};
  if (auto done = reread(); !done) {
    abandon(done.error());
    return done;
  }
  stale_ = false;
  return {};
}

// One bad look is none: nothing is done to the file before it was found damaged twice, apart in time.
void Ledger::suspect(const Error& found) {
  if (!suspicion_) {
    log_.say(Severity::warning,
             text("ledger: {}/{} seems damaged: {}. It is read again from end to end before anything is done "
                  "about it",
                  settings_.directory, kFileName, found.what));
    suspicion_ = {found.what, clock_.mono_ms()};
    look_ = Look::again;
  } else if (clock_.mono_ms() >= suspicion_->since_ms + kReadAgainMs) {
    look_ = Look::last;
  }
}

Result<void> Ledger::open() {
  const auto fault = [this](const Error& error) {
    if (error.fault == Fault::malformed) suspect(error);
    return error;
  };
  tables_.reset();
  store_.reset();
  const bool given_up = look_ == Look::last;
  Result<Store> opened = open_store(settings_.directory, look_, log_, clock_);
  if (given_up && look_ == Look::first) suspicion_.reset();  // it is aside
  if (!opened) return fault(opened.error());
  store_.emplace(std::move(opened).value());
  Result<Tables> tables = Tables::prepare(store_->database);
  if (!tables) return fault(tables.error());
  tables_.emplace(std::move(tables).value());

  if (!loaded_ && store_->fresh) recover_counters();
  if (loaded_ && store_->fresh) {
    // The old file is gone or aside; the numbers people watch go on.
    for (Shelf& shelf : shelves_) shelf.book.carry_over();
    agent_.forget_kept();
    lost_ = true;
  }
  if (auto loaded = load(); !loaded) return fault(loaded.error());
  look_ = Look::first;
  loaded_ = true;
  stale_ = true;
  return {};
}

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

// The ledger of earlier runs is gone, or there was none.
void Ledger::recover_counters() {
  const std::string path = text("{}/{}", settings_.directory, kCountersName);
  const Result<bool> read = read_counters(store_->database, path);
  if (!read) {
    log_.say(
        Severity::error,
        text("ledger: the counters of earlier runs cannot be read ({}): they begin at 0", read.error().what));
  } else if (read.value()) {
    log_.say(
        Severity::warning,
        text(
            "ledger: there is no {} any more, and a new one was begun. Its counters go on from {}, which was "
            "written within the last hour of the run before; records of before are not counted again",
            kFileName, path));
  }
}

// Of a ledger that does not say, when the oldest record came that it still has.
Result<void> Ledger::note_since() {
  const auto noted = tables_->place(kCountingSince, 0);
  if (!noted) return noted.error();
  if (noted.value() != 0 && counting_since_s_ == 0) counting_since_s_ = noted.value();
  if (counting_since_s_ == 0) {
    const auto oldest = store_->database.number("SELECT arrived FROM legs ORDER BY id LIMIT 1");
    if (!oldest) return oldest.error();
    counting_since_s_ = oldest.value() != 0 ? oldest.value() : clock_.wall_s();
  }
  return noted.value() != 0 ? Result<void>() : tables_->store_place(kCountingSince, counting_since_s_);
}

Result<void> Ledger::write_counters() {
  if (!known()) return {};
  return ledger::write_counters(store_->database, text("{}/{}", settings_.directory, kCountersName),
                                latest_start(clock_.wall_s()));
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
  return remembers_calls ? Result<void>() : load_open_calls();
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
