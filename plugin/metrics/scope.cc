#include "metrics/scope.h"

#include <array>
#include <span>

#include "base/digest.h"
#include "base/text.h"

namespace ucm::metrics {

namespace {

constexpr std::array<std::string_view, kScopeKinds> kKinds{"trunk",     "queue", "ringgroup",
                                                           "extension", "did",   "account"};

bool safe(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-';
}

constexpr std::size_t kSuffix = 7;  // "-" and six digits

std::string with_suffix(std::string_view safe, std::string_view name) {
  const std::array<std::string_view, 1> parts{name};
  return text("{}-{}", safe.substr(0, kLongestName - kSuffix), hex(digest128(parts), 3));
}

std::string whole(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (safe(c)) {
      out.push_back(c);
    } else if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) {
      out.push_back('_');
    }
  }
  return out;
}

}  // namespace

std::string_view word_for(ScopeKind kind) noexcept {
  return kKinds.at(static_cast<std::size_t>(kind));
}

std::optional<ScopeKind> scope_kind_named(std::string_view word) noexcept {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds.at(i) == word) return static_cast<ScopeKind>(i);
  }
  return std::nullopt;
}

std::string safe_name(std::string_view name) {
  return whole(name).substr(0, kLongestName);
}

std::string_view ScopeNames::find(ScopeKind kind, std::string_view name) const {
  const auto found = scopes_.find(std::pair(kind, std::string(name)));
  return found == scopes_.end() ? std::string_view() : found->second;
}

const std::string& ScopeNames::give(ScopeKind kind, std::string_view name) {
  const std::string safe = whole(name);
  std::string scope = text("{}-{}", word_for(kind), safe.substr(0, kLongestName));
  if (safe.size() > kLongestName || safe == "other" || safe.empty() || taken_.contains(scope)) {
    scope = text("{}-{}", word_for(kind), with_suffix(safe, name));
  }
  restore(kind, name, scope);
  return scopes_.find(std::pair(kind, std::string(name)))->second;
}

void ScopeNames::restore(ScopeKind kind, std::string_view name, std::string_view scope) {
  taken_.emplace(scope);
  scopes_.insert_or_assign(std::pair(kind, std::string(name)), std::string(scope));
}

std::string other_scope(ScopeKind kind) {
  return text("{}-other", word_for(kind));
}

}  // namespace ucm::metrics
