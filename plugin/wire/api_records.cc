#include "wire/api_records.h"

#include <iterator>
#include <utility>

#include "base/text.h"
#include "wire/api_answer.h"
#include "wire/api_body.h"
#include "wire/api_csv.h"
#include "wire/api_items.h"
#include "wire/utf8.h"

namespace ucm::wire {

namespace {

// What is kept of an entry that never ends.
constexpr std::size_t kShownOfUnended = 4096;

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

// Each entry is parsed by itself: a page of megabytes never stands in memory as a whole tree. An entry that
// never ends counts as one, so that the next page begins behind it.
Result<CdrPage> json_page(std::string_view body) {
  const auto items = page_items(body);
  if (!items) return no_records(body);
  const Format json = json_format();
  CdrPage page;
  for (const std::string_view entry : items->entries) append(page.decoded, json.decode(entry));
  page.items = static_cast<std::int64_t>(items->entries.size());
  if (!items->rest.empty()) {
    page.decoded.rejected.push_back({Unfit::syntax, "the answer ends inside this record",
                                     std::string(items->rest.substr(0, kShownOfUnended))});
    ++page.items;
  }
  return page;
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
  const CsvColumns columns(take_line(body));
  if (!columns.usable()) return Error{Fault::malformed, "neither JSON, XML nor a CSV of call records"};
  CdrPage page;
  page.csv = true;
  while (!body.empty()) {
    const std::string_view line = take_line(body);
    const auto kind =
        is_utf8(line) ? columns.read(line, page.decoded) : columns.read(repaired_utf8(line), page.decoded);
    if (kind == CsvColumns::Line::session) ++page.items;
  }
  return page;
}

}  // namespace

Result<CdrPage> read_cdr_page(std::string_view body, bool legacy) {
  body = without_margins(body);
  if (legacy && body.empty()) return CdrPage{};
  if (auto why = why_no_answer(body)) return *std::move(why);
  switch (body.front()) {
    case '{':
    case '[':
      return json_page(body);
    case '<':
      return xml_page(body);
    default:
      return csv_page(body);
  }
}

}  // namespace ucm::wire
