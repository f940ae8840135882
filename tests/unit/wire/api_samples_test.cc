// Answers of real PBXes, where a collection of them lies beside the checkout: how many of what each file
// holds was counted by another program or by hand.
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "wire/api_answer.h"
#include "wire/api_records.h"
#include "wire/api_state.h"
#include "wire/startup.h"

#include "check.h"

namespace {

namespace fs = std::filesystem;
using namespace ucm;
using namespace ucm::wire;

std::string sample(const char* path) {
  std::ifstream file(fs::path(UCM_SAMPLES) / path, std::ios::binary);
  assert_true(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

// Some were published as the response alone, without its envelope.
Json response_of(const char* path) {
  auto answer = read_api_answer(sample(path));
  assert_true(answer.ok());
  assert_int_equal(answer.value().status, 0);
  return std::move(answer).value().response;
}

void skip_without_samples() {
  if (!fs::exists(UCM_SAMPLES)) skip();  // it jumps: nothing may be alive here that would leak
}

void records(void**) {
  skip_without_samples();
  struct Page {
    const char* path;
    std::int64_t items;
    std::size_t legs;
    bool legacy;
    bool csv;
  };
  constexpr std::array kPages{
      Page{"cdrapi-json/ucm-2023-acctid-restarts-each-month.json", 6, 6, false, false},
      Page{"cdrapi-json/ucm-2023-failed-variants.json", 5, 5, false, false},
      Page{"cdrapi-json/ucm-2023-flat-internal-answered.json", 1, 1, false, false},
      Page{"cdrapi-json/ucm-2023-forkcdr-inbound-trunk-nested.json", 1, 2, false, false},
      Page{"cdrapi-json/ucm-2023-inbound-did-answered.json", 1, 1, false, false},
      Page{"cdrapi-json/ucm-2023-ivr-flat-and-nested.json", 2, 3, false, false},
      Page{"cdrapi-json/ucm-2023-nested-busy-then-voicemail.json", 2, 4, false, false},
      Page{"cdrapi-json/ucm-2023-nested-noanswer-then-voicemail.json", 1, 2, false, false},
      Page{"cdrapi-json/ucm-2023-nested-transfer.json", 1, 2, false, false},
      Page{"cdrapi-json/ucm-2023-noanswer-analog-dahdi-outbound.json", 1, 1, false, false},
      Page{"cdrapi-json/ucm-2023-recordfiles-trailing-at.json", 3, 3, false, false},
      Page{"cdrapi-json/ucm-2023-unicode-escapes-in-names.json", 2, 2, false, false},
      Page{"cdrapi-json/ucm6302-2022-gen2-flat-parkedcall-recorded.json", 1, 1, false, false},
      Page{"cdrapi-json/ucm6302-2022-gen2-nested-park.json", 1, 2, false, false},
      Page{"cdrapi-json/ucm6304-testfixture-main-only.json", 2, 2, false, false},
      Page{"legacy-8443/ucm6100-2013-cdrapi.json", 3, 3, true, false},
      Page{"legacy-8443/ucm6100-2013-cdrapi.csv", 2, 2, true, true},
  };
  for (const Page& page : kPages) {
    const auto read = read_cdr_page(sample(page.path), page.legacy);
    if (!read || read.value().items != page.items || read.value().decoded.legs.size() != page.legs) {
      print_error("%s\n", page.path);
    }
    assert_true(read.ok());
    assert_int_equal(read.value().items, page.items);
    assert_int_equal(read.value().decoded.legs.size(), page.legs);
    assert_int_equal(read.value().decoded.rejected.size(), 0);
    assert_true(read.value().csv == page.csv);
  }
}

// The same records were printed in both formats.
void csv_says_what_json_says(void**) {
  skip_without_samples();
  const auto csv = read_cdr_page(sample("legacy-8443/ucm6100-2013-cdrapi.csv"), true);
  const auto json = read_cdr_page(sample("legacy-8443/ucm6100-2013-cdrapi.json"), true);
  for (std::size_t i = 0; i < csv.value().decoded.legs.size(); ++i) {
    const Leg& a = csv.value().decoded.legs.at(i);
    const Leg& b = json.value().decoded.legs.at(i);
    assert_text(a.clid, "\"pn01\" <5300>");
    assert_text(a.lastdata, "SIP/5301,60,");
    assert_text(a.clid, b.clid);
    assert_text(a.lastdata, b.lastdata);
    assert_text(a.service, "s");
    assert_text(a.userfield, b.userfield);
    assert_int_equal(a.billsec, b.billsec);
    assert_true(identity_of(a) == identity_of(b));
  }
}

void recordings_of_records(void**) {
  skip_without_samples();
  const auto page = read_cdr_page(sample("cdrapi-json/ucm-2023-recordfiles-trailing-at.json"), false);
  std::size_t files = 0;
  for (const Leg& leg : page.value().decoded.legs) {
    for (const RecordingFile& file : recordings_in(leg.recordfiles)) {
      ++files;
      assert_true(file.file.starts_with("auto-") && file.file.ends_with(".wav"));
      assert_true(file.folder.empty() || file.folder.starts_with("20"));
    }
  }
  assert_true(files >= 3);
}

void envelopes(void**) {
  skip_without_samples();
  assert_text(response_of("api-json/challenge-ok.json").get("challenge").characters(), "0000001496038514");
  assert_text(response_of("api-json/login-ok.json").get("cookie").characters(), "sid743052864-1771597757");
  assert_text(response_of("api-json/dialOutbound-ok.json").get("need_apply").characters(), "no");
  const auto invalid = read_api_answer(sample("api-json/error-invalid-parameters.json"));
  assert_int_equal(invalid.value().status, -1);
  assert_text(invalid.value().error, "Invalid parameters!");
  const auto refused = read_api_answer(sample("constructed/login-wrong-password.json"));
  assert_true(verdict_of(refused.value().status) == ApiVerdict::password);
  assert_int_equal(refused.value().tries_left.value_or(-1), 4);
  assert_int_equal(refused.value().locked_for_s.value_or(-1), 0);
  const std::string expired = sample("constructed/error-cookie-expired.json");
  assert_int_equal(error_status_of(expired).value_or(0), -6);
  assert_false(read_cdr_page(expired, false).ok());
}

void system(void**) {
  skip_without_samples();
  const SystemStatus first =
      read_system_status(response_of("api-json/getSystemStatus.response-ucm6302-2022.json"));
  assert_int_equal(first.uptime_s.value_or(-1), 42 * 60 + 53);
  assert_int_equal(first.time->local_s, *local_seconds("2022-11-23 14:37:26"));
  assert_int_equal(first.time->offset_s.value_or(-1), 0);
  assert_text(first.serial, "23AAAAAA00B0E000");
  const SystemStatus second =
      read_system_status(response_of("api-json/getSystemStatus.response-ucm6304-testfixture.json"));
  assert_int_equal(second.uptime_s.value_or(-1), 2 * 86'400 + 3 * 3600 + 4 * 60 + 5);
  assert_int_equal(second.time->local_s, *local_seconds("2026-01-01 00:00:00"));
  const Versions versions =
      read_versions(response_of("api-json/getSystemGeneralStatus.response-ucm6302-2022.json"));
  assert_text(versions.model, "UCM6302 V1.2B");
  assert_text(versions.firmware, "1.0.17.11");
  const Versions newer =
      read_versions(response_of("api-json/getSystemGeneralStatus.response-ucm6304-testfixture.json"));
  assert_text(newer.model, "UCM6304 V1.6A");
  assert_text(newer.firmware, "1.0.33.30");
}

void lists(void**) {
  skip_without_samples();
  const auto accounts =
      read_extension_states(response_of("api-json/listAccount.page-ucm6304-testfixture.json"));
  assert_int_equal(accounts.value().items.size(), 2);
  assert_int_equal(accounts.value().pages, 3);
  ExtensionStates states;
  for (const std::string& word : accounts.value().items) count_state(states, word);
  assert_int_equal(states.idle, 1);
  assert_int_equal(states.unavailable, 1);
  const auto trunks = read_trunks(response_of("api-json/listVoIPTrunk.response-ucm6302-2022.json"));
  assert_int_equal(trunks.value().items.size(), 3);
  for (const TrunkState& trunk : trunks.value().items) assert_false(trunk.up.has_value());
  assert_text(trunks.value().items.at(0).name, "Daisy1");
  const auto analogue = read_trunks(response_of("api-json/listAnalogTrunk.response-ucm6302-2022.json"));
  assert_int_equal(analogue.value().items.size(), 1);
  assert_text(analogue.value().items.at(0).name, "Analog1");
  assert_false(analogue.value().items.at(0).up.has_value());
}

void live_calls(void**) {
  skip_without_samples();
  const auto bridged = read_channels(response_of("api-json/listBridgedChannels.response-2025.json"));
  const auto unbridged = read_channels(response_of("constructed/listUnBridgedChannels.response.json"));
  assert_int_equal(bridged.value().items.at(0).since_s.value_or(0), 1747307253);
  assert_int_equal(unbridged.value().items.at(0).since_s.value_or(0), 1747307232);
  const LiveCalls calls = count_live(bridged.value().items, unbridged.value().items);
  assert_int_equal(calls.all.active, 1);
  assert_int_equal(calls.all.ringing, 1);
  assert_int_equal(calls.trunks.at("AIRTEL").active, 1);
  assert_int_equal(calls.trunks.at("AIRTEL").ringing, 1);
  assert_true(calls.features.empty());
}

void queue_reports(void**) {
  skip_without_samples();
  const auto rows = read_queue_rows(sample("queueapi/calldetail-documented.json"));
  assert_int_equal(rows.value().size(), 1);
  const QueueRow& row = rows.value().front();
  assert_text(row.queue, "6500");
  assert_text(row.agent, "1001");
  assert_text(row.start, "2026-02-10 09:15:32");
  assert_int_equal(row.wait_s, 15);
  assert_int_equal(row.talk_s, 180);
  assert_true(row.connected);
  // Other reports of the same action are no attempts.
  assert_true(read_queue_rows(sample("constructed/queueapi-overview.xml")).value().empty());
  assert_true(read_queue_rows(sample("constructed/queueapi-pausedhistory.json")).value().empty());
}

}  // namespace

int api_samples_test() {
  prepare_xml();
  const CMUnitTest tests[] = {
      cmocka_unit_test(records),
      cmocka_unit_test(csv_says_what_json_says),
      cmocka_unit_test(recordings_of_records),
      cmocka_unit_test(envelopes),
      cmocka_unit_test(system),
      cmocka_unit_test(lists),
      cmocka_unit_test(live_calls),
      cmocka_unit_test(queue_reports),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
