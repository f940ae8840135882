// Where an XML document ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "wire/format.h"

namespace ucm::wire {

// Counts elements; a closed root ends the document. Whether the names match is the parser's affair.
class XmlScanner final : public Scanner {
 public:
  [[nodiscard]] Found scan(std::string_view more) override;
  [[nodiscard]] bool complete_at_end() const override { return false; }

 private:
  enum class In { text, opened, tag, closing, instruction, mark, comment, cdata, document_type };

  Found step(char c, std::size_t i);
  Found text(char c, std::size_t i);
  Found opened(char c, std::size_t i);
  Found tag(char c, std::size_t i);
  Found tag_end(std::size_t i);
  Found until(std::string_view end, char c);
  Found mark(char c);
  Found document_type(char c);

  In in_ = In::text;
  std::size_t depth_ = 0;
  std::size_t brackets_ = 0;  // open ones of a document type
  char quote_ = '\0';         // the one that is open
  char last_ = '\0';          // in a tag: the byte before
  std::string seen_;          // the last bytes, as many as decide what we are in or end it
};

}  // namespace ucm::wire
