#include "wire/api_items.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.h"

namespace ucm::wire {

namespace {

// Walks over JSON text without understanding the values it passes.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return at_ >= text_.size(); }
  [[nodiscard]] char here() const noexcept { return at_end() ? '\0' : text_[at_]; }
  [[nodiscard]] std::size_t position() const noexcept { return at_; }
  [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(at_); }
  [[nodiscard]] std::string_view since(std::size_t begin) const noexcept {
    return text_.substr(begin, at_ - begin);
  }

  void pass_blanks_and(char more) noexcept {
    const auto is_blank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\0'; };
    while (!at_end() && (is_blank(here()) || here() == more)) ++at_;
  }

  bool take(char c) noexcept {
    if (at_end() || here() != c) return false;
    ++at_;
    return true;
  }

  // REQUIRES: a quote here. False when the string never ends.
  bool pass_string() noexcept {
    for (++at_; !at_end(); ++at_) {
      if (here() == '\\') {
        ++at_;
      } else if (here() == '"') {
        ++at_;
        return true;
      }
    }
    at_ = text_.size();
    return false;
  }

  // Any value. False when it never ends, or when none begins here.
  bool pass_value() noexcept {
    if (here() == '"') return pass_string();
    if (here() != '{' && here() != '[') return pass_bare_word();
    std::size_t depth = 0;
    while (!at_end()) {
      const char c = here();
      if (c == '"') {
        if (!pass_string()) return false;
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return true;
    }
    return false;
  }

 private:
  bool pass_bare_word() noexcept {
    const std::size_t begin = at_;
    at_ = std::min(text_.size(), text_.find_first_of(",]}", at_));
    return at_ > begin;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

using Keys = std::span<const std::string_view>;
constexpr std::array<std::string_view, 2> kRecords{"\"cdr_root\"", "\"cdr\""};
constexpr std::array<std::string_view, 1> kQueues{"\"queue_statistics\""};

bool is_key_of(std::string_view key, Keys names) noexcept {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return equal_ignoring_case(key, name); });
}

bool is_nothing(std::string_view rest) noexcept {
  if (rest.starts_with("null")) return true;
  if (!rest.starts_with('{')) return false;
  const std::size_t next = rest.find_first_not_of(" \t\r\n", 1);
  return next != std::string_view::npos && rest[next] == '}';
}

// To the value that holds the records. False when there is none.
bool find_list(Cursor& at, Keys names) {
  at.pass_blanks_and('\0');
  if (at.here() == '[') return true;
  if (!at.take('{')) return false;
  while (true) {
    at.pass_blanks_and(',');
    while (at.take('}')) at.pass_blanks_and(',');
    const std::size_t begin = at.position();
    if (at.here() != '"' || !at.pass_string()) return false;
    const std::string_view key = at.since(begin);
    at.pass_blanks_and(':');
    const char first = at.here();
    if (is_key_of(key, names) && (first == '[' || first == '{' || is_nothing(at.rest()))) return true;
    if (equal_ignoring_case(key, "\"response\"") && at.take('{')) continue;
    if (!at.pass_value()) return false;
  }
}

PageItems items_from(Cursor& at, std::size_t most) {
  PageItems items;
  if (is_nothing(at.rest())) return items;
  const bool is_list = at.take('[');
  while (true) {
    at.pass_blanks_and(',');
    if (at.at_end() || at.here() == ']') return items;
    const std::size_t begin = at.position();
    const std::string_view rest = at.rest();
    if (items.entries.size() >= most || !at.pass_value()) {
      items.rest = rest;
      return items;
    }
    items.entries.push_back(at.since(begin));
    if (!is_list) return items;
  }
}

}  // namespace

std::optional<PageItems> page_items(std::string_view json) {
  Cursor at(json);
  if (!find_list(at, kRecords)) return std::nullopt;
  return items_from(at, kMostItems);
}

std::optional<PageItems> queue_items(std::string_view json) {
  Cursor at(json);
  if (!find_list(at, kQueues)) return std::nullopt;
  return items_from(at, json.size());
}

}  // namespace ucm::wire
