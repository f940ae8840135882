#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "wire/fields.h"
#include "wire/mask_patterns.h"
#include "wire/mask_text.h"

namespace ucm::wire {

namespace {

constexpr std::string_view kXmlBlanks = " \t\r\n";

// What is no element: how it begins and ends, and what is shown of what stands between.
struct XmlSection {
  std::string_view begin;
  std::string_view end;
  Shown shown;
};
constexpr std::array kXmlSections{
    XmlSection{"<!--", "-->", Shown::unknown},   XmlSection{"<?xml ", "?>", Shown::markup},
    XmlSection{"<?", "?>", Shown::unknown},      XmlSection{"<!DOCTYPE", ">", Shown::unknown},
    XmlSection{"<!ENTITY", ">", Shown::unknown}, XmlSection{"<!", ">", Shown::unknown},
};
constexpr std::string_view kCdataBegin = "<![CDATA[";
constexpr std::string_view kCdataEnd = "]]>";

bool begins_name(char c) noexcept {
  return is_letter(c) || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

std::string_view without_prefix(std::string_view name) noexcept {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool begins_other_format(std::string_view line) noexcept {
  return !line.empty() && (line.front() == '{' || line.front() == '[' || line.front() == '\'');
}

// One that is open: whether its name is shown, and whether a field's text is around what stands in it.
struct Element {
  std::string_view name;
  bool is_shown = false;
  bool is_in_field = false;
};

class XmlMasker {
 public:
  explicit XmlMasker(MaskText& text) : text_(text) {}

  void run() {
    while (text_.more() && !is_over_) {
      if (text_.rest().front() == '<') {
        markup();
      } else {
        characters(0);
      }
    }
  }

 private:
  void markup() {
    const std::string_view rest = text_.rest();
    const char next = rest.size() > 1 ? rest[1] : '\0';
    if (next == '/') return end_tag();
    if (begins_name(next)) return start_tag();
    if (rest.starts_with(kCdataBegin)) return section({kCdataBegin, kCdataEnd, shown_});
    for (const XmlSection& one : kXmlSections) {
      if (rest.starts_with(one.begin)) return section(one);
    }
    characters(1);
  }

  void section(const XmlSection& one) {
    constexpr std::size_t kLongestMarkup = 100;  // a declaration that does not end is none
    text_.copy(one.begin.size());
    const std::size_t bytes = std::min(text_.rest().size(), text_.rest().find(one.end));
    const bool is_too_long = one.shown == Shown::markup && bytes > kLongestMarkup;
    text_.mask(bytes, is_too_long ? Shown::unknown : one.shown);
    text_.copy(std::min(text_.rest().size(), one.end.size()));
  }

  // Up to the next tag, or to the next document where this one was cut. The first bytes are no tag.
  void characters(std::size_t first) {
    const std::string_view rest = text_.rest();
    std::size_t end = std::min(rest.size(), rest.find('<', first));
    for (std::size_t i = 0; i < end; ++i) {
      if (rest[i] != '\n' || !begins_other_format(rest.substr(i + 1))) continue;
      end = i + 1;
      is_over_ = true;
    }
    text_.mask(end, shown_);
  }

  // In the text of a field an element that nobody knows is a letter too many: `<ada>` in a caller id.
  [[nodiscard]] bool may_stand(std::string_view name) const {
    const std::string_view own = without_prefix(name);
    const bool is_in_field = !open_.empty() && open_.back().is_in_field;
    return is_known_key(own) || (!is_in_field && looks_like_key(own));
  }

  void name(std::string_view name, bool is_shown) {
    const std::string_view own = without_prefix(name);
    const std::string_view prefix = name.substr(0, name.size() - own.size());
    part(prefix, is_shown && (prefix.empty() || looks_like_key(prefix.substr(0, prefix.size() - 1))));
    part(own, is_shown);
  }

  void part(std::string_view name, bool is_shown) {
    if (is_shown) return text_.copy(name.size());
    text_.mask(name.size(), Shown::unknown);
  }

  // Shown where the name of its element was: it must remain the end of it.
  void end_tag() {
    text_.copy(2);
    const std::string_view tag = text_.rest().substr(0, up_to("<> \t\r\n", text_.rest()));
    const std::size_t depth = depth_of(tag);
    name(tag, depth < open_.size() ? open_[depth].is_shown : may_stand(tag));
    text_.mask(up_to("<>", text_.rest()), Shown::unknown);
    close(depth);
  }

  // Where the element of that name is open; as many as are open when it is none of the innermost.
  [[nodiscard]] std::size_t depth_of(std::string_view tag) const {
    constexpr std::size_t kMostSought = 64;
    for (std::size_t i = 0; i < std::min(kMostSought, open_.size()); ++i) {
      if (open_[open_.size() - 1 - i].name == tag) return open_.size() - 1 - i;
    }
    return open_.size();
  }

  // That element and what is still open in it.
  void close(std::size_t depth) {
    if (text_.rest().starts_with('>')) text_.copy(1);
    shown_ = Shown::unknown;
    open_.resize(depth);
    is_over_ = open_.empty();
  }

  void open(std::string_view tag, bool is_shown) {
    const std::string_view own = without_prefix(tag);
    shown_ = shown_of(own);
    const bool is_in_field = !open_.empty() && open_.back().is_in_field;
    const bool is_field = shown_ != Shown::unknown && !is_wrapper_name(own);
    open_.push_back({tag, is_shown, is_in_field || is_field});
  }

  void start_tag() {
    text_.copy(1);
    const std::string_view tag = text_.rest().substr(0, up_to("<>/ \t\r\n", text_.rest()));
    const bool is_shown = may_stand(tag);
    name(tag, is_shown);
    while (text_.more() && attribute()) {
    }
    open(tag, is_shown);
    if (text_.rest().starts_with("/>")) {
      text_.copy(1);
      return close(open_.size() - 1);
    }
    if (text_.rest().starts_with('>')) text_.copy(1);
  }

  // Whether there was one, or something else inside the tag.
  bool attribute() {
    const std::string_view rest = text_.rest();
    if (rest.front() == '<' || rest.front() == '>' || rest.starts_with("/>")) return false;
    if (!begins_name(rest.front())) {
      text_.mask(1, Shown::unknown);
      return true;
    }
    const std::string_view key = rest.substr(0, up_to("=<>/\"' \t\r\n", rest));
    name(key, may_stand(key));
    text_.copy(std::min(text_.rest().size(), text_.rest().find_first_not_of(kXmlBlanks)));
    if (!text_.rest().starts_with('=')) return true;
    text_.copy(1);
    text_.copy(std::min(text_.rest().size(), text_.rest().find_first_not_of(kXmlBlanks)));
    if (text_.more()) quoted(shown_of(without_prefix(key)));
    return true;
  }

  void quoted(Shown shown) {
    const char quote = text_.rest().front();
    if (quote != '"' && quote != '\'') return text_.mask(up_to("<> \t\r\n", text_.rest()), Shown::unknown);
    text_.copy(1);
    text_.mask(std::min(text_.rest().size(), text_.rest().find(quote)), shown);
    text_.copy(std::min<std::size_t>(1, text_.rest().size()));
  }

  MaskText& text_;
  bool is_over_ = false;
  std::vector<Element> open_;
  Shown shown_ = Shown::unknown;
};

}  // namespace

void mask_xml(MaskText& text) {
  XmlMasker(text).run();
}

}  // namespace ucm::wire
