#include "metrics/book.h"

#include <algorithm>
#include <limits>
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
    const bool interval = row.kind == Kind::interval;
    readings.push_back(
        {&row, value, interval ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(value)});
  }
  return readings;
}

Book::Book(BookSettings settings) : settings_(std::move(settings)) {
  for (const std::string_view scope : kFixedScopes) open(std::string(scope));
}

void Book::open(const std::string& scope) {
  if (scopes_.try_emplace(scope).second) self_.set(Metric::series, series());
}

std::int64_t Book::series() const noexcept {
  return static_cast<std::int64_t>(scopes_.size() * rows_of(Group::calls).size() +
                                   rows_of(Group::legs).size() + rows_of(Group::self).size());
}

bool Book::room() const noexcept {
  const auto wanted =
      static_cast<std::size_t>(std::count(settings_.kinds.begin(), settings_.kinds.end(), true));
  const std::size_t reserved = wanted > others_open_ ? wanted - others_open_ : 0;
  const auto scope = static_cast<std::int64_t>(rows_of(Group::calls).size());
  return series() + scope * static_cast<std::int64_t>(1 + reserved) <= settings_.max_series;
}

std::string Book::scope_for(ScopeKind kind, std::string_view name) {
  if (name.empty() || !settings_.kinds.at(static_cast<std::size_t>(kind))) return {};
  if (const std::string_view known = names_.find(kind, name); !known.empty()) return std::string(known);
  if (room()) {
    const std::string& scope = names_.give(kind, name);
    open(scope);
    new_scopes_.push_back({kind, std::string(name), scope});
    return scope;
  }
  std::string other = other_scope(kind);
  if (!scopes_.contains(other)) {
    ++others_open_;
    open(other);
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

void Book::each_unkept(const Visit& visit) const {
  for (const std::string& scope : touched_) {
    scopes_.find(scope)->second.tally.each_unkept(
        [&](const Row& row, std::int64_t value) { visit(scope, row, value); });
  }
  legs_.each_unkept([&](const Row& row, std::int64_t value) { visit("all", row, value); });
  self_.each_unkept([&](const Row& row, std::int64_t value) { visit("self", row, value); });
}

void Book::keep() {
  for (const std::string& name : touched_) {
    Scope& scope = scopes_.find(name)->second;
    scope.touched = false;
    scope.tally.keep();
    for (Window* window : {&scope.talk, &scope.wait}) {
      window->fresh.merge(window->pending);
      window->pending.clear();
    }
  }
  legs_.keep();
  self_.keep();
  touched_.clear();
  new_scopes_.clear();
}

void Book::revert() {
  std::erase_if(touched_, [this](const std::string& name) {
    Scope& scope = scopes_.find(name)->second;
    scope.tally.revert();
    scope.talk.pending.clear();
    scope.wait.pending.clear();
    scope.touched = scope.tally.changed();  // still: a new disk has none of it
    return !scope.touched;
  });
  legs_.revert();
  self_.revert();  // new_scopes_ stay: the disk does not have them, the next commit tries again
}

void Book::carry_over() {
  new_scopes_.clear();
  names_.each([&](ScopeKind kind, const std::string& name, const std::string& scope) {
    new_scopes_.push_back({kind, name, scope});
  });
  for (std::size_t kind = 0; kind < kScopeKinds; ++kind) {
    const std::string other = other_scope(static_cast<ScopeKind>(kind));
    if (scopes_.contains(other)) new_scopes_.push_back({static_cast<ScopeKind>(kind), std::string(), other});
  }
  for (auto& [name, scope] : scopes_) touch(name).tally.forget_kept();
  legs_.forget_kept();
  self_.forget_kept();
}

void Book::restore_scope(ScopeKind kind, std::string_view name, std::string_view scope) {
  if (!settings_.kinds.at(static_cast<std::size_t>(kind))) return;
  const bool other = scope == other_scope(kind);
  if (!other && !room()) return;
  if (other) {
    ++others_open_;
  } else {
    names_.restore(kind, name, scope);
  }
  open(std::string(scope));
}

void Book::restore(std::string_view scope, std::string_view key, std::int64_t value) {
  const auto into = [&](Tally& tally) {
    for (const Row& row : rows_of(tally.group())) {
      if (row.kind == Kind::counter && key_of(row) == key) tally.restore(row.metric, value);
    }
  };
  if (scope == "self") into(self_);
  if (scope == "all") into(legs_);
  if (const auto found = scopes_.find(scope); found != scopes_.end()) into(found->second.tally);
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
    if (name == "all") {
      const std::vector<Reading> legs = readings_of(legs_);
      readings.insert(readings.end(), legs.begin(), legs.end());
    }
    out.push_back({settings_.host, name, std::move(readings)});
  }
  out.push_back({settings_.host, "self", readings_of(self_)});
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
