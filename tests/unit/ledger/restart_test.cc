// What a new process finds: nothing of a ledger but its file.
#include <cmath>
#include <map>
#include <set>

#include "check.h"
#include "keeping.h"
#include "ledger/ledger.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;
using metrics::Metric;

void an_open_session_goes_on(void**) {
  Keeping desk;
  desk.keep(dialled("s", "NO ANSWER", 0, 20));
  desk.clock.pass(5);
  desk.reopen();
  assert_int_equal(desk.ledger->open_calls(), 1);
  assert_int_equal(desk.count("all", Metric::no_answer), 0);
  desk.keep(dialled("s", "ANSWERED", 20, 5, 60));
  const auto ended = desk.settle_all();
  assert_int_equal(ended.size(), 1);
  assert_int_equal(ended[0].call.legs, 2);
  assert_int_equal(desk.count("all", Metric::answered), 1);
  assert_int_equal(desk.count("all", Metric::no_answer), 0);
  assert_int_equal(desk.count("all", Metric::wait), 25'000);
}

void time_went_on_while_nobody_ran(void**) {
  Keeping desk;
  desk.keep(dialled("s", "NO ANSWER", 0, 20));
  desk.close();
  desk.clock.wall += 60;
  desk.clock.mono = 17;  // the machine too was started again
  desk.reopen();
  assert_false(desk.settle());
  assert_int_equal(desk.commit().size(), 1);
}

void a_wall_clock_set_back_does_not_settle_early(void**) {
  Keeping desk;
  desk.keep(dialled("s", "NO ANSWER", 0, 20));
  desk.close();
  desk.clock.wall -= 3'600;
  desk.reopen();
  assert_false(desk.settle());
  assert_int_equal(desk.ledger->open_calls(), 1);
  assert_int_equal(desk.settle_all().size(), 1);
}

void counters_go_on(void**) {
  Keeping desk;
  for (int run = 1; run <= 4; ++run) {
    Leg leg = dialled(text("s{}", run), "ANSWERED", run * 100, 5, 60);
    leg.src_trunk_name = "my isp";
    desk.keep(leg);
    desk.quarantine("not a record");
    desk.ledger->agent().add(Metric::agent_senders_refused, 1);
    desk.settle_all();
    assert_true(desk.ledger->commit(true).ok());
    desk.reopen();
    assert_int_equal(desk.count("all", Metric::answered), run);
    assert_int_equal(desk.count("trunk-my_isp", Metric::talk), run * 60'000);
    assert_int_equal(desk.count("all", Metric::leg_answered), run);
    assert_int_equal(desk.self(Metric::legs_accepted), run);
    assert_int_equal(desk.self(Metric::records_quarantined), run);
    assert_int_equal(desk.ledger->agent().value(Metric::agent_senders_refused), run);
  }
}

// Every statistic of the last hour and day, by scope and name; those that are NaN are left out.
std::map<std::string, double> windows(const Keeping& desk) {
  metrics::Book& book = desk.ledger->book(0);
  book.show_windows(desk.clock.wall);
  std::vector<metrics::Section> sections;
  book.read(false, sections);
  std::map<std::string, double> found;
  for (const metrics::Section& section : sections) {
    for (const metrics::Reading& reading : section.readings) {
      if (reading.row->kind != metrics::Kind::window || std::isnan(reading.level)) continue;
      found[text("{} {}", section.scope, metrics::key_of(*reading.row))] = reading.level;
    }
  }
  return found;
}

void the_last_hour_goes_on(void**) {
  metrics::BookSettings settings{.host = "hq"};
  settings.kinds.fill(true);
  Keeping desk({{"hq", settings}});
  const auto in_utc = [&] {
    desk.ledger->book(0).set_offset_at([](std::int64_t) { return std::optional<std::int64_t>(0); });
  };
  in_utc();
  Leg queued = dialled("a", "ANSWERED", 2'030, 20, 120);
  queued.action_type = "QUEUE[6500]";
  queued.src_trunk_name = "isp";
  queued.userfield = "Inbound";
  Leg busy = dialled("b", "BUSY", 2'100, 4);
  busy.channel_ext = "1003";
  busy.dst_trunk_name = "isp";
  desk.keep(queued);
  desk.keep(busy);
  desk.clock.wall += 600;
  desk.settle_all();
  Leg transferred = dialled("a", "ANSWERED", 2'170, 5, 1'000);  // comes when its call has been counted
  transferred.uniqueid = "a.2";
  transferred.dstchannel_ext = "1004";
  desk.clock.wall += 900;
  desk.keep(transferred);
  const auto before = windows(desk);
  assert_true(before.contains("extension-1004 duration-acd"));
  assert_true(before.at("all duration-acd") == 1'120);
  assert_true(before.at("extension-1003 percent-asr") == 0);
  desk.open();
  in_utc();
  desk.must(desk.ledger->ready());
  const auto after = windows(desk);
  for (const auto& [name, value] : before) {
    if (!after.contains(name) || after.at(name) != value) print_error("%s was %f\n", name.c_str(), value);
  }
  assert_true(before == after);
}

void names_from_before_they_were_hidden_are_shown_no_more(void**) {
  metrics::BookSettings settings{.host = "hq"};
  settings.kinds.fill(true);
  Keeping desk({{"hq", settings}});
  const auto call = [&](const std::string& session) {
    Leg leg = dialled(session, "ANSWERED", 0, 5, 60);
    leg.userfield = "Inbound";
    leg.dst = "4930555010";  // as long as a digest
    desk.keep(leg);
    desk.settle_all();
    desk.reopen();
  };
  const auto scopes = [&](std::string_view head) {
    std::vector<metrics::Section> sections;
    desk.ledger->book(0).read(false, sections);
    std::set<std::string> found;
    for (const metrics::Section& section : sections) {
      if (section.scope.starts_with(head)) found.insert(section.scope);
    }
    return found;
  };
  call("a");
  assert_true(scopes("did-").contains("did-4930555010"));
  desk.settings.pbxes[0].book.hashed = true;
  desk.reopen();
  assert_true(scopes("did-").empty() && scopes("extension-").empty());
  call("b");
  assert_int_equal(scopes("did-").size(), 1);
  assert_false(scopes("did-").contains("did-4930555010"));
  desk.settings.pbxes[0].book.hashed = false;
  desk.reopen();
  call("c");
  assert_int_equal(desk.count("did-4930555010", Metric::answered), 2);  // of "a" and "c"
}

void what_was_counted_stays_counted(void**) {
  Keeping desk;
  const Leg leg = dialled("s", "ANSWERED", 0, 5, 60);
  desk.keep(leg);
  desk.settle_all();
  desk.reopen();
  assert_int_equal(desk.ledger->open_calls(), 0);
  assert_true(desk.keep(leg) == Admitted::duplicate);
  assert_true(desk.keep(leg, Origin::api) == Admitted::duplicate);
  desk.keep(dialled("s", "ANSWERED", 70, 5, 30));  // late, after the restart
  assert_int_equal(desk.settle_all().size(), 0);
  assert_int_equal(desk.count("all", Metric::answered), 1);
  assert_int_equal(desk.count("all", Metric::talk), 90'000);
  assert_int_equal(desk.self(Metric::calls_amended), 1);
}

void what_was_not_committed_never_was(void**) {
  Keeping desk;
  static_cast<void>(desk.admit(dialled("s", "ANSWERED", 0, 5, 60)));
  desk.reopen();
  assert_int_equal(desk.ledger->open_calls(), 0);
  assert_int_equal(desk.self(Metric::legs_accepted), 0);
  assert_true(desk.keep(dialled("s", "ANSWERED", 0, 5, 60)) == Admitted::counted);
}

void settled_and_open_sessions_are_told_apart(void**) {
  Keeping desk;
  // Legs of two sessions between each other: one settles, one does not.
  desk.keep(dialled("early", "NO ANSWER", 0, 5));
  desk.keep(dialled("late", "NO ANSWER", 1, 5));
  desk.keep(dialled("early", "ANSWERED", 5, 5, 10));
  desk.clock.pass(10);
  desk.keep(dialled("late", "NO ANSWER", 10, 5));
  desk.clock.pass(5);
  assert_false(desk.settle());
  assert_int_equal(desk.commit().size(), 1);
  desk.reopen();
  assert_int_equal(desk.ledger->open_calls(), 1);
  const auto ended = desk.settle_all();
  assert_int_equal(ended.size(), 1);
  assert_text(ended[0].call.session, "late");
  assert_int_equal(ended[0].call.legs, 2);
  assert_int_equal(desk.count("all", Metric::answered) + desk.count("all", Metric::no_answer), 2);
}

void every_field_of_a_leg_comes_back(void**) {
  // Folding after a restart needs what folding before it needed.
  Keeping desk;
  Leg leg = dialled("s", "ANSWERED", 0, 5, 60);
  leg.userfield = "Inbound";
  leg.dst = "5550100";
  leg.accountcode = "a1";
  leg.action_type = "RINGGROUP[6400]";
  leg.src_trunk_name = "B\xc3\xbcro";
  desk.keep(leg);
  Call straight;
  fold(straight, leg);
  desk.reopen();
  const auto ended = desk.settle_all();
  assert_int_equal(ended.size(), 1);
  const Call& call = ended[0].call;
  assert_text(call.first, straight.first);
  assert_text(call.did, "5550100");
  assert_text(call.account, "a1");
  assert_text(call.ringgroups.at(0), "6400");
  assert_text(call.trunks.at(0), "B\xc3\xbcro");
  assert_true(call.direction == Direction::inbound);
  assert_true(call.answered_at == straight.answered_at);
  assert_int_equal(call.elapsed_s, 65);
}

void a_pbx_that_is_gone_is_not_forgotten(void**) {
  Keeping desk({{"hq", {.host = "hq"}}, {"branch", {.host = "branch"}}});
  desk.keep(dialled("s", "ANSWERED", 0, 5, 60), Origin::push, 1);
  desk.settings.pbxes.pop_back();
  desk.reopen();
  assert_int_equal(desk.settle_all().size(), 1);  // its open call is counted, though nobody shows it
  assert_int_equal(desk.count("all", Metric::answered), 0);
  assert_int_equal(desk.number("SELECT count(*) FROM counters WHERE metric = 'total_sessions-answered' AND "
                               "scope = 'all' AND pbx = (SELECT id FROM pbx WHERE name = 'branch')"),
                   1);
  // It comes back, in another place of the configuration.
  desk.settings.pbxes.insert(desk.settings.pbxes.begin(), {"branch", {.host = "branch"}});
  desk.reopen();
  assert_int_equal(desk.count("all", Metric::answered, 0), 1);
  assert_int_equal(desk.count("all", Metric::answered, 1), 0);
  assert_true(desk.keep(dialled("s", "ANSWERED", 0, 5, 60)) == Admitted::duplicate);
}

}  // namespace

int restart_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(an_open_session_goes_on),
      cmocka_unit_test(time_went_on_while_nobody_ran),
      cmocka_unit_test(a_wall_clock_set_back_does_not_settle_early),
      cmocka_unit_test(counters_go_on),
      cmocka_unit_test(the_last_hour_goes_on),
      cmocka_unit_test(names_from_before_they_were_hidden_are_shown_no_more),
      cmocka_unit_test(what_was_counted_stays_counted),
      cmocka_unit_test(what_was_not_committed_never_was),
      cmocka_unit_test(settled_and_open_sessions_are_told_apart),
      cmocka_unit_test(every_field_of_a_leg_comes_back),
      cmocka_unit_test(a_pbx_that_is_gone_is_not_forgotten),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
