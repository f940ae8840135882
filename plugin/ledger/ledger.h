// What is remembered: every leg once, every call once, counters that go on for ever. One turn of the loop is
// one transaction: admit and settle as often as there is cause, then commit() once; only after it may anybody
// be told that a record is kept. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "ledger/erasure.h"
#include "ledger/open_calls.h"
#include "ledger/store.h"
#include "ledger/tables.h"
#include "metrics/book.h"
#include "model/leg.h"
#include "model/pbx_status.h"
#include "model/unfit.h"

namespace ucm::ledger {

struct PbxLedger {
  std::string name;
  metrics::BookSettings book;
};

struct LedgerSettings {
  std::string directory;
  std::int64_t retention_s = 35LL * 86'400;
  std::int64_t settle_ms = 15'000;
  std::int64_t quarantine_rows = 10'000;
  std::int64_t quarantine_bytes = 16LL * 1024 * 1024;
  std::vector<PbxLedger> pbxes;
};

enum class Admitted {
  counted,    // new: counted as a leg, and its session is open or amended
  duplicate,  // known: nothing changes but legs_duplicate or legs_reread
  too_old,    // it may have been counted before what retention has forgotten: legs_too_old
};

// A call that was counted in this turn, or changed by a late leg.
struct Ended {
  std::size_t pbx = 0;
  Call call;
  metrics::CountedAs as;
  std::int64_t elapsed_before_s = 0;  // 0 unless it was counted before
  bool again = false;                 // whether it was
};

struct Size {
  std::int64_t legs = 0;
  std::int64_t calls = 0;
  std::int64_t quarantined = 0;
  std::int64_t quarantined_bytes = 0;
  std::int64_t file_bytes = 0;
};

class Ledger {
 public:
  // REQUIRES: `log` and `clock` outlive it.
  Ledger(LedgerSettings settings, Log& log, const Clock& clock);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Makes it ready for a turn: opens the file, brings counters and unsettled sessions back. Cheap when it is
  // ready already. A fault may pass: try again later; until then nothing is counted.
  [[nodiscard]] Result<void> ready();
  // Whether the counters of earlier runs are known: before that, no counter may be shown.
  [[nodiscard]] bool loaded() const noexcept { return loaded_; }
  // Whether what is remembered() of a PBX is as the disk has it.
  [[nodiscard]] bool known() const noexcept { return loaded_ && store_ && !stale_; }

  // A turn. After any error the turn is lost as a whole: call abandon(), count nothing, answer nobody 200.
  // REQUIRES: ready(), and pbx < settings.pbxes.size()
  [[nodiscard]] Result<Admitted> admit(std::size_t pbx, const Leg& leg, Origin origin);
  // `pbx` empty: the sender could not be told to be one PBX.
  [[nodiscard]] Result<void> quarantine(std::optional<std::size_t> pbx, Unfit unfit, std::string_view detail,
                                        std::string_view bytes);
  // Counts calls whose session has settled, at most `most` of them; true when more are due.
  [[nodiscard]] Result<bool> settle(std::size_t most);
  // What is known of a PBX beside its counters, by a name of a fixed vocabulary; part of the turn.
  [[nodiscard]] Result<void> remember(std::size_t pbx, std::string_view name, std::string_view value);
  // As of the last commit, or this turn. "" when there is nothing.
  [[nodiscard]] std::string_view remembered(std::size_t pbx, std::string_view name) const;
  // A caller who has left a queue: counted once for ever, as the service level of the settings wants it.
  [[nodiscard]] Result<Admitted> admit(std::size_t pbx, const QueueCall& call);
  // One small step of retention; true when there is more to forget. Never more than some milliseconds.
  // `steady_ms`: how long the clock has not jumped. Nothing goes before that is kSteadyMs, and a day where
  // all there is would go; nor what the PBX says is of the time that is kept.
  [[nodiscard]] Result<bool> forget(std::int64_t steady_ms);
  static constexpr std::int64_t kSteadyMs = 15LL * 60 * 1000;
  // Begins to take the records of a number out of the file, of one PBX or, with "", of all; refused while one
  // is at it, for an unknown PBX and for what is no number. Every turn then does a step of it.
  [[nodiscard]] Result<void> erase(std::string_view pbx, std::string_view number);
  [[nodiscard]] Result<bool> erase_step();  // true when the next one may follow at once
  [[nodiscard]] const Erasure* erasure() const noexcept { return erasure_ ? &*erasure_ : nullptr; }
  // On disk when it returns. `everything`: also what belongs to no record and is otherwise written with the
  // next record (refused senders, connections).
  [[nodiscard]] Result<std::vector<Ended>> commit(bool everything = false);
  void abandon(const Error& cause);

  [[nodiscard]] const LedgerSettings& settings() const noexcept { return settings_; }
  [[nodiscard]] metrics::Book& book(std::size_t pbx) { return shelves_[pbx].book; }
  [[nodiscard]] metrics::Tally& agent() noexcept { return agent_; }
  [[nodiscard]] std::size_t open_calls() const noexcept { return open_.size(); }

  // Writes the counters beside the ledger, for the day on which it is lost. REQUIRES: between two turns.
  [[nodiscard]] Result<void> write_counters();
  // Since when they count: when the first ledger of this directory was begun. 0 while that is not known.
  [[nodiscard]] std::int64_t counting_since_s() const noexcept { return counting_since_s_; }
  // Ledgers that could not be used, by their names in the directory. Retention deletes them.
  [[nodiscard]] std::vector<std::string> files_aside() const {
    return ledger::files_aside(settings_.directory);
  }

  // For the operator; each asks the file.
  [[nodiscard]] Result<std::vector<QuarantinedRecord>> quarantined(std::int64_t limit);
  [[nodiscard]] Result<Size> size();
  // Runs `visit` for each call of the PBX that began at or after this second (UTC), by its begin.
  using VisitCall = std::function<void(const Call& call, const metrics::CountedAs& as)>;
  [[nodiscard]] Result<void> each_call(std::size_t pbx, std::int64_t began_from, const VisitCall& visit);
  // Whether these very bytes of the PBX are in the quarantine already.
  [[nodiscard]] Result<bool> has_quarantined(std::size_t pbx, std::string_view bytes);
  [[nodiscard]] Result<std::vector<NamedRecording>> recordings_of(std::string_view pbx, std::string_view call,
                                                                  std::int64_t limit);

  // More sessions than this are not held in memory: the oldest are settled early, and amended by what
  // follows.
  static constexpr std::size_t kMostOpen = 100'000;

 private:
  // What stands under this name: the newest start of a leg that a lost ledger held. What the API offers of
  // before may have been counted then.
  static constexpr std::string_view kLostUntil = "lost_until";

  struct Shelf {
    std::string name;
    std::int64_t id = 0;
    metrics::Book book;
    std::string forgotten;  // the newest start that retention has deleted; "" = none
    std::string newest;     // start of any leg of this run
    std::map<std::string, std::string, std::less<>> standing;  // as the disk has it, and this turn
    bool erased = false;                                       // some call of it stands without its session
  };

  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> open();
  void suspect(const Error& found);
  void put_off();
  [[nodiscard]] Result<void> note_newest(Shelf& shelf);
  [[nodiscard]] Result<void> load();
  [[nodiscard]] Result<void> recover_counters();
  [[nodiscard]] Result<void> note_since();
  [[nodiscard]] Result<void> load_shelf(Shelf& shelf);
  [[nodiscard]] Result<void> load_salt(Shelf& shelf);
  [[nodiscard]] Result<void> recall_calls(Shelf& shelf);
  [[nodiscard]] Result<void> reread();
  [[nodiscard]] Result<void> load_open_calls();
  [[nodiscard]] Result<void> fold_in(std::size_t pbx, std::int64_t leg_id, const Leg& leg);
  [[nodiscard]] Result<void> amend(std::size_t pbx, StoredCall before, const Leg& leg);
  [[nodiscard]] Result<std::optional<StoredCall>> counted_call(const Shelf& shelf,
                                                               const std::string& session);
  [[nodiscard]] Result<Leg> without_erased(const Shelf& shelf, const Leg& leg);
  void clear_log();
  [[nodiscard]] Result<void> begin_audit();
  [[nodiscard]] Result<void> carry_over(const Shelf& shelf);
  [[nodiscard]] Result<void> adopt(Shelf& shelf, StoredCall& call);
  [[nodiscard]] Result<void> carry_unseen(const Shelf& shelf, const StoredCall& call, std::int64_t times);
  [[nodiscard]] Result<void> trim_quarantine();
  [[nodiscard]] Result<bool> forget_legs(std::int64_t before);
  [[nodiscard]] Result<bool> is_contradicted(std::int64_t before);
  [[nodiscard]] Result<bool> correct_arrivals();
  struct Aged;
  [[nodiscard]] Result<bool> forget_old(const Aged& rows);
  [[nodiscard]] Result<void> store_books(bool everything);
  [[nodiscard]] std::optional<std::size_t> shelf_of(std::int64_t pbx_id) const;
  [[nodiscard]] bool is_recent(std::int64_t pbx, std::string_view start, std::int64_t before) const;

  LedgerSettings settings_;
  Log& log_;
  const Clock& clock_;
  std::vector<Shelf> shelves_;  // those of the settings first, in their order; then PBXes of earlier runs
  metrics::Tally agent_{metrics::Group::agent};
  OpenCalls open_;
  std::vector<Ended> ended_;
  std::int64_t placeless_ = 0;  // records of no PBX that were quarantined in this turn

  std::optional<Store> store_;
  std::optional<Tables> tables_;
  std::optional<Erasure> erasure_;  // the last one
  std::int64_t counting_since_s_ = 0;
  std::int64_t next_leg_id_ = 1;
  std::int64_t open_from_ = 0;  // as the disk has it
  std::int64_t quarantined_rows_ = 0;
  std::int64_t quarantined_bytes_ = 0;
  int failures_ = 0;  // turns abandoned since the last commit
  bool loaded_ = false;
  bool moved_ = false;  // the file in use was taken away, and memory was as it was
  bool lost_ = false;   // the file that was in use is gone; the new one does not say so yet
  bool stale_ = false;  // memory may be ahead of the disk: what is not a counter is to be read again
  struct Suspicion {
    std::string what;
    std::int64_t since_ms = 0;
    std::int64_t next_ms = 0;  // when it is read again
    int reads = 0;             // that the disk did not let end
  };
  std::optional<Suspicion> suspicion_;  // the file seemed damaged; until a turn is kept in it
  Look look_ = Look::first;             // at the next opening
};

}  // namespace ucm::ledger
