#include "shim/ucmctl/views.h"

#include <cstdlib>
#include <ctime>

#include "check.h"
#include "shim/ucmctl/columns.h"

namespace {

using namespace ucm;
using namespace ucm::ctl;

constexpr std::int64_t kNow = 1'770'000'000;  // 2026-02-02 02:40:00 UTC

service::StatusReport well() {
  service::StatusReport report;
  report.version = "1.2.3";
  report.started_s = kNow - 7300;
  report.state_directory = "/s";
  report.ledger = {"ok", "", 7, 1, 2, 3'000'000, 0, {}};
  report.listeners = {{"https://*:5443", 5443, 1, 9, "open", ""}};
  service::PbxReport hq;
  hq.name = "hq";
  hq.host = "pbx.example";
  hq.last_record_s = kNow - 60;
  hq.legs_accepted = 3;
  hq.series = 107;
  hq.max_series = 500;
  report.pbxes = {hq};
  report.refused = {{"unknown_sender", 0}, {"storage", 0}};
  return report;
}

void assert_holds(const std::string& view, const char* words) {
  if (view.find(words) == std::string::npos) {
    print_error("no \"%s\" in:\n%s\n", words, view.c_str());
    assert_true(false);
  }
}

void a_status_that_is_well_asks_for_nothing(void**) {
  assert_false(in_trouble(well()));
  assert_text(
      status_view(well(), kNow),
      "ucm              1.2.3\n"
      "started          2026-02-02 00:38:20 (2 h ago)\n"
      "state directory  /s\n"
      "ledger           ok\n"
      "                 7 records, 1 call, 2 sessions open, 2.9 MiB\n"
      "\n"
      "LISTENER        PORT  STATE  CONNECTED  ACCEPTED\n"
      "https://*:5443  5443  open   1          9\n"
      "\n"
      "PBX  HOST         NEW  AGAIN  QUARANTINED  OPEN  VALUES      LAST RECORD\n"
      "hq   pbx.example  3    0      0            0     107 of 500  2026-02-02 02:39:00 (60 s ago)\n");
}

void alerts_that_are_on_are_shown_with_what_to_do(void**) {
  auto report = well();
  report.pbxes[0].alerts = {{"trunk_down", "trunk main\x1b", kNow - 120}, {"fire", "the house", kNow}};
  for (int i = 0; i < 12; ++i) report.pbxes[0].alerts.push_back({"fraud_burst", "caller 1…", kNow});
  const std::string view = status_view(report, kNow);
  assert_holds(view, "PBX  ALERT        OF");
  assert_holds(view, "hq   trunk_down   trunk main.  2026-02-02 02:38:00 (2 min ago)");
  assert_holds(view, "hq   fire         the house");
  assert_holds(view, "* hq, trunk_down (1): look at its registration");
  assert_holds(view, "* hq, fraud_burst (12): ask the caller");
  std::size_t rows = 0;
  for (std::size_t at = 0; (at = view.find("caller 1…", at)) != std::string::npos; ++at) ++rows;
  assert_int_equal(rows, 10);
}

void silence_is_told_what_to_click(void**) {
  auto report = well();
  report.pbxes[0].last_record_s.reset();
  for (int i = 0; i < 6; ++i) {
    report.pbxes.push_back(report.pbxes[0]);
    report.pbxes.back().name = "b" + std::to_string(i);
  }
  const std::string view = status_view(report, kNow);
  assert_holds(view, "* No record was pushed yet by hq, b0, b1, b2, b3 and 2 more. On the UCM: ");
  assert_holds(view, "port = 5443");
  assert_holds(view, "delivery method = HTTPS, format = JSON");
  report.listeners = {{"tcp://*:5001", 5001, 0, 0, "open", ""}};
  assert_holds(status_view(report, kNow), "delivery method = TCP.");
  report.listeners[0].state = "failed";
  assert_holds(status_view(report, kNow), "no listener is open");
}

void trouble_is_told_what_to_do(void**) {
  auto report = well();
  report.ledger.state = "failing";
  report.ledger.detail = "disk full";
  assert_true(in_trouble(report));
  assert_holds(status_view(report, kNow), "ledger           failing: disk full\n");
  assert_holds(status_view(report, kNow), "* Records cannot be kept: look at the disk of /s");

  report = well();
  report.listeners[0].state = "failed";
  report.listeners[0].detail = "address in use";
  assert_true(in_trouble(report));
  assert_holds(status_view(report, kNow), "* https://*:5443 is not open: address in use\n");

  report = well();
  report.listeners[0].state = "held";
  assert_false(in_trouble(report));
  assert_holds(status_view(report, kNow), "is shut until records can be kept again");

  report = well();
  report.pbxes[0].records_quarantined = 2;
  report.pbxes[0].quarantined = {{"syntax", 1}, {"size", 0}, {"time", 1}};
  report.pbxes[0].full = true;
  assert_false(in_trouble(report));
  assert_holds(status_view(report, kNow),
               "* hq sent 2 records not understood (1 syntax, 1 time): see ucmctl quarantine.\n");
  assert_holds(status_view(report, kNow), "* hq has more names than MaxSeries has room for");
}

void refusals_are_told_what_to_do(void**) {
  auto report = well();
  report.refused = {{"unknown_sender", 7}, {"too_large", 4}};  // long ago: nobody's trouble any more
  report.refused_within_hour = {{"unknown_sender", 1, kNow - 60, "192.0.2.9"},
                                {"credentials", 2, kNow - 120, "192.0.2.8"},
                                {"from_mars", 3, kNow - 180, "192.0.2.7"}};
  const std::string view = status_view(report, kNow);
  assert_holds(
      view, "* Refused in the last hour: 1 push from addresses that no PBX names, the last from 192.0.2.9 ");
  assert_holds(
      view, "* Refused in the last hour: 2 pushes with a wrong user or password, the last from 192.0.2.8 ");
  assert_holds(view, "* Refused in the last hour: 3 pushes (from_mars), the last from 192.0.2.7 ");
  assert_true(view.find("MaxRecordBytes") == std::string::npos);
}

void what_is_left_out_stays_said(void**) {
  auto report = well();
  report.configuration = {"ucm.conf:7: PBX hq / PasswordFile: /etc/none cannot be read"};
  assert_true(in_trouble(report));
  assert_holds(status_view(report, kNow), "* The configuration has an error");
  assert_holds(status_view(report, kNow), "/etc/none cannot be read");

  report = well();
  report.ledger.counting_since_s = kNow - 86'400;
  report.ledger.aside = {"ledger.db.damaged-20260101T000000Z"};
  assert_false(in_trouble(report));
  assert_holds(status_view(report, kNow), "counters since");
  assert_holds(status_view(report, kNow), "* ledger.db.damaged-20260101T000000Z could not be used");
}

void metrics_are_sorted_and_aligned(void**) {
  assert_text(metrics_view({{"hq", "all", "total_sessions", "answered", "3"},
                            {"hq", "all", "duration", "talk-average", "nan"},
                            {"a", "trunk-x", "total_sessions", "busy", "12"}}),
              "a/ucm-trunk-x/total_sessions-busy   12\n"
              "hq/ucm-all/duration-talk-average    nan\n"
              "hq/ucm-all/total_sessions-answered  3\n");
  assert_text(metrics_view({}), "");
}

void the_quarantine_is_shown_without_what_a_terminal_obeys(void**) {
  service::QuarantineReport report;
  assert_holds(quarantine_view(report), "Nothing is in quarantine");
  report.rows = 8;
  report.total_bytes = 1024;
  report.shown = {{4, "hq", kNow, "syntax", "bad\x1b[2Jthing", 12, "x\ny\x07\xc2\x9bz\xc3\xbc"}};
  assert_text(quarantine_view(report),
              "Not understood: 1 of 8 shown (1.0 KiB in all), the newest first:\n"
              "\n"
              "#4  2026-02-02 02:40:00  PBX hq  syntax  12 bytes\n"
              "  bad.[2Jthing\n"
              "  x.y...z\xc3\xbc\n");
}

void a_masked_quarantine_keeps_its_lines(void**) {
  service::QuarantineReport report;
  report.rows = 2;
  report.total_bytes = 40'000;
  report.masked = true;
  report.shown = {{5, "hq", kNow, "syntax", "", 20'000, "{\n\t\"src\"\x1b", 16'384},
                  {4, "hq", kNow, "syntax", "", 2, "{}", 2}};
  assert_text(
      quarantine_view(report),
      "Not understood: 2 of 2 shown (39.1 KiB in all), the newest first; numbers and names are masked:\n"
      "\n"
      "#5  2026-02-02 02:40:00  PBX hq  syntax  19.5 KiB\n"
      "  Only the first 16.0 KiB are shown.\n"
      "  {\n"
      "  \t\"src\".\n"
      "\n"
      "#4  2026-02-02 02:40:00  PBX hq  syntax  2 bytes\n"
      "  {}\n");
}

void a_name_from_the_network_cannot_write_lines(void**) {
  auto report = well();
  report.pbxes[0].name = "h\nq\x1b[2J";
  report.pbxes[0].last_record_s.reset();
  const std::string view = status_view(report, kNow);
  assert_true(view.find('\x1b') == std::string::npos);
}

void spans_and_amounts_are_readable(void**) {
  assert_text(span_of_time(0), "0 s");
  assert_text(span_of_time(119), "119 s");
  assert_text(span_of_time(120), "2 min");
  assert_text(span_of_time(7199), "119 min");
  assert_text(span_of_time(7200), "2 h");
  assert_text(span_of_time(200'000), "2 days");
  assert_text(amount_of_bytes(1023), "1023 bytes");
  assert_text(amount_of_bytes(1536), "1.5 KiB");
  assert_text(amount_of_bytes(1LL << 60), "1048576.0 TiB");
  assert_text(local_time(0), "-");
  assert_text(columns({{"\xc3\xbc", "a"}, {"xyz", ""}}), "\xc3\xbc    a\nxyz\n");
}

int in_utc(void**) {
  setenv("TZ", "UTC", 1);
  tzset();
  return 0;
}

}  // namespace

int views_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_status_that_is_well_asks_for_nothing),
      cmocka_unit_test(alerts_that_are_on_are_shown_with_what_to_do),
      cmocka_unit_test(silence_is_told_what_to_click),
      cmocka_unit_test(trouble_is_told_what_to_do),
      cmocka_unit_test(refusals_are_told_what_to_do),
      cmocka_unit_test(what_is_left_out_stays_said),
      cmocka_unit_test(metrics_are_sorted_and_aligned),
      cmocka_unit_test(the_quarantine_is_shown_without_what_a_terminal_obeys),
      cmocka_unit_test(a_masked_quarantine_keeps_its_lines),
      cmocka_unit_test(a_name_from_the_network_cannot_write_lines),
      cmocka_unit_test(spans_and_amounts_are_readable),
  };
  return cmocka_run_group_tests(tests, in_utc, nullptr);
}
