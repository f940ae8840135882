// The push formats, one row each. A new format is one file and its row here; framing, decoding, tests and
// fuzzing follow from the row.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/leg.h"
#include "model/unfit.h"

namespace ucm::wire {

// Nothing a UCM sends nests deeper than five; past this a document is refused before any parser sees it.
inline constexpr std::size_t kDeepest = 64;

// The three answers of an incremental reader.
enum class Framing {
  document,   // one whole document stands at the front
  need_more,  // what is there may become one
  never,      // what is there will never be one
};

// Finds the end of one document, byte by byte, without understanding it; reads every byte once however the
// bytes are cut. Made for one document and thrown away after it.
class Scanner {
 public:
  Scanner() = default;
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;
  virtual ~Scanner() = default;

  struct Found {
    Framing framing = Framing::need_more;
    std::size_t bytes = 0;         // of `more`: consumed by the document, or read before `never` was certain
    Unfit unfit = Unfit::syntax;   // why never
    std::string_view detail = {};  // the same for a reader; a literal
  };
  // `more` continues where the last call ended.
  [[nodiscard]] virtual Found scan(std::string_view more) = 0;

  // Nothing more will come. Whether what was scanned so far is a document all the same.
  [[nodiscard]] virtual bool complete_at_end() const = 0;
};

struct Rejected {
  Unfit unfit = Unfit::syntax;
  std::string detail;  // what is wrong and what to do, one sentence; no text of the record in it
  std::string bytes;   // the part that was not understood
};

// What one document held. A bad item never harms its neighbours.
struct Decoded {
  std::vector<Leg> legs;
  std::vector<Rejected> rejected;
};

struct Format {
  std::string_view name;          // "json"
  std::string_view content_type;  // what a sender that says it would say; a hint, never a condition
  std::string_view starts_with;   // the bytes a document of this format may begin with; "" for any
  std::unique_ptr<Scanner> (*scanner)();
  Decoded (*decode)(std::string_view document);
};

// JSON, XML, CSV, in the order in which they are tried.
[[nodiscard]] std::span<const Format> formats() noexcept;

// The first format whose documents may begin so. Blank bytes, NULs and a byte order mark in front do not
// count.
[[nodiscard]] const Format& recognise(std::string_view bytes) noexcept;

// Whether a byte may stand between two documents: blanks, line ends, NULs, the bytes of a byte order mark.
[[nodiscard]] bool is_between_documents(char byte) noexcept;

// The rows' own files.
[[nodiscard]] Format json_format() noexcept;
[[nodiscard]] Format xml_format() noexcept;
[[nodiscard]] Format csv_format() noexcept;

}  // namespace ucm::wire
