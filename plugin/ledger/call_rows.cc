#include "ledger/call_rows.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <utility>

#include "base/text.h"

namespace ucm::ledger {

namespace {

// Behind pbx, session and settled; read_call() and bind_call() keep this order.
constexpr std::array<std::string_view, 27> kColumns{
    "outcome",     "wait_s",      "direction", "start",         "talk_s", "elapsed_s",
    "legs",        "trunks",      "queues",    "ringgroups",    "did",    "account",
    "outcomes",    "answered_at", "first",     "account_first", "began",  "counted_talk_s",
    "short_call",  "redial",      "scopes",    "src",           "dst",    "caller",
    "trunk_times", "queue_stays", "outside"};
constexpr int kHead = 3;  // parameters before them

// Lists are separated by line ends.
std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) {
    if (!all.empty()) all.push_back('\n');
    std::transform(name.begin(), name.end(), std::back_inserter(all),
                   [](char c) { return c == '\n' ? ' ' : c; });
  }
  return all;
}

std::string number_or_dash(const std::optional<std::int64_t>& number) {
  return number ? text("{}", *number) : "-";
}

// Scopes are safe names: no blanks in them.
std::string scope_or_dash(const std::string& scope) {
  return scope.empty() ? "-" : scope;
}

std::string scope_from(const std::string& word) {
  return word == "-" ? std::string() : word;
}

std::string text_of(const Seizure& seizure) {
  return text("{} {} {} {}", number_or_dash(seizure.from_s), seizure.until_s, seizure.lines,
              scope_or_dash(seizure.scope));
}

Seizure seizure_of(const std::string& line) {
  const std::vector<std::string> parts = split(line, ' ');
  if (parts.size() != 4) return {};
  return {whole_number(parts[0]), whole_number(parts[1]).value_or(0), whole_number(parts[2]).value_or(1),
          scope_from(parts[3])};
}

std::string text_of(const QueueStay& stay) {
  return text("{} {} {} {} {} {} {}", number_or_dash(stay.entered_s), stay.last_s, stay.left_s,
              number_or_dash(stay.answered_s), stay.counted ? word_for(*stay.counted) : "-",
              stay.counted_wait_s, scope_or_dash(stay.scope));
}

QueueStay stay_of(const std::string& line) {
  const std::vector<std::string> parts = split(line, ' ');
  if (parts.size() != 7) return {};
  return {whole_number(parts[0]), whole_number(parts[1]).value_or(0), whole_number(parts[2]).value_or(0),
          whole_number(parts[3]), queue_fate_named(parts[4]),         whole_number(parts[5]).value_or(0),
          scope_from(parts[6])};
}

template <class Detail>
std::string joined_lines(const std::vector<Detail>& details) {
  std::vector<std::string> lines;
  lines.reserve(details.size());
  for (const Detail& detail : details) lines.push_back(text_of(detail));
  return joined(lines);
}

// One for each name, whatever the row holds.
template <class Detail>
std::vector<Detail> lines_of(std::string_view all, std::size_t names, Detail (*read)(const std::string&)) {
  std::vector<Detail> details;
  for (const std::string& line : split(all, '\n')) details.push_back(read(line));
  details.resize(names);
  return details;
}

std::string names_of_columns() {
  std::string names;
  for (const std::string_view column : kColumns) names += text(", {}", column);
  return names;
}

void bind(Statement& row, int parameter, const std::optional<std::int64_t>& number) {
  if (number) {
    row.bind(parameter, *number);
  } else {
    row.bind_null(parameter);
  }
}

}  // namespace

std::vector<std::string> split(std::string_view all, char between) {
  std::vector<std::string> parts;
  while (!all.empty()) {
    const std::size_t end = std::min(all.find(between), all.size());
    parts.emplace_back(all.substr(0, end));
    all.remove_prefix(std::min(end + 1, all.size()));
  }
  return parts;
}

std::string find_call_sql() {
  return text("SELECT session{} FROM calls WHERE pbx = ? AND session = ?", names_of_columns());
}

std::string calls_since_sql() {
  return text("SELECT session{} FROM calls WHERE pbx = ? AND began >= ? ORDER BY began", names_of_columns());
}

std::string store_call_sql() {
  std::string marks = "?1, ?2, ?3";
  std::string set = "settled = ?3";
  int parameter = kHead;
  for (const std::string_view column : kColumns) {
    marks += text(", ?{}", ++parameter);
    set += text(", {} = ?{}", column, parameter);
  }
  return text(
      "INSERT INTO calls (pbx, session, settled{}) VALUES ({}) ON CONFLICT (pbx, session) DO UPDATE SET {}",
      names_of_columns(), marks, set);
}

StoredCall read_call(const Statement& row) {
  StoredCall stored;
  Call& call = stored.call;
  metrics::CountedAs& as = stored.as;
  const auto number_or_none = [&row](int column) {
    return row.null(column) ? std::nullopt : std::optional(row.number(column));
  };
  call.session = row.text(0);
  as.outcome = outcome_named(row.text(1)).value_or(Outcome::other);
  as.wait_s = row.number(2);
  call.direction = direction_named(row.text(3)).value_or(Direction::internal);
  call.start = row.text(4);
  call.talk_s = row.number(5);
  call.elapsed_s = row.number(6);
  call.legs = row.number(7);
  call.trunks = split(row.text(8), '\n');
  call.queues = split(row.text(9), '\n');
  call.ringgroups = split(row.text(10), '\n');
  call.did = row.text(11);
  call.account = row.text(12);
  call.outcomes = static_cast<std::uint32_t>(row.number(13));
  call.answered_at = number_or_none(14);
  call.first = row.text(15);
  call.account_first = row.text(16);
  as.began_s = row.number(17);
  as.talk_s = row.number(18);
  as.short_call = row.number(19) != 0;
  as.redial = row.number(20) != 0;
  stored.scopes = split(row.text(21), '\n');
  call.src = row.text(22);
  call.dst = row.text(23);
  call.caller = row.text(24);
  call.seizures = lines_of(row.text(25), call.trunks.size(), seizure_of);
  call.stays = lines_of(row.text(26), call.queues.size(), stay_of);
  call.outside_s = number_or_none(27);
  return stored;
}

CallTexts::CallTexts(const StoredCall& stored)
    : trunks(joined(stored.call.trunks)),
      queues(joined(stored.call.queues)),
      ringgroups(joined(stored.call.ringgroups)),
      scopes(joined(stored.scopes)),
      trunk_times(joined_lines(stored.call.seizures)),
      queue_stays(joined_lines(stored.call.stays)) {}

void bind_call(Statement& row, const StoredCall& stored, const CallTexts& texts) {
  const Call& call = stored.call;
  const metrics::CountedAs& as = stored.as;
  int at = kHead;
  const auto put = [&row, &at](const auto&... values) { (row.bind(++at, values), ...); };
  put(word_for(as.outcome), as.wait_s, word_for(call.direction), call.start, call.talk_s, call.elapsed_s);
  put(call.legs, texts.trunks, texts.queues, texts.ringgroups, call.did, call.account);
  put(static_cast<std::int64_t>(call.outcomes));
  bind(row, ++at, call.answered_at);
  put(call.first, call.account_first, as.began_s, as.talk_s);
  put(static_cast<std::int64_t>(as.short_call), static_cast<std::int64_t>(as.redial));
  put(texts.scopes, call.src, call.dst, call.caller, texts.trunk_times, texts.queue_stays);
  bind(row, ++at, call.outside_s);
}

Result<std::optional<StoredCall>> Tables::find_call(std::int64_t pbx, const std::string& session) {
  Statement& row = find_call_;
  const Result<bool> found = row.bind(1, pbx).bind(2, session).step();
  if (!found) return found.error();
  if (!found.value()) return std::optional<StoredCall>();
  StoredCall stored = read_call(row);
  row.reset();
  return std::optional(std::move(stored));
}

Result<void> Tables::store_call(std::int64_t pbx, const StoredCall& stored, std::int64_t now) {
  const CallTexts texts(stored);
  store_call_.bind(1, pbx).bind(2, stored.call.session).bind(3, now);
  bind_call(store_call_, stored, texts);
  return store_call_.run();
}

Result<void> Tables::store_leg_scopes(std::int64_t id, const std::vector<std::string>& scopes) {
  Result<Statement> update = database_->prepare("UPDATE legs SET scopes = ?2 WHERE id = ?1");
  if (!update) return update.error();
  const std::string all = joined(scopes);
  return update.value().bind(1, id).bind(2, all).run();
}

Result<void> Tables::each_call(std::int64_t pbx, std::int64_t began_from, const VisitCall& visit) {
  Result<Statement> select = database_->prepare(calls_since_sql());
  if (!select) return select.error();
  Statement& row = select.value().bind(1, pbx).bind(2, began_from);
  for (;;) {
    const Result<bool> stepped = row.step();
    if (!stepped) return stepped.error();
    if (!stepped.value()) return {};
    visit(read_call(row));
  }
}

}  // namespace ucm::ledger
