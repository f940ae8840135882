// How a ledger becomes ready: at the start, and after whatever went wrong with its disk.
#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/text.h"
#include "ledger/counters_file.h"
#include "ledger/ledger.h"

namespace ucm::ledger {

namespace {

constexpr std::string_view kCountingSince = "counting_since";
constexpr std::int64_t kReadAgainMs = 3'000;  // a disk may fail for a moment
constexpr std::int64_t kLongestMs = 300'000;

}  // namespace

Result<void> Ledger::ready() {
  if (store_ && !store_->in_place()) {
    // The log of the file that was in use would be read into the one that stands there now.
    const std::vector<std::string> left = companions_of(store_->path);
    tables_.reset();
    store_.reset();
    std::error_code gone;
    for (const std::string& name : left) std::filesystem::remove(name, gone);
    moved_ = !stale_;
    return Error{Fault::storage,
                 text("{} was deleted or replaced while it was in use; a new one goes on with the counters "
                      "as they are, but without the records",
                      kFileName)};
  }
  if (!store_) {
    if (suspicion_ && clock_.mono_ms() < suspicion_->next_ms) {
      return Error{Fault::storage, text("its file seems damaged ({}) and is read again", suspicion_->what)};
    }
    auto opened = open();
    if (!opened && look_ == Look::last) opened = open();
    if (!opened) {
      tables_.reset();
      store_.reset();
      put_off();
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
    suspicion_ = {found.what, clock_.mono_ms(), clock_.mono_ms() + kReadAgainMs, 0};
    look_ = Look::again;
  } else if (clock_.mono_ms() >= suspicion_->since_ms + kReadAgainMs) {
    look_ = Look::last;
  }
}

// A disk that fails while the whole file is read: that takes long, and is not tried again at once.
void Ledger::put_off() {
  if (!suspicion_ || look_ != Look::again || clock_.mono_ms() < suspicion_->next_ms) return;
  suspicion_->next_ms =
      clock_.mono_ms() + std::min(kReadAgainMs << std::min(suspicion_->reads++, 10), kLongestMs);
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

  if (!loaded_) {
    if (auto recovered = recover_counters(); !recovered) return recovered;
  }
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

// The ledger of earlier runs is gone, or there was none: this one has counted nothing yet. A disk that fails
// is tried again.
Result<void> Ledger::recover_counters() {
  const auto known =
      store_->database.number("SELECT (SELECT count(*) FROM pbx) + (SELECT count(*) FROM counters)");
  if (!known) return known.error();
  if (known.value() > 0) return {};
  const std::string path = text("{}/{}", settings_.directory, kCountersName);
  const Result<bool> read = read_counters(store_->database, path);
  if (!read && read.error().fault != Fault::malformed) return Error{Fault::storage, read.error().what};
  if (!read) {
    const std::string aside = path + ".unreadable";
    std::error_code fault;
    std::filesystem::rename(path, aside, fault);
    log_.say(Severity::error,
             text("ledger: the counters of earlier runs cannot be read ({}): they begin at 0. The file is "
                  "kept as {}",
                  read.error().what, aside));
  } else if (read.value()) {
    log_.say(
        Severity::warning,
        text(
            "ledger: there is no {} any more, and a new one was begun. Its counters go on from {}, which was "
            "written within the last hour of the run before; records of before are not counted again",
            kFileName, path));
  }
  return {};
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

}  // namespace ucm::ledger
