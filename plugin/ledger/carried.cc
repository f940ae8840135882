// What the counters hold of rows that are no longer there, and whether it all adds up.
#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "base/text.h"
#include "ledger/audit.h"

namespace ucm::ledger {

namespace {

using Key = std::tuple<std::int64_t, std::string, std::string>;  // PBX, scope, metric

constexpr std::array kEvery{Rows::legs, Rows::calls, Rows::queue_calls};

Result<void> each_kept(Database& database, std::string_view table, const VisitAmount& visit) {
  Result<Statement> select = database.prepare(text("SELECT pbx, scope, metric, value FROM {}", table));
  if (!select) return select.error();
  Statement& row = select.value();
  for (;;) {
    const Result<bool> stepped = row.step();
    if (!stepped) return stepped.error();
    if (!stepped.value()) return {};
    visit(row.number(0), row.text(1), row.text(2), row.number(3));
  }
}

// By what a ledger knows each PBX, of those that are audited: its name and whether it has histograms.
struct Audited {
  std::string name;
  bool histograms = false;
};
Result<std::map<std::int64_t, Audited>> audited(Database& database) {
  Result<Statement> select = database.prepare(
      "SELECT p.id, p.name, s.value FROM pbx p JOIN standing s ON s.pbx = p.id AND s.name = ?");
  if (!select) return select.error();
  Statement& row = select.value().bind(1, kAudited);
  std::map<std::int64_t, Audited> found;
  for (;;) {
    const Result<bool> stepped = row.step();
    if (!stepped) return stepped.error();
    if (!stepped.value()) return found;
    found[row.number(0)] = {std::string(row.text(1)), row.text(2) == kWithHistograms};
  }
}

Result<std::map<Key, Compared>> added_up(Database& database) {
  std::map<Key, Compared> all;
  const auto into = [&all](std::int64_t Compared::*part) {
    return
        [&all, part](std::int64_t pbx, std::string_view scope, std::string_view metric, std::int64_t value) {
          if (!told_by_rows(scope, metric)) return;
          Compared& one = all[{pbx, std::string(scope), std::string(metric)}];
          one.*part += value;
        };
  };
  if (auto read = each_kept(database, "counters", into(&Compared::counter)); !read) return read.error();
  if (auto read = each_kept(database, "carried", into(&Compared::carried)); !read) return read.error();
  for (const Rows rows : kEvery) {
    if (auto read = each_amount(database, rows, "", into(&Compared::rows)); !read) return read.error();
  }
  return all;
}

}  // namespace

Result<void> carry(Database& database, Rows rows, std::string_view where, std::int64_t times,
                   const WantScope& wanted) {
  std::map<Key, std::int64_t> sums;
  auto read =
      each_amount(database, rows, where,
                  [&](std::int64_t pbx, std::string_view scope, std::string_view metric, std::int64_t value) {
                    if (!told_by_rows(scope, metric) || (wanted && !wanted(scope))) return;
                    sums[{pbx, std::string(scope), std::string(metric)}] += times * value;
                  });
  if (!read) return read;
  Result<Statement> add = database.prepare(
      "INSERT INTO carried (pbx, scope, metric, value) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (pbx, scope, metric) DO UPDATE SET value = value + ?4");
  if (!add) return add.error();
  for (const auto& [key, value] : sums) {
    const auto& [pbx, scope, metric] = key;
    if (auto ran = add.value().bind(1, pbx).bind(2, scope).bind(3, metric).bind(4, value).run(); !ran)
      return ran;
  }
  return {};
}

Result<void> carry_difference(Database& database,
                              const std::map<std::int64_t, std::string_view>& metrics_of) {
  if (metrics_of.empty()) return {};
  const auto all = added_up(database);
  if (!all) return all.error();
  Result<Statement> set = database.prepare(
      "INSERT INTO carried (pbx, scope, metric, value) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (pbx, scope, metric) DO UPDATE SET value = ?4");
  if (!set) return set.error();
  for (const auto& [key, one] : all.value()) {
    const auto& [pbx, scope, metric] = key;
    const auto wanted = metrics_of.find(pbx);
    if (wanted == metrics_of.end() || !metric.starts_with(wanted->second) || one.agrees()) continue;
    set.value().bind(1, pbx).bind(2, scope).bind(3, metric).bind(4, one.counter - one.rows);
    if (auto ran = set.value().run(); !ran) return ran;
  }
  return {};
}

Result<std::vector<Compared>> compare(Database& database, std::string_view pbx) {
  const auto names = audited(database);
  if (!names) return names.error();
  auto all = added_up(database);
  if (!all) return all.error();
  std::vector<Compared> compared;
  for (auto& [key, one] : all.value()) {
    const auto& [of, scope, metric] = key;
    const auto known = names.value().find(of);
    if (known == names.value().end() || (!pbx.empty() && known->second.name != pbx)) continue;
    if (!known->second.histograms && metric.starts_with(kHistogramMetrics)) continue;
    one.pbx = known->second.name;
    one.scope = scope;
    one.metric = metric;
    compared.push_back(std::move(one));
  }
  std::ranges::sort(compared, {},
                    [](const Compared& one) { return std::tie(one.pbx, one.scope, one.metric); });
  return compared;
}

}  // namespace ucm::ledger
