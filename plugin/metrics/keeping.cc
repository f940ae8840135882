// What of a book the disk has, and what it gets.
#include <algorithm>
#include <utility>

#include "metrics/book.h"

namespace ucm::metrics {

void Book::each_unkept(const Visit& visit) const {
  for (const Scope* scope : touched_) {
    const auto in_scope = [&](const Row& row, std::int64_t value) { visit(scope->name, row, value); };
    for (const Tally& tally : scope->tallies) tally.each_unkept(in_scope);
  }
  for (const auto& [scope, tally] : {std::pair("all", &legs_), std::pair("self", &self_),
                                     std::pair("self", api()), std::pair("system", system())}) {
    if (tally == nullptr) continue;
    tally->each_unkept([&, in = scope](const Row& row, std::int64_t value) { visit(in, row, value); });
  }
}

void Book::keep() {
  for (Scope* scope : touched_) {
    scope->touched = false;
    for (Tally& tally : scope->tallies) tally.keep();
    scope->talk.keep();
    scope->wait.keep();
  }
  lateness_.keep();
  each_fixed([](Tally& tally) { tally.keep(); });
  touched_.clear();
  new_scopes_.clear();
  for (const Ended& ended : unkept_.ended) {
    ended.scope->hour.add(ended.ended_s, ended.sums, ended.now_s);
  }
  redials_.merge(unkept_.dialled);
  unkept_ = {};
}

void Book::revert() {
  std::erase_if(touched_, [](Scope* scope) {
    for (Tally& tally : scope->tallies) tally.revert();
    scope->talk.pending.clear();
    scope->wait.pending.clear();
    // Still: a new disk has none of it.
    scope->touched = std::any_of(scope->tallies.begin(), scope->tallies.end(),
                                 [](const Tally& tally) { return tally.changed(); });
    return !scope->touched;
  });
  lateness_.pending.clear();
  legs_.revert();
  self_.revert();
  for (const Begun& begun : unkept_.begun) {
    begun.scope->traffic->attempts.remove(begun.began_s, begun.now_s);
  }
  for (const Occupied& occupied : unkept_.occupied) {
    occupied.scope->traffic->occupancy.remove(occupied.from_s, occupied.until_s, occupied.lines);
  }
  unkept_ = {};
  // What the asking counts has happened, kept or not, and may have been shown. new_scopes_ stay too: the disk
  // does not have them, the next commit tries again.
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
  for (auto& [name, scope] : scopes_) {
    touch(scope);
    for (Tally& tally : scope.tallies) tally.forget_kept();
  }
  each_fixed([](Tally& tally) { tally.forget_kept(); });
}

void Book::restore_scope(ScopeKind kind, std::string_view name, std::string_view scope) {
  if (!settings_.kinds.at(static_cast<std::size_t>(kind))) return;
  const bool other = scope == other_scope(kind);
  if (!other && hidden(kind, name)) return names_.restore(kind, name, scope);  // nobody else gets its scope
  if (!other && !room(kind)) return;
  Scope& opened = open(std::string(scope), kind);
  if (other) {
    ++others_open_;
    return;
  }
  names_.restore(kind, name, scope);
  named_.at(static_cast<std::size_t>(kind)).insert_or_assign(std::string(name), &opened);
  if (kind == ScopeKind::trunk) set_capacity(name, 0);
}

void Book::restore(std::string_view scope, std::string_view key, std::int64_t value) {
  const auto into = [&](Tally& tally) {
    for (const Row& row : rows_of(tally.group())) {
      if (row.kind == Kind::counter && key_of(row) == key) tally.restore(row.metric, value);
    }
  };
  if (scope == "self") into(self_);
  if (scope == "self" && api_) into(*api_);
  if (scope == "system" && system_) into(*system_);
  if (scope == "all") into(legs_);
  const auto found = scopes_.find(scope);
  if (found == scopes_.end()) return;
  for (Tally& tally : found->second.tallies) into(tally);
}

}  // namespace ucm::metrics
