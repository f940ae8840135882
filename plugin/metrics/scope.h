// Scopes: what a value is about within its PBX. Their names are labels in other people's systems, so they are
// bounded in number, in length and in alphabet.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace ucm::metrics {

enum class ScopeKind { trunk, queue, ringgroup, extension, did, account };
inline constexpr std::size_t kScopeKinds = 6;

[[nodiscard]] std::string_view word_for(ScopeKind kind) noexcept;  // "trunk"
[[nodiscard]] std::optional<ScopeKind> scope_kind_named(std::string_view word) noexcept;

inline constexpr std::size_t kLongestName = 63;

// A name that every writer can carry: each character outside [A-Za-z0-9_.-] becomes `_` (one for each Unicode
// character), cut at kLongestName bytes. Different names may become the same: see ScopeNames.
[[nodiscard]] std::string safe_name(std::string_view name);

// Gives each name of a PBX its scope for good: "trunk-" and the safe name, with six hexadecimal digits of the
// name's digest behind it when another name has taken that already, when it was cut, or when it would read as
// "other". Case counts.
class ScopeNames {
 public:
  // The scope given before, or "".
  [[nodiscard]] std::string_view find(ScopeKind kind, std::string_view name) const;
  // Gives one. REQUIRES: find() gave "".
  const std::string& give(ScopeKind kind, std::string_view name);
  // As it was given in an earlier run.
  void restore(ScopeKind kind, std::string_view name, std::string_view scope);

  template <class Visit>
  void each(Visit visit) const {
    for (const auto& [key, scope] : scopes_) visit(key.first, key.second, scope);
  }

 private:
  std::map<std::pair<ScopeKind, std::string>, std::string, std::less<>> scopes_;
  std::set<std::string, std::less<>> taken_;
};

// "trunk-other": where everything goes that MaxSeries leaves no room for.
[[nodiscard]] std::string other_scope(ScopeKind kind);

}  // namespace ucm::metrics
