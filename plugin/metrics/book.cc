#include "metrics/book.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/text.h"

namespace ucm::metrics {

namespace {

constexpr std::array<std::string_view, 5> kFixedScopes{"all", "inbound", "outbound", "internal", "external"};

constexpr std::int64_t kHorizon_s = 2LL * 3600 + 60;  // two hours are shown
constexpr std::int64_t kBusyHorizon_s = 26LL * 3600;  // how late a record may come to all_lines_busy

constexpr std::array<Metric, kUnfits> kByUnfit{
    Metric::quarantined_syntax,        Metric::quarantined_not_a_record, Metric::quarantined_bad_value,
    Metric::quarantined_unidentified,  Metric::quarantined_too_deep,     Metric::quarantined_too_large,
    Metric::quarantined_unknown_serial};

// In front of a digest: none of a name that is one of digits alone.
constexpr char kHashedHead = 'x';

bool personal(ScopeKind kind) noexcept {
  return kind == ScopeKind::extension || kind == ScopeKind::did || kind == ScopeKind::account;
}

}  // namespace

std::vector<Reading> readings_of(const Tally& tally) {
  std::vector<Reading> readings;
  const auto rows = rows_of(tally.group());
  readings.reserve(rows.size());
  for (const Row& row : rows) {
    const std::int64_t value = tally.value(row.metric);
    const bool whole = row.kind == Kind::counter || row.kind == Kind::gauge;
    readings.push_back({&row, value, whole ? static_cast<double>(value) : tally.level(row.metric), {}});
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
  for (std::size_t kind = 0; kind < kScopeKinds; ++kind) {
    for (const Group group : groups_of(static_cast<ScopeKind>(kind), false))
      rows_.at(kind) += static_cast<std::int64_t>(rows_of(group).size());
  }
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

Book::Scope& Book::open(const std::string& name, std::optional<ScopeKind> kind) {
  const auto [at, added] = scopes_.try_emplace(name);
  Scope& scope = at->second;
  if (!added) return scope;
  scope.name = name;
  scope.is_trunk = kind == ScopeKind::trunk;
  for (const Group group : groups_of(kind, name == kFixedScopes.front())) {
    scope.tallies.emplace_back(group);
    series_ += static_cast<std::int64_t>(rows_of(group).size());
  }
  if (scope.of(Group::traffic) != nullptr) scope.traffic.emplace(kHorizon_s);
  self_.set(Metric::series, series_);
  return scope;
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
  const auto& trunks = named_[static_cast<std::size_t>(ScopeKind::trunk)];
  const auto found = trunks.find(trunk);
  if (found == trunks.end()) return;
  found->second->capacity = channels;
  if (channels > 0) found->second->traffic->occupancy.reach(kBusyHorizon_s);
}

// Whoever reads the labels shall not be able to try numbers until one fits.
std::string Book::name_for(ScopeKind kind, std::string_view name) const {
  if (!settings_.hashed || !personal(kind)) return std::string(name);
  const std::array<std::string_view, 3> parts{salt_, word_for(kind), name};
  return kHashedHead + hex(digest128(parts), 5);
}

bool Book::hidden(ScopeKind kind, std::string_view name) const {
  return settings_.hashed && personal(kind) && !(name.size() == 11 && name.front() == kHashedHead);
}

Book::Scope* Book::scope_at(ScopeKind kind, std::string_view said) {
  if (said.empty() || !settings_.kinds.at(static_cast<std::size_t>(kind))) return nullptr;
  const std::string hashed = settings_.hashed ? name_for(kind, said) : std::string();
  const std::string_view name = settings_.hashed ? hashed : said;
  auto& known = named_.at(static_cast<std::size_t>(kind));
  if (const auto found = known.find(name); found != known.end()) return found->second;
  if (room(kind)) {
    Scope& scope = open(names_.give(kind, name), kind);
    known.emplace(name, &scope);
    if (kind == ScopeKind::trunk) set_capacity(name, 0);
    new_scopes_.push_back({kind, std::string(name), scope.name});
    return &scope;
  }
  const std::string other = other_scope(kind);
  if (const auto found = scopes_.find(other); found != scopes_.end()) return &found->second;
  ++others_open_;
  new_scopes_.push_back({kind, std::string(), other});
  return &open(other, kind);
}

Book::Scope* Book::scope_named(std::string_view scope) {
  const auto found = scopes_.find(scope);
  return found == scopes_.end() ? nullptr : &found->second;
}

Book::Belonging Book::belonging(Call& call) {
  Belonging to;
  const auto join = [&to](Scope* scope) {
    if (scope == nullptr || std::find(to.scopes.begin(), to.scopes.end(), scope) != to.scopes.end()) return;
    to.scopes.push_back(scope);
  };
  join(scope_named(kFixedScopes.front()));
  join(scope_named(word_for(call.direction)));
  for (std::size_t i = 0; i < call.trunks.size(); ++i) {
    Scope* scope = scope_at(ScopeKind::trunk, call.trunks[i]);
    call.seizures[i].scope = scope == nullptr ? std::string() : scope->name;
    to.trunks.push_back(scope);
    join(scope);
  }
  for (const std::string& queue : call.queues) {
    to.queues.push_back(scope_at(ScopeKind::queue, queue));
    join(to.queues.back());
  }
  for (const std::string& ringgroup : call.ringgroups) join(scope_at(ScopeKind::ringgroup, ringgroup));
  join(scope_at(ScopeKind::did, call.did));
  join(scope_at(ScopeKind::account, call.account));
  return to;
}

Book::Belonging Book::counted_in(const Call& call) {
  Belonging to;
  for (const Seizure& seizure : call.seizures) to.trunks.push_back(scope_named(seizure.scope));
  for (const QueueStay& stay : call.stays) to.queues.push_back(scope_named(stay.scope));
  return to;
}

std::vector<Book::Scope*> Book::new_scopes_for(const Call& before, const Call& after) {
  std::vector<Scope*> scopes;
  const auto join = [&](ScopeKind kind, const std::vector<std::string>& had,
                        const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (std::find(had.begin(), had.end(), name) == had.end()) scopes.push_back(scope_at(kind, name));
    }
  };
  join(ScopeKind::trunk, before.trunks, after.trunks);
  join(ScopeKind::queue, before.queues, after.queues);
  join(ScopeKind::ringgroup, before.ringgroups, after.ringgroups);
  if (before.account.empty()) scopes.push_back(scope_at(ScopeKind::account, after.account));
  std::erase(scopes, nullptr);
  return scopes;
}

void Book::touch(Scope& scope) {
  if (!std::exchange(scope.touched, true)) touched_.push_back(&scope);
}

void Book::count_quarantined(Unfit unfit) {
  self_.add(Metric::records_quarantined, 1);
  self_.add(kByUnfit.at(static_cast<std::size_t>(unfit)), 1);
}

void Book::set_settling(std::int64_t calls) {
  self_.set(Metric::settling, calls);
}

}  // namespace ucm::metrics
