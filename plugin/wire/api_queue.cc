// The queue report: queueapi's calldetail.
#include <utility>

#include "base/text.h"
#include "wire/api_answer.h"
#include "wire/api_body.h"
#include "wire/api_items.h"
#include "wire/api_records.h"
#include "wire/api_value.h"
#include "wire/format.h"
#include "wire/json.h"
#include "wire/outline.h"
#include "wire/xml_outline.h"

namespace ucm::wire {

namespace {

using Rows = std::vector<QueueRow>;

bool is_nobody(std::string_view agent) noexcept {
  return agent.empty() || agent == "-" || equal_ignoring_case(agent, "NONE");
}

// Puts a member of a row where it belongs; what it does not know it passes over.
void put(QueueRow& row, std::string_view name, std::string_view value) {
  value = trimmed(value);
  const auto is = [&](std::string_view wanted) { return equal_ignoring_case(name, wanted); };
  if (is("extension")) row.queue = value;
  if (is("callernum")) row.caller = value;
  if (is("start_time")) row.start = value;
  if (is("agent")) row.agent = is_nobody(value) ? std::string_view() : value;
  if (is("wait_time")) row.wait_s = seconds_in(value).value_or(0);
  if (is("talk_time")) row.talk_s = seconds_in(value).value_or(0);
  if (is("connect")) row.connected = is_yes(value);
}

// Sums of an agent bear the same name, but no caller and no start.
void keep(Rows& rows, QueueRow&& row) {
  if (!row.queue.empty() && !row.start.empty()) rows.push_back(std::move(row));
}

Error no_json(std::string_view why) {
  return {Fault::malformed, text("not the API's JSON: {}", why)};
}

// Each row is parsed by itself: a report may have tens of thousands of them.
Result<Rows> rows_in(const PageItems& items) {
  Rows rows;
  if (!items.rest.empty()) return no_json("it ends inside a row");
  for (const std::string_view entry : items.entries) {
    const auto parsed = Json::parse(entry);
    if (!parsed) return no_json(parsed.error().what);
    const Json agent = parsed.value().get("agent");
    if (!agent.is(Json::Kind::object)) continue;
    QueueRow row;
    agent.each(
        [&](std::string_view name, const Json& value) { put(row, name, value.scalar().value_or("")); });
    keep(rows, std::move(row));
  }
  return rows;
}

Result<Rows> json_rows(std::string_view body) {
  if (const auto items = queue_items(body)) return rows_in(*items);
  const auto parsed = Json::parse(body);
  if (!parsed) return no_json(parsed.error().what);
  const Json& document = parsed.value();
  if (const auto status = number_in(document, "status"); status && *status != 0) {
    return Error{Fault::malformed, text("no queue report but the error {}, {}", *status, words_for(*status))};
  }
  return Error{Fault::malformed, "nothing in the answer is a queue report"};
}

// An element `agent` with elements inside is a row, one with text the agent of it.
void find_rows(const Part& part, std::size_t depth, Rows& rows) {
  if (depth > kDeepest) return;
  if (!equal_ignoring_case(part.name, "agent")) {
    for (const Part& inner : part.parts) find_rows(inner, depth + 1, rows);
    return;
  }
  QueueRow row;
  for (const Part& member : part.parts) {
    if (member.kind == Part::Kind::scalar) put(row, member.name, member.value);
  }
  keep(rows, std::move(row));
}

Result<Rows> xml_rows(std::string_view body) {
  Rows rows;
  bool is_report = false;
  const auto read = read_xml(body, [&](const Part& whole, bool is_too_deep) {
    is_report = !is_too_deep && equal_ignoring_case(whole.name, "root_statistics");
    if (is_report) find_rows(whole, 1, rows);
  });
  if (!read) return read.error();
  if (!is_report) return Error{Fault::malformed, "nothing in the answer is a queue report"};
  return rows;
}

}  // namespace

Result<std::vector<QueueRow>> read_queue_rows(std::string_view body) {
  body = without_margins(body);
  if (auto why = why_no_answer(body)) return *std::move(why);
  return body.front() == '<' ? xml_rows(body) : json_rows(body);
}

}  // namespace ucm::wire
