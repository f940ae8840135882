#include "metrics/catalogue.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "check.h"

namespace {

using namespace ucm::metrics;

// What the contract names, by scope; a row that is renamed breaks somebody's dashboard.
const std::map<Group, std::vector<std::string>>& promised() {
  static const std::map<Group, std::vector<std::string>> all{
      {Group::calls,
       {"total_sessions-answered", "total_sessions-voicemail", "total_sessions-ivr", "total_sessions-busy",
        "total_sessions-no_answer", "total_sessions-failed", "total_sessions-other", "total_time_in_ms-talk",
        "total_time_in_ms-wait", "duration-talk-average", "duration-talk-max", "duration-talk-percentile-50",
        "duration-talk-percentile-95", "duration-wait-average", "duration-wait-max",
        "duration-wait-percentile-50", "duration-wait-percentile-95"}},
      {Group::legs,
       {"total_events-leg_answered", "total_events-leg_no_answer", "total_events-leg_busy",
        "total_events-leg_failed", "total_events-leg_other", "total_time_in_ms-leg_talk"}},
      {Group::self,
       {"total_events-legs_accepted", "total_events-legs_duplicate", "total_events-legs_reread",
        "total_events-legs_backfilled", "total_events-legs_too_old", "total_events-records_quarantined",
        "total_events-calls_amended", "queue_length-settling"}},
      {Group::live, {"current_sessions-active", "current_sessions-ringing"}},
      {Group::trunk, {"count-up"}},
      {Group::system,
       {"uptime-pbx", "count-extensions_idle", "count-extensions_in_use", "count-extensions_ringing",
        "count-extensions_busy", "count-extensions_unavailable", "count-trunks_up", "count-trunks_down"}},
      {Group::api,
       {"count-api_up", "response_time-api", "errors-api_auth", "errors-api_permission", "errors-api_timeout",
        "errors-api_tls", "errors-api_protocol"}},
      {Group::agent, {"total_events-senders_refused"}},
  };
  return all;
}

void what_the_contract_names_is_there(void**) {
  for (const auto& [group, keys] : promised()) {
    std::set<std::string> found;
    for (const Row& row : rows_of(group)) found.insert(key_of(row));
    for (const std::string& key : keys) {
      if (!found.contains(key)) print_error("missing: %s\n", key.c_str());
      assert_true(found.contains(key));
    }
  }
}

// Groups that meet in one scope of one host.
const std::vector<std::vector<Group>>& neighbours() {
  static const std::vector<std::vector<Group>> all{{Group::calls, Group::legs, Group::live},
                                                   {Group::calls, Group::trunk},
                                                   {Group::calls, Group::queue},
                                                   {Group::self, Group::api},
                                                   {Group::system},
                                                   {Group::agent}};
  return all;
}

void rows_are_unique_in_their_scope_and_whole(void**) {
  for (const auto& groups : neighbours()) {
    std::set<std::string> keys;
    for (const Group group : groups) {
      for (const Row& row : rows_of(group)) {
        assert_true(row.group == group);
        assert_true(keys.insert(key_of(row)).second);
        assert_false(row.type.empty() || row.instance.empty() || row.unit.empty() || row.help.empty());
        assert_true(row.type.size() <= 127 && row.instance.size() <= 127);
      }
    }
  }
}

void a_metric_finds_its_row_and_its_place(void**) {
  std::size_t rows = 0;
  for (std::size_t g = 0; g < kGroups; ++g) {
    const auto group = static_cast<Group>(g);
    for (std::size_t i = 0; i < rows_of(group).size(); ++i, ++rows) {
      const Row& one = rows_of(group)[i];
      assert_ptr_equal(&row(one.metric), &one);
      assert_int_equal(place(one.metric), i);
    }
  }
  assert_int_equal(rows, catalogue().size());
}

// Type -> kind of its data source, of those that have just one.
std::map<std::string, std::string, std::less<>> stock_types(std::istream& file) {
  std::map<std::string, std::string, std::less<>> types;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string type;
    std::string source;
    std::string more;
    if (!(words >> type >> source) || type.starts_with('#') || words >> more) continue;
    const std::size_t name = source.find(':');
    const std::size_t kind = source.find(':', name + 1);
    if (kind == std::string::npos) continue;
    types[type] = source.substr(name + 1, kind - name - 1);
  }
  return types;
}

void types_are_those_of_types_db(void**) {
  std::ifstream file("/usr/share/collectd/types.db");
  if (!file) skip();
  const auto types = stock_types(file);
  for (const Row& row : catalogue()) {
    const auto found = types.find(row.type);
    if (found == types.end()) print_error("no stock type: %s\n", std::string(row.type).c_str());
    assert_true(found != types.end());
    assert_text(found->second, row.kind == Kind::counter ? "DERIVE" : "GAUGE");
  }
}

}  // namespace

int catalogue_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(what_the_contract_names_is_there),
      cmocka_unit_test(rows_are_unique_in_their_scope_and_whole),
      cmocka_unit_test(a_metric_finds_its_row_and_its_place),
      cmocka_unit_test(types_are_those_of_types_db),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
