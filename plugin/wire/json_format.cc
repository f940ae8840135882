// JSON documents: where one ends, and what is in it.
#include <cstdint>
#include <deque>
#include <utility>

#include "base/text.h"
#include "wire/format.h"
#include "wire/json.h"
#include "wire/json_text.h"
#include "wire/outline.h"

namespace ucm::wire {

namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\0';
}

// Counts brackets outside strings. It refuses early only what shows that a record was cut off and another one
// begins: what is merely wrong stays one document, and decoding says so.
class JsonScanner final : public Scanner {
 public:
  [[nodiscard]] Found scan(std::string_view more) override {
    std::size_t i = 0;
    while (i < more.size()) {
      if (in_string_) {
        i = through_string(more, i);
        if (i < more.size() && in_string_) return never(i, "a line ends inside a string");
        continue;
      }
      const Found found = step(more[i], i);
      if (found.framing != Framing::need_more) return found;
      ++i;
    }
    return {Framing::need_more, more.size()};
  }

  [[nodiscard]] bool complete_at_end() const override { return false; }

 private:
  // The position behind the string's end; inside it still where a line ends.
  std::size_t through_string(std::string_view more, std::size_t i) noexcept {
    for (; i < more.size(); ++i) {
      const char c = more[i];
      if (c == '\n') return i;
      if (is_escaped_) {
        is_escaped_ = false;
      } else if (c == '\\') {
        is_escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
        return i + 1;
      }
    }
    return i;
  }

  Found step(char c, std::size_t i) {
    if (is_blank(c)) return {};
    if (c == '{' || c == '[') {
      if (!may_open()) return never(i, "an object begins where none may: the record before it was cut off");
      if (depth_ == kDeepest) return {Framing::never, i, Unfit::too_deep, "nested deeper than any PBX nests"};
      objects_ = objects_ << 1U | (c == '{' ? 1U : 0U);
      ++depth_;
    } else if (c == '}' || c == ']') {
      if (depth_ == 0 || in_object() != (c == '}'))
        return never(i + 1, "a bracket is closed by another kind");
      objects_ >>= 1U;
      if (--depth_ == 0) return {Framing::document, i + 1};
    } else if (c == '"') {
      in_string_ = true;
    }
    previous_ = c;
    return {};
  }

  static Found never(std::size_t bytes, std::string_view detail) {
    return {Framing::never, bytes, Unfit::syntax, detail};
  }

  [[nodiscard]] bool in_object() const noexcept { return (objects_ & 1U) != 0; }

  // A member of an object stands behind a colon. In an array one that lacks its comma harms nobody.
  [[nodiscard]] bool may_open() const noexcept { return depth_ == 0 || !in_object() || previous_ == ':'; }

  std::uint64_t objects_ = 0;  // one bit for each open bracket, the innermost lowest: is it an object
  std::size_t depth_ = 0;
  char previous_ = '\0';  // last byte that was neither blank nor inside a string
  bool in_string_ = false;
  bool is_escaped_ = false;
};
static_assert(kDeepest <= 64, "one bit for each level");

// Holds what the parts point to and the values do not keep themselves: the digits of numbers.
using Digits = std::deque<std::string>;

Part outline_of(const Json& value, std::string_view name, Digits& digits) {
  Part part;
  part.name = name;
  switch (value.kind()) {
    case Json::Kind::object:
      part.kind = Part::Kind::object;
      part.parts.reserve(value.size());
      value.each([&](std::string_view key, const Json& member) {
        part.parts.push_back(outline_of(member, key, digits));
      });
      break;
    case Json::Kind::array:
      part.kind = Part::Kind::list;
      part.parts.reserve(value.size());
      for (std::size_t i = 0; i < value.size(); ++i)
        part.parts.push_back(outline_of(value.at(i), {}, digits));
      break;
    case Json::Kind::string:
      part.value = value.characters();
      break;
    case Json::Kind::integer:
    case Json::Kind::real:
    case Json::Kind::boolean:
      part.value = digits.emplace_back(value.scalar().value_or(std::string()));
      break;
    case Json::Kind::null:
      break;
  }
  return part;
}

// Whether it was JSON at all.
Result<void> read_whole(std::string_view document, Decoded& out) {
  const auto value = Json::parse(document);
  if (!value) return value.error();
  Digits digits;
  read_records(outline_of(value.value(), {}, digits), document, out);
  return {};
}

// The outermost objects that stand in arrays, and what is left of the text without them.
struct Items {
  std::vector<std::string_view> objects;
  std::string residue;
};

Items items_of(std::string_view document) {
  Items items;
  std::string open;  // brackets, outermost first
  std::size_t begin = 0;
  std::size_t item_level = 0;  // levels outside the item we are in; 0: in none
  bool in_string = false;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const char c = document[i];
    if (item_level == 0) items.residue.push_back(c);
    if (in_string) {
      if (c == '\\') {
        ++i;
        if (item_level == 0 && i < document.size()) items.residue.push_back(document[i]);
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (item_level == 0 && c == '{' && open.ends_with('[')) {
        items.residue.pop_back();
        begin = i;
        item_level = open.size();
      }
      open.push_back(c);
    } else if ((c == '}' || c == ']') && !open.empty()) {
      open.pop_back();
      if (item_level != 0 && open.size() == item_level) {
        items.objects.push_back(document.substr(begin, i + 1 - begin));
        item_level = 0;
      }
    }
  }
  return items;
}

// One fault spoils the whole text for a parser, but not the neighbours in an array: they are read one by one.
void read_piecemeal(std::string_view document, const Error& fault, Decoded& out) {
  const Items items = items_of(document);
  const std::size_t rejected_before = out.rejected.size();
  for (const std::string_view item : items.objects) {
    const auto read = read_whole(item, out);
    if (!read) out.rejected.push_back({Unfit::syntax, read.error().what, std::string(item)});
  }
  if (out.rejected.size() == rejected_before) {
    out.rejected.push_back(
        {Unfit::syntax, fault.what, items.objects.empty() ? std::string(document) : items.residue});
  }
}

Decoded decode_json(std::string_view document) {
  Decoded out;
  const auto read = read_whole(document, out);
  if (read) return out;
  if (nests_too_deep(document)) {
    out.rejected.push_back({Unfit::too_deep, "nested deeper than any PBX nests", std::string(document)});
  } else {
    read_piecemeal(document, read.error(), out);
  }
  return out;
}

std::unique_ptr<Scanner> json_scanner() {
  return std::make_unique<JsonScanner>();
}

}  // namespace

Format json_format() noexcept {
  return {"json", "application/json", "{[", json_scanner, decode_json};
}

}  // namespace ucm::wire
