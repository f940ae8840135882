// XML documents: what is in one. The only door to libxml2.
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <deque>
#include <memory>
#include <utility>

#include "base/guard.h"
#include "base/text.h"
#include "wire/fields.h"
#include "wire/format.h"
#include "wire/outline.h"
#include "wire/startup.h"
#include "wire/utf8.h"
#include "wire/xml_outline.h"
#include "wire/xml_scanner.h"
#include "wire/xml_text.h"

namespace ucm::wire {

namespace {

std::string_view view_of(const xmlChar* text) noexcept {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

// Builds the outline from libxml2's events. Names lie in the parser's dictionary, texts here.
class XmlReader {
 public:
  // The parser must live as long as the outline is used.
  [[nodiscard]] static xmlSAXHandler events() noexcept {
    xmlSAXHandler events{};
    events.initialized = XML_SAX2_MAGIC;
    events.startElementNs = [](void* self, const xmlChar* name, const xmlChar*, const xmlChar*, int,
                               const xmlChar**, int attributes, int, const xmlChar** values) {
      auto& reader = *static_cast<XmlReader*>(self);
      reader.wall_.keep([&] { reader.open(view_of(name), attributes, values); });
    };
    events.endElementNs = [](void* self, const xmlChar*, const xmlChar*, const xmlChar*) {
      auto& reader = *static_cast<XmlReader*>(self);
      reader.wall_.keep([&] { reader.close(); });
    };
    events.characters = [](void* self, const xmlChar* text, int bytes) {
      auto& reader = *static_cast<XmlReader*>(self);
      reader.wall_.keep([&] { reader.add(text, bytes); });
    };
    events.cdataBlock = events.characters;
    return events;
  }

  // Throws what building it threw.
  [[nodiscard]] const Part& whole() {
    wall_.let_go();
    return whole_;
  }
  [[nodiscard]] bool is_too_deep() const noexcept { return is_too_deep_; }

 private:
  struct Element {
    Part part;
    std::string text;
    bool has_elements = false;
  };

  void open(std::string_view name, int attributes, const xmlChar** values) {
    is_too_deep_ |= elements_.size() >= kDeepest;
    Element& element = elements_.emplace_back();
    element.part.name = name;
    constexpr int kEach = 5;  // name, prefix, URI, begin and end of the value
    for (int i = 0; i < attributes; ++i, values += kEach) {
      if (field_named(view_of(values[0])) == nullptr) continue;
      const auto* begin = reinterpret_cast<const char*>(values[3]);
      const auto* end = reinterpret_cast<const char*>(values[4]);
      Part& attribute = element.part.parts.emplace_back();
      attribute.name = view_of(values[0]);
      attribute.value = texts_.emplace_back(begin, end);
    }
  }

  void add(const xmlChar* text, int bytes) {
    if (elements_.empty() || bytes <= 0) return;
    elements_.back().text.append(reinterpret_cast<const char*>(text), static_cast<std::size_t>(bytes));
  }

  // An element with elements inside, or with nothing but attributes named like fields, is an object; every
  // other one is its text.
  void close() {
    if (elements_.empty()) return;
    Element element = std::move(elements_.back());
    elements_.pop_back();
    const bool has_text = !trimmed(element.text).empty();
    if (element.has_elements || (!has_text && !element.part.parts.empty())) {
      element.part.kind = Part::Kind::object;
    } else {
      element.part.parts.clear();
      if (has_text) element.part.value = texts_.emplace_back(std::move(element.text));
    }
    if (elements_.empty()) {
      whole_ = std::move(element.part);
    } else {
      elements_.back().has_elements = true;
      elements_.back().part.parts.push_back(std::move(element.part));
    }
  }

  std::vector<Element> elements_;  // open ones, outermost first
  std::deque<std::string> texts_;
  Part whole_;
  ucm::Wall wall_;  // around what libxml2 calls
  bool is_too_deep_ = false;
};

struct FreeParser {
  void operator()(xmlParserCtxt* parser) const noexcept { xmlFreeParserCtxt(parser); }
};
using Parser = std::unique_ptr<xmlParserCtxt, FreeParser>;

// False when the text is not well-formed.
bool parse(std::string_view xml, const OutlineUse& use) {
  const Parser parser(xmlCreateMemoryParserCtxt(xml.data(), static_cast<int>(xml.size())));
  if (parser == nullptr) return false;
  XmlReader reader;
  xmlCtxtUseOptions(parser.get(), XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  *parser->sax = XmlReader::events();
  parser->userData = &reader;
  xmlParseDocument(parser.get());
  if (parser->wellFormed == 0) return false;
  use(reader.whole(), reader.is_too_deep());
  return true;
}

bool is_meant_as_utf8(std::string_view xml) noexcept {
  const std::string_view encoding = declared_encoding(xml);
  return encoding.empty() || equal_ignoring_case(encoding, "UTF-8");
}

Decoded decode_xml(std::string_view document) {
  Decoded out;
  const auto read = read_xml(document, [&](const Part& whole, bool is_too_deep) {
    if (is_too_deep) {
      out.rejected.push_back({Unfit::too_deep, "nested deeper than any PBX nests", std::string(document)});
    } else {
      read_records(whole, document, out);
    }
  });
  if (!read) out.rejected.push_back({Unfit::syntax, read.error().what, std::string(document)});
  return out;
}

std::unique_ptr<Scanner> xml_scanner() {
  return std::make_unique<XmlScanner>();
}

}  // namespace

void prepare_xml() {
  xmlInitParser();
}

Result<void> read_xml(std::string_view document, const OutlineUse& use) {
  if (has_document_type(document)) return Error{Fault::malformed, "a document type is not accepted"};
  const bool is_fit = !is_meant_as_utf8(document) || is_utf8(document);
  if (is_fit && parse(document, use)) return {};
  if (parse(mended_xml(document), use)) return {};
  return Error{Fault::malformed, "the XML is not well-formed"};
}

Format xml_format() noexcept {
  return {"xml", "application/xml", "<", xml_scanner, decode_xml};
}

}  // namespace ucm::wire
