#include "shim/ucmctl/trial_view.h"

#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::ctl;
using service::ActionTrial;
using Fared = ActionTrial::Fared;

constexpr std::int64_t kNow = 1'770'000'000;
constexpr std::int64_t kDay = 86'400;

struct Desk {
  service::PbxSettings settings;
  service::PbxTrial trial;
  service::AgentView agent;
  service::Dialect dialect = service::Dialect::collectd;

  Desk() {
    settings.name = trial.pbx = "hq";
    settings.api.emplace();
    settings.api->pinned_key = "sha256//x";
    settings.from.emplace_back();
    trial.url = "https://pbx:8089/api";
    trial.user = "u";
    trial.let_in = true;
    trial.logins = 1;
    trial.certificate = net::PeerCertificate{kNow + 100 * kDay, "sha256//y", true};
    agent.silence = "why";
  }
  [[nodiscard]] TrialLine line(std::string_view topic) const {
    for (TrialLine& each : report_of({settings, trial, agent, dialect, kNow}).lines) {
      if (each.topic == topic) return std::move(each);
    }
    return {};
  }
  service::PbxReport& known() {
    agent.report.emplace();
    service::PbxReport& pbx = agent.report->pbxes.emplace_back();
    pbx.name = "hq";
    return pbx;
  }
};

void advice_is_numbered_with_the_most_important_first(void**) {
  assert_text(advice_view({}), "");
  assert_text(
      advice_view({{Severity::notice, "c"}, {Severity::warning, "b"}, {Severity::error, "a\n", "p \"x\""}}),
      "What to do:\n  1. a.\n\n       p \"x\"\n\n  2. b\n  3. c\n");
}

void the_report_is_in_columns_and_harmless(void**) {
  const TrialReport report{"PBX \x1b",
                           {{.topic = "TLS", .word = "ok"}, {.topic = "a", .word = "b", .told = "\x07"}}};
  assert_text(trial_view(report), "PBX .\n  TLS  ok\n  a    b   .\n");
}

void certificates_expire_unless_a_key_is_pinned(void**) {
  Desk desk;
  desk.trial.certificate->expires_s = kNow + 3 * kDay;
  assert_int_equal(desk.line("TLS").severity, Severity::info);
  desk.settings.api->ca_file = "ca.pem";
  assert_int_equal(desk.line("TLS").severity, Severity::warning);
  desk.settings.api->pinned_key.clear();
  assert_text(desk.line("TLS").word, "expiring");
  desk.trial.certificate->expires_s = kNow + 14 * kDay;
  assert_text(desk.line("TLS").told, "trusted by CACert; the certificate expires in 14 days");
  desk.settings.api->ca_file.clear();
  desk.settings.api->verify_peer = false;
  assert_text(desk.line("TLS").paste, "PinnedPublicKey \"sha256//y\"");
}

void the_line_to_paste_is_of_the_dialect(void**) {
  Desk desk;
  desk.trial.let_in = false;
  desk.trial.trouble = api::Trouble::tls;
  assert_text(desk.line("TLS").paste, "PinnedPublicKey \"sha256//y\"");
  desk.dialect = service::Dialect::toml;
  assert_text(desk.line("TLS").paste, "pinned_public_key = \"sha256//y\"");
  desk.trial.certificate.reset();
  assert_text(desk.line("TLS").paste, "");
  assert_text(desk.line("login").word, "");
}

void silence_before_and_after_tls(void**) {
  Desk desk;
  desk.trial.let_in = false;
  desk.trial.trouble = api::Trouble::timeout;
  desk.trial.what = "late";
  assert_text(desk.line("connection").word, "ok");
  assert_text(desk.line("login").remedy, "late");
  desk.trial.certificate.reset();
  assert_text(desk.line("connection").remedy, "late");
  assert_text(desk.line("actions").word, "not tried");
}

void what_is_to_be_ticked_stands_in_one_advice(void**) {
  Desk desk;
  desk.trial.actions = {{"cdrapi", "records", Fared::answered, ""},
                        {"recapi", "recordings", Fared::not_permitted, ""},
                        {"pmsapi", "nothing", Fared::not_permitted, ""},
                        {"listAccount", "states", Fared::failing, "it burns"}};
  const std::string where =
      "for API user \"u\" under Integrations > API Configuration > HTTPS API Settings (New)";
  assert_text(desk.line("recapi").remedy, "tick recapi, pmsapi " + where);
  assert_text(desk.line("pmsapi").remedy, "");
  assert_int_equal(desk.line("pmsapi").severity, Severity::warning);
  assert_text(desk.line("pmsapi").told, "nothing. Tick it " + where);
  assert_text(desk.line("listAccount").remedy, "listAccount (states): it burns");
  assert_text(desk.line("cdrapi").remedy, "");
}

void pushes_as_the_agent_knows_them(void**) {
  Desk desk;
  assert_text(desk.line("pushes").told, "no agent to ask: why");
  desk.agent.report.emplace();
  assert_text(desk.line("pushes").told, "the running agent does not know this PBX");
  service::PbxReport& pbx = desk.known();
  assert_text(desk.line("pushes").word, "none yet");
  assert_int_equal(desk.line("pushes").severity, Severity::notice);
  pbx.legs_accepted = pbx.legs_backfilled = 4;
  assert_int_equal(desk.line("pushes").severity, Severity::warning);
  pbx.legs_accepted = 5;
  pbx.last_record_s = kNow - 200;
  assert_text(desk.line("pushes").told, "1 new record, the last one 3 min ago");
  desk.settings.from.clear();
  assert_text(desk.line("pushes").word, "none");
}

void records_that_only_the_push_brings(void**) {
  Desk desk;
  assert_text(desk.line("records").word, "");
  desk.trial.day_records = 0;
  assert_text(desk.line("records").word, "none");
  service::PbxReport& pbx = desk.known();
  pbx.last_record_s = kNow - 86'400;
  assert_int_equal(desk.line("records").severity, Severity::notice);
  pbx.last_record_s = kNow - 86'399;
  assert_int_equal(desk.line("records").severity, Severity::warning);
  desk.trial.day_records = 1'000;
  desk.trial.day_is_full = true;
  assert_text(desk.line("records").told, "1000 records and perhaps more of the last day");
}

void a_clock_may_be_a_little_wrong(void**) {
  Desk desk;
  assert_text(desk.line("clock").word, "");
  desk.trial.clock_ahead_s = 30;
  assert_text(desk.line("clock").told, "30 s ahead of that of this machine");
  assert_text(desk.line("clock").word, "ok");
  desk.trial.clock_ahead_s = -31;
  assert_text(desk.line("clock").word, "wrong");
}

}  // namespace

int trial_view_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(advice_is_numbered_with_the_most_important_first),
      cmocka_unit_test(the_report_is_in_columns_and_harmless),
      cmocka_unit_test(certificates_expire_unless_a_key_is_pinned),
      cmocka_unit_test(the_line_to_paste_is_of_the_dialect),
      cmocka_unit_test(silence_before_and_after_tls),
      cmocka_unit_test(what_is_to_be_ticked_stands_in_one_advice),
      cmocka_unit_test(pushes_as_the_agent_knows_them),
      cmocka_unit_test(records_that_only_the_push_brings),
      cmocka_unit_test(a_clock_may_be_a_little_wrong),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
