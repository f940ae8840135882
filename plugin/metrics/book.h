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

#include "metrics/distribution.h"
#include "metrics/scope.h"
#include "metrics/snapshot.h"
#include "metrics/tally.h"
#include "model/call.h"
#include "model/pbx_status.h"
#include "model/unfit.h"

namespace ucm::metrics {

struct BookSettings {
  std::string host;                                                            // value host
  std::array<bool, kScopeKinds> kinds{true, true, true, false, false, false};  // by ScopeKind
  std::int64_t max_series = 500;
  bool asked = false;  // its API is asked, new or legacy
  bool state = false;  // the new one: live calls, trunks, queues
};

// How a call was counted, once and for all: later legs add talk and scopes, they change neither of these.
struct CountedAs {
  Outcome outcome = Outcome::other;
  std::int64_t wait_s = 0;  // 0 unless answered
};

[[nodiscard]] CountedAs counted_as(const Call& call) noexcept;

class Book {
 public:
  explicit Book(BookSettings settings);

  // A new leg: its disposition, its talk and, where asked for, the extensions that made it or were offered
  // it.
  void count_leg(const Leg& leg);
  // A call that has settled, in every scope it belongs to.
  void count_call(const Call& call, const CountedAs& as);
  // A counted call that a later leg changed: added talk is added; a scope that is new to it gets all of it.
  void amend_call(const Call& before, const Call& after, const CountedAs& as);
  void count_quarantined(Unfit unfit);
  void add(Metric self, std::int64_t n = 1) { self_.add(self, n); }
  void set_settling(std::int64_t calls);

  // What the API tells. A level that is not set in a round is to be set to NaN by unknown().
  // REQUIRES: settings().asked; for live, trunk and queue settings().state.
  void add_asked(Metric metric, std::int64_t n = 1);  // a counter of Group::api or Group::system
  [[nodiscard]] bool asked_changed() const noexcept;  // whether the disk lacks any of those
  void level(Metric metric, double value);            // of Group::live, system, self or api
  // The scope of a trunk or queue, opened on first sight; "" where its kind is not asked for.
  [[nodiscard]] std::string scope_of(ScopeKind kind, std::string_view name) { return scope_for(kind, name); }
  void level(std::string_view scope, Metric metric, double value);  // of Group::trunk or queue
  void unknown(Group group);                                        // all levels of the group, in every scope
  // A caller who has left a queue. `within`: answered within the service level; `in_base`: counts for it.
  void count_queue_call(const QueueCall& call, bool within, bool in_base);

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

  // Appends what this PBX has to say. With `taken`, the intervals hold only what came since the last publish.
  void read(bool taken, std::vector<Section>& out) const;
  // The snapshot that read() was made for is up.
  void published(bool taken);

  [[nodiscard]] std::int64_t series() const noexcept { return series_; }
  // Whether MaxSeries has turned a name away.
  [[nodiscard]] bool full() const noexcept { return others_open_ > 0; }
  [[nodiscard]] const Tally& self() const noexcept { return self_; }
  [[nodiscard]] const Tally* api() const noexcept { return api_ ? &*api_ : nullptr; }
  [[nodiscard]] const Tally* system() const noexcept { return system_ ? &*system_ : nullptr; }
  [[nodiscard]] const BookSettings& settings() const noexcept { return settings_; }

 private:
  struct Window {
    Distribution pending;    // counted, not committed
    Distribution fresh;      // committed, not published
    Distribution published;  // in the latest snapshot
  };
  struct Scope {
    Tally tally{Group::calls};
    Window talk;
    Window wait;
    std::optional<Tally> state;  // of trunk-X and queue-X, where the API is asked for them
    bool touched = false;        // stands in touched_
  };
  void open(const std::string& scope, std::optional<ScopeKind> kind = std::nullopt);
  [[nodiscard]] bool room(ScopeKind kind) const noexcept;
  [[nodiscard]] std::optional<Group> state_group(std::optional<ScopeKind> kind) const noexcept;
  [[nodiscard]] std::int64_t rows_for(std::optional<ScopeKind> kind) const noexcept;
  [[nodiscard]] Tally* fixed(Group group) noexcept;
  template <class Visit>
  void each_fixed(Visit visit) {
    for (const Group group : {Group::legs, Group::live, Group::system, Group::self, Group::api}) {
      if (Tally* tally = fixed(group)) visit(*tally);
    }
  }
  // The scope for a name, "" where its kind is not asked for.
  [[nodiscard]] std::string scope_for(ScopeKind kind, std::string_view name);
  [[nodiscard]] std::vector<std::string> scopes_of(const Call& call);
  void count_in(const std::string& scope, Outcome outcome, std::int64_t talk_s, std::int64_t wait_s);
  Scope& touch(const std::string& scope);

  BookSettings settings_;
  ScopeNames names_;
  std::map<std::string, Scope, std::less<>> scopes_;
  std::vector<std::string> touched_;  // scopes with something unkept
  std::vector<NewScope> new_scopes_;
  Tally legs_{Group::legs};
  Tally self_{Group::self};
  std::optional<Tally> live_;
  std::optional<Tally> system_;
  std::optional<Tally> api_;
  std::int64_t series_ = 0;
  std::size_t others_open_ = 0;
};

// The readings of a tally, gauges and counters; intervals are NaN.
[[nodiscard]] std::vector<Reading> readings_of(const Tally& tally);

}  // namespace ucm::metrics
