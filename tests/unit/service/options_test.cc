#include "service/options.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "check.h"
#include "metrics/book.h"
#include "service/block.h"
#include "service/value.h"

namespace {

using namespace ucm::service;

void names_are_spelled_for_each_dialect(void**) {
  struct Row {
    const char* camel;
    const char* snake;
  };
  constexpr Row kRows[] = {{"StateDirectory", "state_directory"},
                           {"PBX", "pbx"},
                           {"DIDs", "dids"},
                           {"ClientCAFile", "client_ca_file"},
                           {"From", "from"},
                           {"MaxRecordBytes", "max_record_bytes"},
                           {"AccountCodes", "account_codes"},
                           {"CACert", "ca_cert"},
                           {"TLSSecurityLevel", "tls_security_level"},
                           {"URL", "url"},
                           {"KeyFile", "key_file"}};
  for (const Row& row : kRows) {
    assert_text(spelled(row.camel, Dialect::toml), row.snake);
    assert_text(spelled(row.camel, Dialect::collectd), row.camel);
  }
}

void case_matters_in_toml_alone(void**) {
  assert_non_null(find_option("SETTLE", kPlugin, Dialect::collectd));
  assert_non_null(find_option("maxrecordbytes", kListen, Dialect::collectd));
  assert_null(find_option("max_record_bytes", kListen, Dialect::collectd));
  assert_non_null(find_option("max_record_bytes", kListen, Dialect::toml));
  assert_null(find_option("Settle", kPlugin, Dialect::toml));
  assert_null(find_option("", kPlugin, Dialect::toml));
}

void an_option_is_found_in_its_block_alone(void**) {
  assert_non_null(find_option("Settle", kPlugin, Dialect::collectd));
  assert_null(find_option("Settle", kPbx, Dialect::collectd));
  assert_null(find_option("From", kListen, Dialect::collectd));
  assert_ptr_equal(find_option("IdleTimeout", kListen, Dialect::collectd),
                   find_option("IdleTimeout", kPlugin, Dialect::collectd));
}

void every_row_is_whole(void**) {
  std::set<std::pair<unsigned, std::string>> seen;
  for (const Option& option : options()) {
    for (const Block block : {kPlugin, kListen, kPbx, kApi}) {
      if ((option.blocks & block) == 0) continue;
      assert_true(seen.insert({block, spelled(option.name, Dialect::toml)}).second);
    }
    assert_true(option.blocks != 0);
    assert_true(option.help.ends_with('.'));
    assert_false(values_of(option).empty());
    if (!option.standard.empty() && option.range.most != 0) {
      const auto standard = ucm::whole_number(option.standard);
      assert_true(standard && *standard >= option.range.least && *standard <= option.range.most);
    }
  }
}

// What the table promises as a default is what the structures hold: set each to its default, nothing changes.
void the_defaults_of_the_table_are_those_of_the_structures(void**) {
  for (const Option& option : options()) {
    if (option.standard.empty()) continue;
    Settings settings;
    ucm::net::Limits limits;
    ucm::net::Endpoint endpoint;
    PbxSettings pbx;
    ApiSettings api;
    const Valued valued =
        set_value(option, {std::string(option.standard)}, {&settings, &limits, &endpoint, &pbx, &api});
    assert_true(valued.fault.empty());
    const Settings fresh;
    const ucm::net::Limits fresh_limits;
    const PbxSettings fresh_pbx;
    assert_true(settings.retention_days == fresh.retention_days && settings.settle_s == fresh.settle_s &&
                settings.quarantine_rows == fresh.quarantine_rows &&
                settings.quarantine_bytes == fresh.quarantine_bytes);
    assert_true(limits.record_bytes == fresh_limits.record_bytes &&
                limits.header_bytes == fresh_limits.header_bytes &&
                limits.connections == fresh_limits.connections && limits.idle_s == fresh_limits.idle_s &&
                limits.request_s == fresh_limits.request_s);
    assert_true(pbx.trunks == fresh_pbx.trunks && pbx.queues == fresh_pbx.queues &&
                pbx.extensions == fresh_pbx.extensions && pbx.dids == fresh_pbx.dids &&
                pbx.account_codes == fresh_pbx.account_codes && pbx.max_series == fresh_pbx.max_series &&
                pbx.long_call_s == fresh_pbx.long_call_s && pbx.numbers == fresh_pbx.numbers &&
                pbx.time_zone == fresh_pbx.time_zone && pbx.service_level_s == fresh_pbx.service_level_s &&
                pbx.short_abandon_s == fresh_pbx.short_abandon_s && pbx.recordings == fresh_pbx.recordings &&
                pbx.check_recordings == fresh_pbx.check_recordings);
    assert_true(api == ApiSettings{});
    assert_true(pbx.alerts == AlertSettings{});
  }
}

// Fewer than a PBX has without any trunk, queue or the like could not be kept.
void the_least_max_series_is_what_every_pbx_has(void**) {
  const Option* option = find_option("MaxSeries", kPbx, Dialect::collectd);
  assert_non_null(option);
  ucm::metrics::BookSettings bare;
  bare.kinds.fill(false);
  assert_int_equal(option->range.least, ucm::metrics::Book(bare).series());
}

void names_of_a_block_can_be_listed(void**) {
  const auto names = names_in(kPlugin, Dialect::toml);
  assert_true(std::ranges::find(names, "state_directory") != names.end());
  assert_true(std::ranges::find(names, "pbx") != names.end());
  assert_true(std::ranges::find(names, "from") == names.end());
}

}  // namespace

int options_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(names_are_spelled_for_each_dialect),
      cmocka_unit_test(case_matters_in_toml_alone),
      cmocka_unit_test(an_option_is_found_in_its_block_alone),
      cmocka_unit_test(every_row_is_whole),
      cmocka_unit_test(the_defaults_of_the_table_are_those_of_the_structures),
      cmocka_unit_test(the_least_max_series_is_what_every_pbx_has),
      cmocka_unit_test(names_of_a_block_can_be_listed),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
