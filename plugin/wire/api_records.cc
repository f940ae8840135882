#include "wire/api_records.h"

#include <iterator>
#include <utility>

#include "base/text.h"
#include "wire/api_answer.h"
#include "wire/api_body.h"
#include "wire/api_csv.h"
#include "wire/api_items.h"
#include "wire/json_text.h"
#include "wire/utf8.h"

namespace ucm::wire {

namespace {

// What is kept of an entry that never ends, or is too long.
constexpr std::size_t kShownOfUnended = 4096;
constexpr std::size_t kMostInEntry = 50'000;              // values: a call of a thousand records
constexpr std::size_t kMostRejected = 100;                // of an entry, or of a page that is no JSON
constexpr std::size_t kLongestLine = 64UL * 1024;         // of CSV: a call has less than 2 KiB
constexpr std::size_t kLargestEntry = 2UL * 1024 * 1024;  // a call of a thousand records has less than 2 MiB

Rejected too_long(std::string_view entry) {
  return {Unfit::too_large, "longer than a call may be", std::string(entry.substr(0, kShownOfUnended))};
}

// Each piece that is set aside costs a look into the ledger: of very many the last one stands for the rest.
void join_rejected(Decoded& found) {
  if (found.rejected.size() <= kMostRejected) return;
  const std::size_t more = found.rejected.size() - kMostRejected;
  found.rejected.resize(kMostRejected);
  found.rejected.back().detail += text(" ({} more like it)", more);
}

Error no_records(std::string_view body) {
  if (const auto status = error_status_of(body)) {
    return {Fault::malformed, text("no records but the error {}, {}", *status, words_for(*status))};
  }
  return {Fault::malformed, "nothing in the answer holds call records"};
}

void append(Decoded& all, Decoded&& more) {
  std::move(more.legs.begin(), more.legs.end(), std::back_inserter(all.legs));
  std::move(more.rejected.begin(), more.rejected.end(), std::back_inserter(all.rejected));
}

Result<CdrPage> xml_page(std::string_view body) {
  CdrPage page;
  page.decoded = xml_format().decode(body);
  if (page.decoded.legs.empty() && !page.decoded.rejected.empty()) {
    const Rejected& first = page.decoded.rejected.front();
    const bool is_whole = first.bytes.size() == body.size();
    if (is_whole) return Error{Fault::malformed, first.detail};
  }
  page.items = static_cast<std::int64_t>(page.decoded.legs.size() + page.decoded.rejected.size());
  return page;
}

Result<CdrPage> csv_page(std::string_view body) {
  const std::string_view header = take_line(body);
  const CsvColumns columns(header.size() > kLongestLine ? std::string_view() : header);
  if (!columns.usable()) return Error{Fault::malformed, "neither JSON, XML nor a CSV of call records"};
  CdrPage page;
  page.csv = true;
  while (!body.empty()) {
    page.cut = page.decoded.legs.size() + page.decoded.rejected.size() >= kMostItems;
    if (page.cut) break;
    const std::string_view line = take_line(body);
    if (line.size() > kLongestLine) {
      page.decoded.rejected.push_back(too_long(line));
      ++page.items;
      continue;
    }
    const auto kind =
        is_utf8(line) ? columns.read(line, page.decoded) : columns.read(repaired_utf8(line), page.decoded);
    if (kind == CsvColumns::Line::session) ++page.items;
  }
  return page;
}

}  // namespace

// Each entry is parsed by itself: a page of megabytes never stands in memory as a whole tree. An entry that
// never ends counts as one, so that the next page begins behind it.
Result<CdrReader> CdrReader::open(std::string body, bool legacy) {
  CdrReader reader;
  reader.body_ = std::make_unique<const std::string>(std::move(body));
  const std::string_view text = without_margins(*reader.body_);
  if (legacy && text.empty()) return reader;
  if (auto why = why_no_answer(text)) return *std::move(why);
  if (text.front() != '{' && text.front() != '[') {
    Result<CdrPage> page = text.front() == '<' ? xml_page(text) : csv_page(text);
    if (!page) return page.error();
    reader.items_ = page.value().items;
    reader.csv_ = page.value().csv;
    reader.cut_ = page.value().cut;
    reader.ready_ = std::move(page).value().decoded;
    join_rejected(reader.ready_);
    return reader;
  }
  auto items = page_items(text);
  if (!items) return no_records(text);
  reader.entries_ = std::move(items->entries);
  reader.items_ = static_cast<std::int64_t>(reader.entries_.size());
  reader.cut_ = !items->rest.empty();
  if (reader.cut_ && reader.entries_.empty()) {
    reader.ready_.rejected.push_back({Unfit::syntax, "the answer ends inside this record",
                                      std::string(items->rest.substr(0, kShownOfUnended))});
    ++reader.items_;
  }
  return reader;
}

Decoded CdrReader::next(std::size_t legs) {
  Decoded given = std::exchange(ready_, {});
  const Format json = json_format();
  while (next_ < entries_.size() && given.legs.size() < legs && given.rejected.size() < kMostRejected) {
    const std::string_view entry = entries_[next_++];
    if (entry.size() > kLargestEntry || holds_too_many(entry, kMostInEntry)) {
      given.rejected.push_back(too_long(entry));
      continue;
    }
    Decoded one = json.decode(entry);
    join_rejected(one);
    append(given, std::move(one));
  }
  return given;
}

Result<CdrPage> read_cdr_page(std::string_view body, bool legacy) {
  Result<CdrReader> reader = CdrReader::open(std::string(body), legacy);
  if (!reader) return reader.error();
  CdrPage page{.items = reader.value().items(), .csv = reader.value().csv(), .decoded = {}};
  while (reader.value().more()) append(page.decoded, reader.value().next(body.size()));
  return page;
}

}  // namespace ucm::wire
