// Reports and lists of calls: of a ledger, and how they read.
#include <cstdlib>
#include <ctime>
#include <fstream>

#include "check.h"
#include "hands.h"
#include "ledger/ledger.h"
#include "legs.h"
#include "scratch.h"
#include "shim/ucmctl/commands.h"
#include "shim/ucmctl/ledger_views.h"
#include "shim/ucmctl/moment.h"

namespace {

using namespace ucm;
using namespace ucm::ctl;

bool holds(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

void moments_are_local_or_ago(void**) {
  setenv("TZ", "Europe/Berlin", 1);
  tzset();
  constexpr std::int64_t kNow = 1'780'000'000;
  assert_int_equal(*moment("24h", kNow), kNow - 86'400);
  assert_int_equal(*moment("7d", kNow), kNow - 7 * 86'400);
  assert_int_equal(*moment("90m", kNow), kNow - 5'400);
  assert_int_equal(*moment("2026-11-25", kNow), 1'795'561'200);
  assert_int_equal(*moment("2026-11-25 08:00", kNow), 1'795'590'000);
  assert_int_equal(*moment("2026-11-25T08:00:30", kNow), 1'795'590'030);
  assert_int_equal(*moment("2026-07-01", kNow), 1'782'856'800);  // summer time
  for (const char* said :
       {"", "yesterday", "24", "h", "-1h", "2026-11", "2026-13-01", "2026-02-30", "2026-11-25 8:00",
        "2026-11-25 25:00", "2026-11-25 08:60", "99999999999h", "2026-11-25 08:00:00x"}) {
    assert_false(moment(said, kNow).has_value());
  }
}

// A ledger with one inbound call of a minute and one that nobody took.
class Kept {
 public:
  Kept() {
    setenv("TZ", "UTC", 1);
    tzset();
    ledger::LedgerSettings settings;
    settings.directory = folder_ / "state";
    settings.pbxes = {{"hq", {.host = "hq"}}};
    Log log([](Severity, const std::string&) {}, clock_);
    ledger::Ledger ledger(settings, log, clock_);
    assert_true(ledger.ready().ok());
    Leg answered = dialled("s1", "ANSWERED", 0, 5, 60);
    answered.src = "+4915550142";
    answered.src_trunk_name = "isp";
    for (const Leg& leg : {answered, dialled("s2", "NO ANSWER", 100, 20)}) {
      assert_true(ledger.admit(0, leg, ledger::Origin::push).ok());
    }
    clock_.pass(20);
    assert_true(ledger.settle(10).ok());
    assert_true(ledger.commit().ok());
  }
  [[nodiscard]] LedgerPlace place() const { return {folder_ / "state/ledger.db", {}, {}, {}}; }
  void harm() const {
    auto database = ledger::Database::open(place().ledger);
    assert_true(database.value()
                    .run("UPDATE counters SET value = value + 1 WHERE scope = 'all' AND metric = "
                         "'total_sessions-answered'")
                    .ok());
  }

 private:
  Scratch folder_;
  Hands clock_;
};

Span all_of_it() {
  return {"2026-02-01", "2026-02-04", ""};
}

void a_report_of_a_whole_ledger(void**) {
  const Kept kept;
  const ctl::Outcome outcome = report(kept.place(), all_of_it(), false);
  assert_int_equal(outcome.exit, kFine);
  assert_true(holds(outcome.out, "agree"));
  assert_true(holds(outcome.out, "all_lines_busy"));
  assert_true(holds(outcome.out, "trunk-isp"));
  assert_true(holds(outcome.out, "50.0 %"));
  assert_true(holds(outcome.out, "60.0 s"));
  assert_false(holds(outcome.out, "15550142"));
  const ctl::Outcome json = report(kept.place(), all_of_it(), true);
  assert_true(json.out.starts_with("{\"agree\":true,\"compared\":") ||
              json.out.starts_with("{\"agree\": true"));
  const ctl::Outcome nothing = report(kept.place(), {"2025-01-01", "2025-01-02", "hq"}, false);
  assert_int_equal(nothing.exit, kFine);
  assert_true(holds(nothing.out, "none"));
}

void a_counter_that_is_off_is_named(void**) {
  const Kept kept;
  kept.harm();
  const ctl::Outcome outcome = report(kept.place(), all_of_it(), false);
  assert_int_equal(outcome.exit, kFinding);
  assert_true(holds(outcome.out, "total_sessions-answered"));
  assert_true(holds(outcome.out, "1 + 0 = 1"));
  assert_true(holds(outcome.out, "+1"));
  assert_true(holds(outcome.out, "What to do"));
  assert_int_equal(report(kept.place(), all_of_it(), true).exit, kFinding);
}

void what_it_is_asked_wrongly(void**) {
  const Kept kept;
  assert_int_equal(report(kept.place(), {"yesterday", "", ""}, false).exit, kWrongUse);
  assert_int_equal(report(kept.place(), {"2026-02-02", "2026-02-01", ""}, false).exit, kWrongUse);
  assert_int_equal(report(kept.place(), {"24h", "", "nowhere"}, false).exit, kWrongUse);
  assert_int_equal(report({"/nonexistent/ledger.db", {}, {}, {}}, all_of_it(), false).exit, kNoAnswer);
  assert_int_equal(report({"/dev/null", {}, {}, {}}, all_of_it(), false).exit, kNoAnswer);
  assert_int_equal(report({{}, "/nonexistent.conf", {}, {}}, all_of_it(), false).exit, kWrongUse);
}

void calls_come_with_masked_numbers(void**) {
  const Kept kept;
  const ctl::Outcome masked = calls(kept.place(), all_of_it(), {});
  assert_int_equal(masked.exit, kFine);
  assert_true(holds(masked.out, "+4915…"));
  assert_true(holds(masked.out, "1…"));
  assert_false(holds(masked.out, "15550142"));
  assert_false(holds(masked.out, "1002"));
  assert_true(masked.out.find("no_answer") < masked.out.find("answered "));  // the latest first
  CallsWish wish{.scope = "trunk-isp", .outcome = "answered", .limit = 1, .numbers = true, .json = false};
  const ctl::Outcome whole = calls(kept.place(), all_of_it(), wish);
  assert_true(holds(whole.out, "+4915550142"));
  assert_false(holds(whole.out, "no_answer"));
  wish.outcome = "busy";
  assert_text(calls(kept.place(), all_of_it(), wish).out, "No such calls.\n");
  wish.json = true;
  assert_text(calls(kept.place(), all_of_it(), wish).out, "[]\n");
}

void what_the_ledger_does_not_know_is_named(void**) {
  const Kept kept;
  CallsWish wish;
  for (const char* scope : {"all", "external", "trunk-isp"}) {
    wish.scope = scope;
    assert_int_equal(calls(kept.place(), all_of_it(), wish).exit, kFine);
    assert_int_equal(calls(kept.place(), {"2026-02-01", "2026-02-04", "hq"}, wish).exit, kFine);
  }
  wish.scope = "trunk-nope";
  const ctl::Outcome no_scope = calls(kept.place(), all_of_it(), wish);
  assert_int_equal(no_scope.exit, kWrongUse);
  assert_true(holds(no_scope.complaint, "knows no scope \"trunk-nope\""));
  const ctl::Outcome no_pbx = calls(kept.place(), {"2026-02-01", "2026-02-04", "nope"}, {});
  assert_int_equal(no_pbx.exit, kWrongUse);
  assert_true(holds(no_pbx.complaint, "knows no PBX \"nope\""));
  assert_text(no_pbx.out, "");
}

void a_configuration_without_ucm_is_named(void**) {
  const Scratch folder;
  const std::string file = folder / "other.conf";
  std::ofstream(file) << "LoadPlugin cpu\n";
  for (const ctl::Outcome& outcome :
       {report({{}, file, {}, {}}, all_of_it(), false), calls({{}, file, {}, {}}, all_of_it(), {})}) {
    assert_int_equal(outcome.exit, kWrongUse);
    assert_true(holds(outcome.complaint, file + ": there is no <Plugin ucm> block in it"));
  }
}

void what_came_from_the_network_is_shown_harmless(void**) {
  const std::string view = calls_view({{.pbx = "hq",
                                        .began_s = 1,
                                        .direction = "inbound",
                                        .outcome = "answered",
                                        .wait_s = 0,
                                        .talk_s = 0,
                                        .trunks = "a\x1b[31m",
                                        .queues = "",
                                        .from = "1\x07",
                                        .to = ""}});
  assert_false(holds(view, "\x1b"));
  assert_false(holds(view, "\x07"));
}

}  // namespace

int ledger_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(moments_are_local_or_ago),
      cmocka_unit_test(a_report_of_a_whole_ledger),
      cmocka_unit_test(a_counter_that_is_off_is_named),
      cmocka_unit_test(what_it_is_asked_wrongly),
      cmocka_unit_test(calls_come_with_masked_numbers),
      cmocka_unit_test(what_the_ledger_does_not_know_is_named),
      cmocka_unit_test(a_configuration_without_ucm_is_named),
      cmocka_unit_test(what_came_from_the_network_is_shown_harmless),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
