#include "wire/xml_scanner.h"

#include "wire/xml_text.h"

namespace ucm::wire {

namespace {

Scanner::Found never(std::size_t bytes, std::string_view detail) {
  return {Framing::never, bytes, Unfit::syntax, detail};
}

}  // namespace

Scanner::Found XmlScanner::scan(std::string_view more) {
  for (std::size_t i = 0; i < more.size(); ++i) {
    const Found found = step(more[i], i);
    if (found.framing != Framing::need_more) return found;
  }
  return {Framing::need_more, more.size()};
}

Scanner::Found XmlScanner::step(char c, std::size_t i) {
  switch (in_) {
    case In::text:
      return text(c, i);
    case In::opened:
      return opened(c, i);
    case In::tag:
    case In::closing:
      return tag(c, i);
    case In::instruction:
      return until("?>", c);
    case In::comment:
      return until("-->", c);
    case In::cdata:
      return until("]]>", c);
    case In::mark:
      return mark(c);
    case In::document_type:
      return document_type(c);
  }
  return {};
}

Scanner::Found XmlScanner::text(char c, std::size_t i) {
  if (c == '<') {
    in_ = In::opened;
  } else if (depth_ == 0 && !is_between_documents(c)) {
    return never(i, "text outside of any element");
  }
  return {};
}

Scanner::Found XmlScanner::opened(char c, std::size_t i) {
  seen_.clear();
  if (c == '/') {
    if (depth_ == 0) return never(i + 1, "an element is closed that was never opened");
    in_ = In::closing;
  } else if (c == '!') {
    in_ = In::mark;
  } else if (c == '?') {
    in_ = In::instruction;
  } else if (begins_an_xml_name(c)) {
    in_ = In::tag;
  } else if (depth_ == 0) {
    return never(i, "text outside of any element");
  } else if (c != '<') {
    in_ = In::text;
  }
  return {};
}

// A quote hides what ends a tag, but only inside one that opens.
Scanner::Found XmlScanner::tag(char c, std::size_t i) {
  if (quote_ != '\0') {
    if (c == quote_) quote_ = '\0';
    last_ = c;
    return {};
  }
  if (c == '<') return never(i, "a tag begins inside another: the record before it was cut off");
  if (in_ == In::tag && (c == '"' || c == '\'')) quote_ = c;
  if (c == '>') return tag_end(i);
  last_ = c;
  return {};
}

Scanner::Found XmlScanner::tag_end(std::size_t i) {
  const bool is_closing = in_ == In::closing;
  const bool is_empty = !is_closing && last_ == '/';
  in_ = In::text;
  last_ = '\0';
  if (is_closing) --depth_;
  if (!is_closing && !is_empty && ++depth_ > kDeepest) {
    return {Framing::never, i + 1, Unfit::too_deep, "nested deeper than any PBX nests"};
  }
  return depth_ == 0 ? Found{Framing::document, i + 1} : Found{};
}

Scanner::Found XmlScanner::until(std::string_view end, char c) {
  if (seen_.size() == end.size()) seen_.erase(seen_.begin());
  seen_.push_back(c);
  if (seen_ == end) in_ = In::text;
  return {};
}

Scanner::Found XmlScanner::mark(char c) {
  constexpr std::string_view kComment = "--";
  constexpr std::string_view kCdata = "[CDATA[";
  seen_.push_back(c);
  if (kComment.starts_with(seen_) || kCdata.starts_with(seen_)) {
    if (seen_ == kComment) in_ = In::comment;
    if (seen_ == kCdata) in_ = In::cdata;
    if (in_ != In::mark) seen_.clear();
    return {};
  }
  in_ = In::document_type;
  brackets_ = 0;
  return document_type(c);
}

// Found whole, so that it is refused whole.
Scanner::Found XmlScanner::document_type(char c) {
  if (quote_ != '\0') {
    if (c == quote_) quote_ = '\0';
  } else if (c == '"' || c == '\'') {
    quote_ = c;
  } else if (c == '[') {
    ++brackets_;
  } else if (c == ']' && brackets_ > 0) {
    --brackets_;
  } else if (c == '>' && brackets_ == 0) {
    in_ = In::text;
  }
  return {};
}

}  // namespace ucm::wire
