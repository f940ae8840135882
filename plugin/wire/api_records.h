// Records fetched from the API: pages of CDRs, rows of the queue report, names and lists of recordings. Both
// APIs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/pbx_status.h"
#include "wire/format.h"

namespace ucm::wire {

// One answer of cdrapi.
struct CdrPage {
  std::int64_t items = 0;  // what `offset` counts: entries of the array, empty and broken ones too (sessions,
                           // not legs); in XML and CSV, which do not say where a session ends, records
  bool csv = false;        // it came as CSV, whatever was asked for: this firmware knows no other format
  bool cut = false;        // more of them follow: what is behind kMostItems is left for the next page
  Decoded decoded;
};

// JSON (`cdr`, `cdr_root`, `response.cdr_root`), the CSV of the legacy API (with its quotes and commas that
// are not escaped: read from both ends, the rest in the middle is lastdata) or XML. Malformed when there is
// no container at all: an error answer, a web page, nothing. A body of 0 bytes is malformed on the new API
// and an empty page on the legacy one. Where JSON ends inside an entry, those before it are taken and that
// one is rejected, as an item: what was behind it is on the page after it.
[[nodiscard]] Result<CdrPage> read_cdr_page(std::string_view body, bool legacy);

// The same, some records at a time: a page of megabytes takes a loop's thread no longer than it wants to
// spare.
class CdrReader {
 public:
  [[nodiscard]] static Result<CdrReader> open(std::string body, bool legacy);

  [[nodiscard]] std::int64_t items() const noexcept { return items_; }
  [[nodiscard]] bool csv() const noexcept { return csv_; }
  // It ends inside a record, or holds more than kMostItems: what is behind is neither counted nor given out,
  // unless it is the first, and more would follow.
  [[nodiscard]] bool cut() const noexcept { return cut_; }
  [[nodiscard]] bool cut_at_first() const noexcept { return cut_ && !csv_ && entries_.empty(); }
  [[nodiscard]] bool more() const noexcept {
    return next_ < entries_.size() || !ready_.legs.empty() || !ready_.rejected.empty();
  }
  // Records of further entries: at least `legs` legs unless the page ends before, and those of no more
  // entries than that takes. Of XML and CSV all of them.
  [[nodiscard]] Decoded next(std::size_t legs);

 private:
  std::unique_ptr<const std::string> body_;  // where the entries lie
  std::vector<std::string_view> entries_;    // of JSON
  std::size_t next_ = 0;
  Decoded ready_;  // decoded, not given out
  std::int64_t items_ = 0;
  bool csv_ = false;
  bool cut_ = false;
};

// queueapi's calldetail in JSON or XML. Rows without a queue or a start (sums) are passed over.
[[nodiscard]] Result<std::vector<QueueRow>> read_queue_rows(std::string_view body);

// The files that a record's `recordfiles` names, in their order, each once: separators '@' ',' ';', or a JSON
// list in a string. What could leave the folder (.., a leading /) is left out.
struct RecordingFile {
  std::string folder;  // the month it stands under: "2024-05", or ""
  std::string file;    // "auto-1770326441-1000-6500.wav"
};
[[nodiscard]] std::vector<RecordingFile> recordings_in(std::string_view recordfiles);

// The legacy recapi's CSV listing of one folder. Its columns are published nowhere: the first cell that ends
// like a recording (.wav, .mp3, .tar ...) is the file, the first that is a whole number its size; every other
// line is none.
struct RecordingList {
  std::int64_t count = 0;
  std::int64_t bytes = 0;
  bool sized = false;  // whether the listing told sizes
  std::vector<std::string> files;
};
[[nodiscard]] RecordingList read_recording_list(std::string_view csv);

}  // namespace ucm::wire
