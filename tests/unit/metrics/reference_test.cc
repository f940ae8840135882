#include "metrics/reference.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

#include "check.h"
#include "metrics/example.h"
#include "metrics/explanation.h"

namespace {

using namespace ucm::metrics;

const Explanation& explanation_of(Metric metric) {
  return *std::find_if(explanations().begin(), explanations().end(),
                       [metric](const Explanation& row) { return metric <= row.to; });
}

std::size_t times(std::string_view page, std::string_view what) {
  std::size_t found = 0;
  for (auto at = page.find(what); at != std::string_view::npos; at = page.find(what, at + 1)) ++found;
  return found;
}

std::vector<std::string> lines_of(const std::string& page) {
  std::istringstream in(page);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void every_name_stands_in_a_table_once(void**) {
  const std::string page = reference();
  for (const Row& row : catalogue()) {
    const std::string key = key_of(row);
    const auto rows = std::count_if(catalogue().begin(), catalogue().end(),
                                    [&](const Row& other) { return key_of(other) == key; });
    const std::size_t found = times(page, "\n| [`" + key + "`](#");
    if (found != static_cast<std::size_t>(rows)) print_error("%s: %zu times\n", key.c_str(), found);
    assert_int_equal(found, rows);
  }
}

void every_row_is_linked_to_an_entry_and_every_entry_to_a_row(void**) {
  std::set<std::string> linked;
  std::set<std::string> entries;
  for (const std::string& line : lines_of(reference())) {
    if (line.starts_with("| [`")) {
      const std::size_t from = line.find("](#") + 3;
      linked.insert(line.substr(from, line.find(')', from) - from));
    }
    if (!line.starts_with("### ")) continue;
    std::string anchor = line.substr(4);
    std::erase_if(anchor, [](char c) { return c == '(' || c == ')' || c == '*'; });
    std::replace(anchor.begin(), anchor.end(), ' ', '-');
    std::transform(anchor.begin(), anchor.end(), anchor.begin(), [](char c) { return c == 'X' ? 'x' : c; });
    assert_true(entries.insert(anchor).second);
  }
  for (const std::string& anchor : linked) {
    if (!entries.contains(anchor)) print_error("no entry: %s\n", anchor.c_str());
  }
  assert_true(linked == entries);
  assert_int_equal(entries.size(), explanations().size());
}

void an_entry_is_short(void**) {
  std::size_t since = 0;
  for (const std::string& line : lines_of(reference())) {
    since = line.starts_with("### ") ? 1 : since + 1;
    if (line.starts_with("* Alert: ")) assert_true(since <= 8);
  }
}

struct Example {
  Metric metric;
  Place place;
  const char* graph;
  const char* alert;
  const char* identifier;
};

void examples_ask_for_what_the_hosts_show(void**) {
  const Example examples[] = {
      {Metric::asr,
       {"PBX", "all"},
       R"(collectd_ucm_percent{ucm="all",type="asr"})",
       R"(collectd_ucm_percent{ucm="all",type="asr"} < 40)",
       "PBX/ucm-all/percent-asr"},
      {Metric::acd,
       {"PBX", "trunk-X"},
       R"(collectd_ucm_duration_seconds{ucm=~"trunk-.*",type="acd"})",
       R"(collectd_ucm_duration_seconds{ucm=~"trunk-.*",type="acd"} < 30)",
       "PBX/ucm-trunk-X/duration-acd"},
      {Metric::all_busy,
       {"PBX", "trunk-X"},
       R"(rate(collectd_ucm_total_time_in_ms_total{ucm=~"trunk-.*",type="all_lines_busy"}[1h]) / 1000)",
       R"(increase(collectd_ucm_total_time_in_ms_total{ucm=~"trunk-.*",type="all_lines_busy"}[1h]) / 1000 > 60)",
       "PBX/ucm-trunk-X/total_time_in_ms-all_lines_busy"},
      {Metric::failed,
       {"PBX", "all"},
       R"(rate(collectd_ucm_total_sessions_total{ucm="all",type="failed"}[5m]))",
       R"(increase(collectd_ucm_total_sessions_total{ucm="all",type="failed"}[1h]) / ignoring(type) )"
       R"(increase(collectd_ucm_total_events_total{ucm="all",type="attempts"}[1h]) > 0.2)",
       "PBX/ucm-all/total_sessions-failed"},
      {Metric::system_clock,
       {"PBX", "system"},
       R"(collectd_ucm_time_offset{ucm="system",type="clock"})",
       R"(abs(collectd_ucm_time_offset{ucm="system",type="clock"}) > 30)",
       "PBX/ucm-system/time_offset-clock"},
      {Metric::agent_quarantined,
       {"AGENT", "self"},
       R"(rate(collectd_ucm_total_events_total{instance="AGENT",ucm="self",type="records_quarantined"}[5m]))",
       R"(increase(collectd_ucm_total_events_total{instance="AGENT",ucm="self",type="records_quarantined"}[1h]) > 0)",
       "AGENT/ucm-self/total_events-records_quarantined"},
      {Metric::talk_max,
       {"PBX", "all"},
       R"(collectd_ucm_duration_seconds{ucm="all",type=~"talk-average|talk-max|talk-percentile-50|talk-percentile-95"})",
       "",
       "PBX/ucm-all/duration-talk-*"},
      {Metric::wait_le_20,
       {"PBX", "all"},
       R"(histogram_quantile(0.95, sum by (instance, ucm, le) (label_replace(rate()"
       R"(collectd_ucm_total_values_total{ucm="all",type=~"wait_le_.*"}[1h]), )"
       R"x("le", "$1", "type", "wait_le_(.*)"))))x",
       "",
       "PBX/ucm-all/total_values-wait_le_*"},
  };
  for (const Example& example : examples) {
    const Explanation& explained = explanation_of(example.metric);
    assert_text(graph_of(explained, example.place), example.graph);
    assert_text(alert_of(explained, example.place), example.alert);
    assert_text(identifier_of(explained, example.place), example.identifier);
  }
}

// A share of a counter by a gauge, or by a value of another scope, would be no share.
void shares_are_of_counters_that_meet_in_a_scope(void**) {
  for (const Explanation& explained : explanations()) {
    if (!explained.per) continue;
    assert_true(row(explained.from).kind == Kind::counter);
    assert_true(row(*explained.per).kind == Kind::counter);
    assert_true(row(explained.from).group == row(*explained.per).group);
    assert_true(is_comparison(explained.alert));
  }
}

void families_are_of_one_kind_and_group(void**) {
  for (const Explanation& explained : explanations()) {
    for (auto at = static_cast<std::size_t>(explained.from); at <= static_cast<std::size_t>(explained.to);
         ++at) {
      const Row& one = catalogue()[at];
      const Row& first = row(explained.from);
      assert_true(one.group == first.group && one.kind == first.kind && one.type == first.type);
    }
  }
}

}  // namespace

int reference_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(every_name_stands_in_a_table_once),
      cmocka_unit_test(every_row_is_linked_to_an_entry_and_every_entry_to_a_row),
      cmocka_unit_test(an_entry_is_short),
      cmocka_unit_test(examples_ask_for_what_the_hosts_show),
      cmocka_unit_test(shares_are_of_counters_that_meet_in_a_scope),
      cmocka_unit_test(families_are_of_one_kind_and_group),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
