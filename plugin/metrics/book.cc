#include "metrics/book.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/text.h"

namespace ucm::metrics {

namespace {

constexpr std::array<std::string_view, 5> kFixedScopes{"all", "inbound", "outbound", "internal", "external"};

constexpr std::int64_t kHorizon_s = 2 * 3600 + 60;  // two hours are shown
constexpr std::int64_t kBusyHorizon_s = 26 * 3600;  // how late a record may come to all_lines_busy

constexpr std::array<Metric, kUnfits> kByUnfit{
    Metric::quarantined_syntax,        Metric::quarantined_not_a_record, Metric::quarantined_bad_value,
    Metric::quarantined_unidentified,  Metric::quarantined_too_deep,     Metric::quarantined_too_large,
    Metric::quarantined_unknown_serial};

}  // namespace

std::vector<Reading> readings_of(const Tally& tally) {
  std::vector<Reading> readings;
  const auto rows = rows_of(tally.group());
  readings.reserve(rows.size());
  for (const Row& row : rows) {
    const std::int64_t value = tally.value(row.metric);
    const bool whole = row.kind == Kind::counter || row.kind == Kind::gauge;
    readings.push_back({&row, value, whole ? static_cast<double>(value) : tally.level(row.metric)});
  }
  return readings;
}

Book::Book(BookSettings settings) : settings_(std::move(settings)) {
  if (settings_.state) live_.emplace(Group::live);
  if (settings_.asked) {
    system_.emplace(Group::system);
    api_.emplace(Group::api);
  }
  each_fixed(
      [&](const Tally& tally) { series_ += static_cast<std::int64_t>(rows_of(tally.group()).size()); });
  for (const std::string_view scope : kFixedScopes) open(std::string(scope));
}

Tally* Book::fixed(Group group) noexcept {
  const auto of = [](std::optional<Tally>& tally) { return tally ? &*tally : nullptr; };
  switch (group) {
    case Group::legs:
      return &legs_;
    case Group::self:
      return &self_;
    case Group::alert:
      return &alert_;
    case Group::live:
      return of(live_);
    case Group::system:
      return of(system_);
    case Group::api:
      return of(api_);
    case Group::calls:
    case Group::histogram:
    case Group::traffic:
    case Group::capacity:
    case Group::queueing:
    case Group::trunk:
    case Group::queue:
    case Group::agent:
      return nullptr;
  }
  return nullptr;
}

std::vector<Group> Book::groups_of(std::optional<ScopeKind> kind, bool all) const {
  const bool trunk = kind == ScopeKind::trunk;
  const bool queue = kind == ScopeKind::queue;
  const bool many_calls = !kind || trunk || queue || kind == ScopeKind::ringgroup;
  std::vector<Group> groups{Group::calls};
  if (settings_.histograms && many_calls) groups.push_back(Group::histogram);
  if (trunk || all) groups.push_back(Group::traffic);
  if (trunk) groups.push_back(Group::capacity);
  if (queue) groups.push_back(Group::queueing);
  if (settings_.state && trunk) groups.push_back(Group::trunk);
  if (settings_.state && queue) groups.push_back(Group::queue);
  return groups;
}

std::int64_t Book::rows_for(ScopeKind kind) const {
  std::int64_t rows = 0;
  for (const Group group : groups_of(kind, false)) rows += static_cast<std::int64_t>(rows_of(group).size());
  return rows;
}

Tally* Book::Scope::of(Group group) noexcept {
  const auto found = std::find_if(tallies.begin(), tallies.end(),
                                  [group](const Tally& tally) { return tally.group() == group; });
  return found == tallies.end() ? nullptr : &*found;
}

const Tally* Book::Scope::of(Group group) const noexcept {
  const auto found = std::find_if(tallies.begin(), tallies.end(),
                                  [group](const Tally& tally) { return tally.group() == group; });
  return found == tallies.end() ? nullptr : &*found;
}

void Book::open(const std::string& name, std::optional<ScopeKind> kind) {
  const auto [at, added] = scopes_.try_emplace(name);
  if (!added) return;
  Scope& scope = at->second;
  for (const Group group : groups_of(kind, name == kFixedScopes.front())) {
    scope.tallies.emplace_back(group);
    series_ += static_cast<std::int64_t>(rows_of(group).size());
  }
  if (scope.of(Group::traffic) != nullptr) scope.traffic.emplace(kHorizon_s);
  self_.set(Metric::series, series_);
}

// Whether a scope of the kind fits, with room left for the scope "other" of every kind that has none yet.
bool Book::room(ScopeKind kind) const {
  std::int64_t reserved = 0;
  for (std::size_t i = 0; i < kScopeKinds; ++i) {
    const auto each = static_cast<ScopeKind>(i);
    if (settings_.kinds.at(i) && !scopes_.contains(other_scope(each))) reserved += rows_for(each);
  }
  return series_ + rows_for(kind) + reserved <= settings_.max_series;
}

void Book::set_capacity(std::string_view trunk, std::int64_t channels) {
  const auto said = settings_.capacities.find(trunk);
  if (said != settings_.capacities.end()) channels = said->second;
  const auto found = scopes_.find(names_.find(ScopeKind::trunk, trunk));
  if (found == scopes_.end()) return;
  Scope& scope = found->second;
  scope.capacity = channels;
  if (channels > 0) scope.traffic->occupancy.reach(kBusyHorizon_s);
}

// Whoever reads the labels shall not be able to try numbers until one fits.
std::string Book::name_for(ScopeKind kind, std::string_view name) const {
  const bool personal = kind == ScopeKind::extension || kind == ScopeKind::did || kind == ScopeKind::account;
  if (!settings_.hashed || !personal) return std::string(name);
  const std::array<std::string_view, 3> parts{salt_, word_for(kind), name};
  return hex(digest128(parts), 5);
}

std::string Book::scope_for(ScopeKind kind, std::string_view said) {
  if (said.empty() || !settings_.kinds.at(static_cast<std::size_t>(kind))) return {};
  const std::string name = name_for(kind, said);
  if (const std::string_view known = names_.find(kind, name); !known.empty()) return std::string(known);
  if (room(kind)) {
    const std::string& scope = names_.give(kind, name);
    open(scope, kind);
    if (kind == ScopeKind::trunk) set_capacity(name, 0);
    new_scopes_.push_back({kind, name, scope});
    return scope;
  }
  std::string other = other_scope(kind);
  if (!scopes_.contains(other)) {
    ++others_open_;
    open(other, kind);
    new_scopes_.push_back({kind, std::string(), other});
  }
  return other;
}

std::vector<std::string> Book::scopes_of(const Call& call) {
  std::vector<std::string> scopes{"all", std::string(word_for(call.direction))};
  const auto join = [&](ScopeKind kind, std::string_view name) {
    std::string scope = scope_for(kind, name);
    if (!scope.empty() && std::find(scopes.begin(), scopes.end(), scope) == scopes.end()) {
      scopes.push_back(std::move(scope));
    }
  };
  for (const std::string& trunk : call.trunks) join(ScopeKind::trunk, trunk);
  for (const std::string& queue : call.queues) join(ScopeKind::queue, queue);
  for (const std::string& ringgroup : call.ringgroups) join(ScopeKind::ringgroup, ringgroup);
  join(ScopeKind::did, call.did);
  join(ScopeKind::account, call.account);
  return scopes;
}

std::vector<std::string> Book::scopes_counted(Call& call) {
  for (std::size_t i = 0; i < call.trunks.size(); ++i) {
    call.seizures[i].scope = scope_for(ScopeKind::trunk, call.trunks[i]);
  }
  return scopes_of(call);
}

// A name that the call had stays where it was counted, or not counted, whatever the settings say by now.
std::vector<std::string> Book::scopes_new_to(const Call& before, const Call& after) {
  std::vector<std::string> scopes;
  const auto join = [&](ScopeKind kind, const std::vector<std::string>& had,
                        const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const bool known = std::find(had.begin(), had.end(), name) != had.end();
      if (!known) scopes.push_back(scope_for(kind, name));
    }
  };
  join(ScopeKind::trunk, before.trunks, after.trunks);
  join(ScopeKind::queue, before.queues, after.queues);
  join(ScopeKind::ringgroup, before.ringgroups, after.ringgroups);
  if (before.account.empty()) scopes.push_back(scope_for(ScopeKind::account, after.account));
  return scopes;
}

Book::Scope& Book::touch(const std::string& name) {
  Scope& scope = scopes_.find(name)->second;
  if (!std::exchange(scope.touched, true)) touched_.push_back(name);
  return scope;
}

void Book::count_quarantined(Unfit unfit) {
  self_.add(Metric::records_quarantined, 1);
  self_.add(kByUnfit.at(static_cast<std::size_t>(unfit)), 1);
}

void Book::set_settling(std::int64_t calls) {
  self_.set(Metric::settling, calls);
}

}  // namespace ucm::metrics
