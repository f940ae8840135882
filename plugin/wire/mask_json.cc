#include <algorithm>
#include <string_view>
#include <vector>

#include "wire/mask_patterns.h"
#include "wire/mask_text.h"

namespace ucm::wire {

namespace {

constexpr std::string_view kJsonBlanks{" \t\r\n\0", 5};
constexpr std::string_view kStructure = "{}[],:";

std::string_view behind_blanks(std::string_view rest) noexcept {
  return rest.substr(std::min(rest.size(), rest.find_first_not_of(kJsonBlanks)));
}

// A quote ends a string only in front of what may stand behind one: in a broken text the others are letters.
bool ends_string(std::string_view behind) noexcept {
  const std::string_view next = behind_blanks(behind);
  return next.empty() || std::string_view(",:}]").find(next.front()) != std::string_view::npos;
}

// Where a cut document may be followed by the next one.
bool begins_another(std::string_view line) noexcept {
  return !line.empty() && (line.front() == '{' || line.front() == '[' || line.front() == '<');
}

struct StringEnd {
  std::size_t length = 0;  // of what stands between the quotes
  bool is_closed = false;
};

StringEnd string_end(std::string_view rest, char quote) noexcept {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '\\' && !rest.substr(i + 1).starts_with('\n')) {
      ++i;
    } else if (rest[i] == quote && ends_string(rest.substr(i + 1))) {
      return {i, true};
    } else if (rest[i] == '\n' && begins_another(rest.substr(i + 1))) {
      return {i, false};
    }
  }
  return {rest.size(), false};
}

bool is_json_number(std::string_view token) noexcept {
  const std::string_view digits = token.substr(token.starts_with('-') ? 1 : 0);
  return !digits.empty() && is_digit(digits.front()) &&
         digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
}

class JsonMasker {
 public:
  explicit JsonMasker(MaskText& text) : text_(text) {}

  void run() {
    do {
      step();
    } while (text_.more() && !open_.empty() && !next_begins());
  }

 private:
  [[nodiscard]] bool in_list() const { return !open_.empty() && open_.back() == '['; }
  [[nodiscard]] bool next_begins() const {
    const char c = text_.rest().front();
    return text_.begins_line() && (c == '<' || c == '\'');
  }

  void step() {
    const char c = text_.rest().front();
    if (c == '"' || c == '\'') return string(c);
    if (kStructure.find(c) != std::string_view::npos) return structure(c);
    if (kJsonBlanks.find(c) != std::string_view::npos) return text_.copy(1);
    bare();
  }

  void structure(char c) {
    text_.copy(1);
    is_key_next_ = c == '{' || (c == ',' && !in_list());
    if (c == '{' || c == '[') open_.push_back(c);
    if ((c == '}' || c == ']') && !open_.empty()) open_.pop_back();
    const bool goes_on = c == '[' || c == ':' || (c == ',' && in_list());
    if (!goes_on) shown_ = Shown::unknown;
  }

  void string(char quote) {
    text_.copy(1);
    const StringEnd end = string_end(text_.rest(), quote);
    const std::string_view content = text_.rest().substr(0, end.length);
    const std::string_view behind = text_.rest().substr(end.length + (end.is_closed ? 1 : 0));
    if (end.is_closed && is_key_next_ && behind_blanks(behind).starts_with(':')) {
      key(content);
    } else {
      value(content.size());
    }
    if (end.is_closed) text_.copy(1);
  }

  void key(std::string_view name) {
    is_key_next_ = false;
    shown_ = shown_of(name);
    if (is_known_key(name) || looks_like_key(name)) return text_.copy(name.size());
    text_.mask(name.size(), Shown::unknown);
  }

  void value(std::size_t bytes) {
    text_.mask(bytes, shown_);
    spend();
  }

  // One value is all that a key has; what stands behind it by mistake is nothing that is known.
  void spend() {
    is_key_next_ = false;
    if (!in_list()) shown_ = Shown::unknown;
  }

  // Numbers, literals, keys without quotes, and whatever stands where nothing should.
  void bare() {
    const std::string_view token =
        text_.rest().substr(0, up_to(std::string_view("{}[],:\" \t\r\n\0", 12), text_.rest()));
    if (is_key_next_ && is_known_key(token)) return key(token);
    if (is_flag(token)) {
      text_.copy(token.size());
    } else if (is_json_number(token)) {
      number(token);
    } else {
      text_.mask(std::max<std::size_t>(1, up_to("{}[],\"\n", text_.rest())), shown_);
    }
    spend();
  }

  // With its exponent.
  void number(std::string_view token) {
    if (is_harmless(shown_, token) || shown_ == Shown::secret) return text_.mask(token.size(), shown_);
    while (!token.empty()) {
      const std::size_t digits = std::min(token.size(), token.find_first_not_of("0123456789"));
      text_.mask(digits, Shown::number);
      token.remove_prefix(digits);
      const std::size_t others = up_to("0123456789", token);
      text_.copy(others);
      token.remove_prefix(others);
    }
  }

  MaskText& text_;
  std::vector<char> open_;
  bool is_key_next_ = false;
  Shown shown_ = Shown::unknown;
};

}  // namespace

void mask_json(MaskText& text) {
  JsonMasker(text).run();
}

}  // namespace ucm::wire
