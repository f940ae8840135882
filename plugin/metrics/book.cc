#include "metrics/book.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ucm::metrics {

namespace {

constexpr std::array<std::string_view, 5> kFixedScopes{"all", "inbound", "outbound", "internal", "external"};

constexpr std::array<Metric, kOutcomes> kByOutcome{Metric::answered, Metric::voicemail, Metric::ivr,
                                                   Metric::busy,     Metric::no_answer, Metric::failed,
                                                   Metric::other};
constexpr std::array<Metric, 5> kByDisposition{Metric::leg_answered, Metric::leg_no_answer, Metric::leg_busy,
                                               Metric::leg_failed, Metric::leg_other};
constexpr std::array<Metric, kUnfits> kByUnfit{
    Metric::quarantined_syntax,        Metric::quarantined_not_a_record, Metric::quarantined_bad_value,
    Metric::quarantined_unidentified,  Metric::quarantined_too_deep,     Metric::quarantined_too_large,
    Metric::quarantined_unknown_serial};

template <class Table, class Enum>
Metric chosen(const Table& table, Enum which) {
  return table.at(static_cast<std::size_t>(which));
}

// A channel's own name for an extension: no trunk ("trunk_3") and no analogue port ("o1").
bool is_extension(std::string_view name) noexcept {
  return !name.empty() && !starts_with_ignoring_case(name, "trunk_") &&
         std::any_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         !(name.front() == 'o' && name.size() <= 3);
}

struct Statistics {
  Metric average, max, p50, p95;
};
constexpr Statistics kTalk{Metric::talk_average, Metric::talk_max, Metric::talk_p50, Metric::talk_p95};
constexpr Statistics kWait{Metric::wait_average, Metric::wait_max, Metric::wait_p50, Metric::wait_p95};

void fill(std::vector<Reading>& readings, const Statistics& rows, const Distribution& distribution) {
  if (distribution.empty()) return;
  readings[place(rows.average)].level = distribution.average();
  readings[place(rows.max)].level = distribution.max();
  readings[place(rows.p50)].level = distribution.percentile(50);
  readings[place(rows.p95)].level = distribution.percentile(95);
}

void append(std::vector<Reading>& readings, const Tally* more) {
  if (more == nullptr) return;
  const std::vector<Reading> added = readings_of(*more);
  readings.insert(readings.end(), added.begin(), added.end());
}

}  // namespace

CountedAs counted_as(const Call& call) noexcept {
  const Outcome outcome = outcome_of(call);
  return {outcome, outcome == Outcome::answered ? wait_s(call) : 0};
}

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
    case Group::live:
      return of(live_);
    case Group::system:
      return of(system_);
    case Group::api:
      return of(api_);
    case Group::calls:
    case Group::trunk:
    case Group::queue:
    case Group::agent:
      return nullptr;
  }
  return nullptr;
}

std::optional<Group> Book::state_group(std::optional<ScopeKind> kind) const noexcept {
  if (!settings_.state) return std::nullopt;
  if (kind == ScopeKind::trunk) return Group::trunk;
  if (kind == ScopeKind::queue) return Group::queue;
  return std::nullopt;
}

std::int64_t Book::rows_for(std::optional<ScopeKind> kind) const noexcept {
  const auto state = state_group(kind);
  return static_cast<std::int64_t>(rows_of(Group::calls).size() + (state ? rows_of(*state).size() : 0));
}

void Book::open(const std::string& scope, std::optional<ScopeKind> kind) {
  const auto [at, added] = scopes_.try_emplace(scope);
  if (!added) return;
  if (const auto group = state_group(kind)) at->second.state.emplace(*group);
  series_ += rows_for(kind);
  self_.set(Metric::series, series_);
}

// Whether a scope of the kind fits, with room left for the scope "other" of every kind that has none yet.
bool Book::room(ScopeKind kind) const noexcept {
  std::int64_t reserved = 0;
  for (std::size_t i = 0; i < kScopeKinds; ++i) {
    const auto each = static_cast<ScopeKind>(i);
    if (settings_.kinds.at(i) && !scopes_.contains(other_scope(each))) reserved += rows_for(each);
  }
  return series_ + rows_for(kind) + reserved <= settings_.max_series;
}

std::string Book::scope_for(ScopeKind kind, std::string_view name) {
  if (name.empty() || !settings_.kinds.at(static_cast<std::size_t>(kind))) return {};
  if (const std::string_view known = names_.find(kind, name); !known.empty()) return std::string(known);
  if (room(kind)) {
    const std::string& scope = names_.give(kind, name);
    open(scope, kind);
    new_scopes_.push_back({kind, std::string(name), scope});
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

Book::Scope& Book::touch(const std::string& name) {
  Scope& scope = scopes_.find(name)->second;
  if (!std::exchange(scope.touched, true)) touched_.push_back(name);
  return scope;
}

void Book::count_in(const std::string& scope, Outcome outcome, std::int64_t talk_s, std::int64_t wait_s) {
  Scope& counted = touch(scope);
  counted.tally.add(chosen(kByOutcome, outcome), 1);
  counted.tally.add(Metric::talk, talk_s * 1000);
  if (outcome != Outcome::answered) return;
  counted.tally.add(Metric::wait, wait_s * 1000);
  counted.talk.pending.add(talk_s);
  counted.wait.pending.add(wait_s);
}

void Book::count_leg(const Leg& leg) {
  legs_.add(chosen(kByDisposition, disposition_of(leg.disposition)), 1);
  legs_.add(Metric::leg_talk, leg.billsec * 1000);
  if (!settings_.kinds.at(static_cast<std::size_t>(ScopeKind::extension))) return;

  Call alone;
  fold(alone, leg);
  const CountedAs as = counted_as(alone);
  std::string first;
  for (const std::string& extension : {leg.channel_ext, leg.dstchannel_ext}) {
    const std::string scope = is_extension(extension) ? scope_for(ScopeKind::extension, extension) : "";
    if (scope.empty() || scope == first) continue;
    count_in(scope, as.outcome, alone.talk_s, as.wait_s);
    first = scope;
  }
}

void Book::count_call(const Call& call, const CountedAs& as) {
  for (const std::string& scope : scopes_of(call)) count_in(scope, as.outcome, call.talk_s, as.wait_s);
}

void Book::amend_call(const Call& before, const Call& after, const CountedAs& as) {
  const std::vector<std::string> had = scopes_of(before);
  for (const std::string& scope : scopes_of(after)) {
    if (std::find(had.begin(), had.end(), scope) == had.end()) {
      count_in(scope, as.outcome, after.talk_s, as.wait_s);
    } else if (after.talk_s != before.talk_s) {
      touch(scope).tally.add(Metric::talk, (after.talk_s - before.talk_s) * 1000);
    }
  }
  self_.add(Metric::calls_amended, 1);
}

void Book::count_quarantined(Unfit unfit) {
  self_.add(Metric::records_quarantined, 1);
  self_.add(chosen(kByUnfit, unfit), 1);
}

void Book::set_settling(std::int64_t calls) {
  self_.set(Metric::settling, calls);
}

void Book::read(bool taken, std::vector<Section>& out) const {
  for (const auto& [name, scope] : scopes_) {
    std::vector<Reading> readings = readings_of(scope.tally);
    for (const auto& [rows, window] : {std::pair(&kTalk, &scope.talk), std::pair(&kWait, &scope.wait)}) {
      if (taken || window->published.empty()) {
        fill(readings, *rows, window->fresh);
      } else {
        Distribution both = window->published;
        both.merge(window->fresh);
        fill(readings, *rows, both);
      }
    }
    const bool all = name == "all";
    append(readings, all ? &legs_ : nullptr);
    append(readings, all && live_ ? &*live_ : nullptr);
    append(readings, scope.state ? &*scope.state : nullptr);
    out.push_back({settings_.host, name, std::move(readings)});
  }
  std::vector<Reading> self = readings_of(self_);
  append(self, api());
  out.push_back({settings_.host, "self", std::move(self)});
  if (system_) out.push_back({settings_.host, "system", readings_of(*system_)});
}

void Book::published(bool taken) {
  for (auto& [name, scope] : scopes_) {
    for (Window* window : {&scope.talk, &scope.wait}) {
      if (taken) window->published.clear();
      window->published.merge(window->fresh);
      window->fresh.clear();
    }
  }
}

}  // namespace ucm::metrics
