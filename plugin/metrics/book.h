// The book of one PBX: all its counters, by scope. What is counted here is part of the ledger's transaction:
// keep() follows a commit, revert() a rollback.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/attempts.h"
#include "metrics/distribution.h"
#include "metrics/last_hour.h"
#include "metrics/occupancy.h"
#include "metrics/redials.h"
#include "metrics/scope.h"
#include "metrics/snapshot.h"
#include "metrics/tally.h"
#include "model/call.h"
#include "model/level_formula.h"
#include "model/pbx_status.h"
#include "model/unfit.h"

namespace ucm::metrics {

// In percent; NaN when the denominator is not positive.
[[nodiscard]] double service_level(const CallSums& sums, LevelFormula formula) noexcept;

struct BookSettings {
  std::string host;                                                            // value host
  std::array<bool, kScopeKinds> kinds{true, true, true, false, false, false};  // by ScopeKind
  std::int64_t max_series = 2'000;
  bool asked = false;      // its API is asked, new or legacy
  bool state = false;      // the new one: live calls, trunks, queues
  bool histograms = true;  // of talk and wait
  bool hashed = false;     // extensions, DIDs and account codes stand under a digest
  std::int64_t short_call_s = 6;
  std::int64_t redial_within_s = 60;
  std::int64_t service_level_s = 20;
  std::int64_t short_abandon_s = 5;
  LevelFormula formula = LevelFormula::without_short_abandons;
  std::map<std::string, std::int64_t, std::less<>> capacities = {};  // channels, by the trunk's name
};

// How a call was counted, once and for all: later legs add talk, time and scopes, they change none of these.
// How it was counted in each queue stands in its stays.
struct CountedAs {
  Outcome outcome = Outcome::other;
  std::int64_t wait_s = 0;   // 0 unless answered
  std::int64_t talk_s = 0;   // as it was then: what histograms have
  std::int64_t began_s = 0;  // UTC; see Book::judge
  bool short_call = false;
  bool redial = false;
};

// Of a call alone; what its queues add is apart.
[[nodiscard]] CallSums call_sums(const Call& call, const CountedAs& as) noexcept;

class Book {
 public:
  explicit Book(BookSettings settings);
  // It holds pointers into itself, which a move keeps and a copy would not.
  Book(Book&&) = default;
  Book& operator=(Book&&) = default;
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;
  ~Book() = default;

  // Seconds that the PBX's clock is east of UTC at a moment (UTC), where that is known: what times without a
  // zone mean.
  using OffsetAt = std::function<std::optional<std::int64_t>(std::int64_t epoch_s)>;
  void set_offset_at(OffsetAt offset_at) { offset_at_ = std::move(offset_at); }
  // What makes digests of names nobody else's; before the first name.
  void set_salt(std::string salt) { salt_ = std::move(salt); }
  [[nodiscard]] const std::string& salt() const noexcept { return salt_; }

  // A new leg: its disposition, its talk, how late it came and, where asked for, the extensions that made it
  // or were offered it: gives the scopes of those.
  std::vector<std::string> count_leg(const Leg& leg, std::int64_t arrived_s = 0);
  // How a call that has settled is to be counted. Its begin is what its session testifies to, else its start
  // by the PBX's offset, else its length before `now_s`, which is also the latest that it can be.
  [[nodiscard]] CountedAs judge(const Call& call, std::int64_t now_s) const;
  // A call that has settled, in every scope it belongs to; it notes in `call` how each queue counted it and
  // in which scopes its trunks and queues stand. Gives those scopes.
  std::vector<std::string> count_call(Call& call, const CountedAs& as, std::int64_t now_s);
  // A counted call that a later leg changed: added talk and time are added; the scope of a name that is new
  // to it gets all of it. `had`: the scopes it was counted in; gives those of now.
  std::vector<std::string> amend_call(const Call& before, Call& after, const CountedAs& as,
                                      std::vector<std::string> had, std::int64_t now_s);
  // Whether the settings, and MaxSeries, have this scope.
  [[nodiscard]] bool has(std::string_view scope) const { return scopes_.contains(scope); }
  // What a call that an earlier version counted was counted in: notes it in `call` as count_call() does.
  [[nodiscard]] std::vector<std::string> scopes_counted(Call& call);
  // A call that an earlier run counted: for the statistics of the last hour and day alone.
  void recall(const Call& call, const CountedAs& as, const std::vector<std::string>& scopes,
              std::int64_t now_s);
  // The same for a leg, in the scopes that count_leg() gave.
  void recall_leg(const Leg& leg, const std::vector<std::string>& scopes, std::int64_t arrived_s,
                  std::int64_t now_s);
  void count_quarantined(Unfit unfit);
  void add(Metric self, std::int64_t n = 1) { self_.add(self, n); }
  void set_settling(std::int64_t calls);

  // What the API tells. A level that is not set in a round is to be set to NaN by unknown().
  // REQUIRES: settings().asked; for live, trunk and queue settings().state.
  void add_asked(Metric metric, std::int64_t n = 1);  // a counter of Group::api or Group::system
  [[nodiscard]] bool asked_changed() const noexcept;  // whether the disk lacks any of those
  void level(Metric metric, double value);            // of Group::live, system, self or api
  // The scope of a trunk or queue, opened on first sight; "" where its kind is not asked for.
  [[nodiscard]] std::string scope_of(ScopeKind kind, std::string_view name) {
    const Scope* scope = scope_at(kind, name);
    return scope == nullptr ? std::string() : scope->name;
  }
  void level(std::string_view scope, Metric metric, double value);  // of Group::trunk or queue
  void unknown(Group group);                                        // all levels of the group, in every scope
  // Channels of a trunk that the settings do not know; 0 = not known.
  void set_capacity(std::string_view trunk, std::int64_t channels);
  // How many things an alert is on for. REQUIRES: a row of Group::alert.
  void set_alert(Metric alert, std::int64_t on) { alert_.set(alert, on); }
  void set_alerts_firing(std::int64_t on) { self_.set(Metric::alerts_firing, on); }
  // A caller who has left a queue. `within`: answered within the service level; `in_base`: counts for it.
  // Gives the scope, "" where it was counted in none.
  std::string count_queue_call(const QueueCall& call, bool within, bool in_base);

  // What the disk does not have yet. A scope comes before its counters; all tallies of the fixed scopes exist
  // from the start.
  struct NewScope {
    ScopeKind kind;
    std::string name;
    std::string scope;
  };
  [[nodiscard]] const std::vector<NewScope>& new_scopes() const noexcept { return new_scopes_; }
  using Visit = std::function<void(std::string_view scope, const Row& row, std::int64_t value)>;
  void each_unkept(const Visit& visit) const;
  void keep();
  void revert();

  // The disk has lost everything: all of it is unkept again.
  void carry_over();

  // What an earlier run kept. Scopes first, in the order in which they were given; one that this run's
  // settings leave out or have no room for is passed over, and its counters with it.
  void restore_scope(ScopeKind kind, std::string_view name, std::string_view scope);
  void restore(std::string_view scope, std::string_view key, std::int64_t value);

  // Works out the statistics of the last hour and day that end at this moment; before read().
  void show_windows(std::int64_t now_s);
  // Appends what this PBX has to say. With `taken`, the intervals hold only what came since the last publish.
  void read(bool taken, std::vector<Section>& out) const;
  // The snapshot that read() was made for is up.
  void published(bool taken);

  [[nodiscard]] std::int64_t series() const noexcept { return series_; }
  // How many values one more scope of the kind has.
  [[nodiscard]] std::int64_t rows_for(ScopeKind kind) const {
    return rows_.at(static_cast<std::size_t>(kind));
  }
  // Whether MaxSeries has turned a name away.
  [[nodiscard]] bool full() const noexcept { return others_open_ > 0; }
  [[nodiscard]] const Tally& self() const noexcept { return self_; }
  [[nodiscard]] const Tally* api() const noexcept { return api_ ? &*api_ : nullptr; }
  [[nodiscard]] const Tally* system() const noexcept { return system_ ? &*system_ : nullptr; }
  [[nodiscard]] const BookSettings& settings() const noexcept { return settings_; }
  // A local time of the PBX; empty while nothing is known of its zone, and for what is no time.
  [[nodiscard]] std::optional<std::int64_t> utc_of(std::string_view local) const;

 private:
  struct Window {
    Distribution pending;    // counted, not committed
    Distribution fresh;      // committed, not published
    Distribution published;  // in the latest snapshot

    void keep();
    [[nodiscard]] Distribution shown(bool taken) const;
  };
  // What traffic engineering wants, of all calls and of each trunk.
  struct Traffic {
    explicit Traffic(std::int64_t horizon_s) : occupancy(horizon_s) {}
    Occupancy occupancy;
    Attempts attempts;
  };
  struct Scope {
    std::string name;
    bool is_trunk = false;
    std::vector<Tally> tallies;  // Group::calls first
    Window talk;
    Window wait;
    LastHour hour;
    std::optional<Traffic> traffic;
    std::int64_t capacity = 0;  // of a trunk
    bool touched = false;       // stands in touched_

    [[nodiscard]] Tally* of(Group group) noexcept;
    [[nodiscard]] const Tally* of(Group group) const noexcept;
  };
  // What has moved the statistics of the last hour and day in this turn: put in, or to be taken out again.
  struct Ended {
    Scope* scope = nullptr;
    std::int64_t ended_s = 0;
    std::int64_t now_s = 0;
    CallSums sums;
  };
  struct Begun {
    Scope* scope = nullptr;
    std::int64_t began_s = 0;
    std::int64_t now_s = 0;
  };
  struct Occupied {
    Scope* scope = nullptr;
    std::int64_t from_s = 0;
    std::int64_t until_s = 0;
    std::int64_t lines = 0;
  };
  struct Unkept {
    std::vector<Ended> ended;        // not put in yet
    std::vector<Begun> begun;        // put in
    std::vector<Occupied> occupied;  // put in
    Redials dialled;                 // not put in yet
  };
  // Where a call belongs. Scopes are never closed, so that pointers to them hold.
  struct Belonging {
    std::vector<Scope*> scopes;  // each once
    std::vector<Scope*> trunks;  // of the call's trunks, in their order; null where none is asked for
    std::vector<Scope*> queues;  // of its queues, likewise
  };
  Scope& open(const std::string& name, std::optional<ScopeKind> kind = std::nullopt);
  [[nodiscard]] bool room(ScopeKind kind) const;
  [[nodiscard]] std::vector<Group> groups_of(std::optional<ScopeKind> kind, bool all) const;
  [[nodiscard]] Tally* fixed(Group group) noexcept;
  template <class Visit>
  void each_fixed(Visit visit) {
    for (const Group group :
         {Group::legs, Group::live, Group::system, Group::self, Group::alert, Group::api}) {
      if (Tally* tally = fixed(group)) visit(*tally);
    }
  }
  // The scope for a name, opened on first sight; null where its kind is not asked for.
  [[nodiscard]] Scope* scope_at(ScopeKind kind, std::string_view said);
  [[nodiscard]] Scope* scope_named(std::string_view scope);  // null when it is not open
  // By the names of its trunks and queues as the settings see them now, which it notes in the call.
  [[nodiscard]] Belonging belonging(Call& call);
  // By where it was counted; what was counted nowhere belongs nowhere.
  [[nodiscard]] Belonging counted_in(const Call& call);
  // Of the names that `before` does not have. One that it had stays where it was counted, or was not,
  // whatever the settings say by now.
  [[nodiscard]] std::vector<Scope*> new_scopes_for(const Call& before, const Call& after);
  [[nodiscard]] std::string name_for(ScopeKind kind, std::string_view name) const;
  // Whether the name stood in the open before the settings asked for digests.
  [[nodiscard]] bool hidden(ScopeKind kind, std::string_view name) const;
  void count_in(Scope& scope, const Belonging& to, const Call& call, const CountedAs& as, std::int64_t now_s);
  void count_stays(Call& call, const CountedAs& as, std::int64_t now_s);
  [[nodiscard]] CallSums sums_of(const QueueStay& stay) const;
  [[nodiscard]] static std::vector<Occupied> stretches(Scope& scope, const Belonging& to, const Call* before,
                                                       const Call& after, const CountedAs& as);
  void count_traffic(Scope& scope, const Belonging& to, const Call* before, const Call& after,
                     const CountedAs& as, std::int64_t now_s);
  [[nodiscard]] static std::int64_t occupied_s(const Scope& scope, const Belonging& to, const Call& call);
  [[nodiscard]] std::optional<std::int64_t> offset_at(std::int64_t epoch_s) const {
    return offset_at_ ? offset_at_(epoch_s) : std::nullopt;
  }
  [[nodiscard]] std::optional<std::int64_t> moment_of(std::string_view start,
                                                      std::optional<std::int64_t> epoch_s) const;
  [[nodiscard]] bool has_hour(const Call& call, std::int64_t now_s) const;
  [[nodiscard]] CountedAs judge_alone(const Call& alone, std::int64_t arrived_s) const;
  void note_lateness(const Leg& leg, std::int64_t arrived_s);
  void show_hour(Scope& scope, std::int64_t now_s);
  void show_traffic(Scope& scope, std::int64_t now_s);
  void touch(Scope& scope);

  BookSettings settings_;
  ScopeNames names_;
  std::map<std::string, Scope, std::less<>> scopes_;
  std::array<std::map<std::string, Scope*, std::less<>>, kScopeKinds> named_;  // those of a name, by kind
  std::array<std::int64_t, kScopeKinds> rows_{};                               // of one more scope, by kind
  std::vector<Scope*> touched_;                                                // with something unkept
  std::vector<NewScope> new_scopes_;
  Tally legs_{Group::legs};
  Tally self_{Group::self};
  Tally alert_{Group::alert};
  Window lateness_;
  Unkept unkept_;
  Redials redials_;
  OffsetAt offset_at_;
  std::string salt_;
  std::optional<Tally> live_;
  std::optional<Tally> system_;
  std::optional<Tally> api_;
  std::int64_t series_ = 0;
  std::size_t others_open_ = 0;
};

// The readings of a tally, gauges and counters; intervals are NaN.
[[nodiscard]] std::vector<Reading> readings_of(const Tally& tally);

}  // namespace ucm::metrics
