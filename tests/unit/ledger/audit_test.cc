// The rows, asked by SQL, give what was counted: whatever came, in whatever order, and whatever was
// forgotten.
#include "ledger/audit.h"

#include <array>
#include <ctime>
#include <filesystem>
#include <random>
#include <set>

#include "check.h"
#include "keeping.h"
#include "ledger/schema.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;
using metrics::Metric;

void disagrees(const std::vector<Compared>& compared) {
  for (const Compared& one : compared) {
    if (one.agrees()) continue;
    print_error("%s %s %s: counter %lld, rows %lld, carried %lld\n", one.pbx.c_str(), one.scope.c_str(),
                one.metric.c_str(), static_cast<long long>(one.counter), static_cast<long long>(one.rows),
                static_cast<long long>(one.carried));
  }
}

std::vector<Compared> compared(const Keeping& desk) {
  auto database = Database::open_read_only(desk.file());
  assert_true(database.ok());
  auto all = compare(database.value(), "");
  if (!all) print_error("%s\n", all.error().what.c_str());
  assert_true(all.ok());
  return std::move(all).value();
}

std::size_t faults(const std::vector<Compared>& all) {
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const Compared& one) { return !one.agrees(); }));
}

// How many counters were compared.
std::size_t adds_up(const Keeping& desk) {
  const std::vector<Compared> all = compared(desk);
  disagrees(all);
  assert_int_equal(faults(all), 0);
  return all.size();
}

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  int below(int bound) { return static_cast<int>(engine_() % static_cast<unsigned>(bound)); }
  bool once_in(int times) { return below(times) == 0; }
  template <class List>
  auto any(const List& list) {
    return list[static_cast<std::size_t>(below(static_cast<int>(std::size(list))))];
  }

 private:
  std::mt19937 engine_;
};

Leg any_leg(Chance& chance, int call, int number, std::int64_t since) {
  constexpr std::array kDispositions{"ANSWERED",   "ANSWERED", "ANSWERED", " answered ",
                                     "NO ANSWER",  "NOANSWER", "BUSY",     "FAILED",
                                     "CONGESTION", "odd",      ""};
  constexpr std::array kApps{"Dial", "Dial", "dial", "Queue", "VoiceMail", "ForkCDR", "Playback", ""};
  constexpr std::array kActions{"DIAL",        "DIAL",           "VM",           "vm",
                                "IVR[7000]",   "QUEUE[6500]",    "QUEUE[6501]",  "QUEUE[a \"b\"]",
                                "ANNOUNCE[1]", "RINGGROUP[640]", "QUEUE[65 02]", ""};
  constexpr std::array kTrunks{"", "", "isp", "second isp", "third\\", "fo\"urth", "fifth", "6"};
  constexpr std::array kExtensions{"1001", "1002", "1003", "trunk_1", "o1", "", "5550100123456"};
  Leg leg = dialled(text("s{}", call), chance.any(kDispositions), since + chance.below(4'000),
                    chance.below(40), chance.below(700));
  if (chance.once_in(50)) leg.start = "1970-01-01 00:00:20";
  leg.uniqueid = text("{}.{}", call, number);
  leg.acct_id = text("{}", number);
  leg.channel = text("PJSIP/1001-{}", number);
  leg.src = text("55501{:02}", chance.below(4));
  leg.dst = text("10{:02}", chance.below(3));
  leg.lastapp = chance.any(kApps);
  leg.action_type = chance.any(kActions);
  leg.src_trunk_name = chance.any(kTrunks);
  leg.dst_trunk_name = chance.any(kTrunks);
  leg.channel_ext = chance.any(kExtensions);
  leg.dstchannel_ext = chance.any(kExtensions);
  if (chance.once_in(3)) leg.accountcode = text("a{}", chance.below(5));
  if (chance.once_in(4)) leg.billsec = 0;
  if (chance.once_in(8)) leg.answer = "";
  if (chance.once_in(12)) leg.answer = at(since + chance.below(9'000));
  if (chance.once_in(20)) leg.start = "";
  if (chance.once_in(20)) leg.start = "2026-02-30 10:00:00";
  if (!leg.start.empty() && chance.once_in(20)) leg.start[10] = 'T';
  return leg;
}

std::vector<PbxLedger> several() {
  metrics::BookSettings all{.host = "a", .kinds = {true, true, true, true, true, true}};
  metrics::BookSettings tight = all;
  tight.host = "b";
  tight.max_series = 900;
  metrics::BookSettings hashed = all;
  hashed.host = "c";
  hashed.hashed = true;
  hashed.histograms = false;
  return {{"a", all}, {"b", tight}, {"c", hashed}, {"d", {.host = "d", .state = true}}};
}

void traffic(Keeping& desk, Chance& chance, int round) {
  std::vector<Leg> known;
  for (int i = 0; i < 120; ++i) {
    const int call = round * 20 + chance.below(40);  // late legs of the round before among them
    const Leg leg = !known.empty() && chance.once_in(6)
                        ? known[static_cast<std::size_t>(chance.below(static_cast<int>(known.size())))]
                        : any_leg(chance, call, 1'000 * round + i, 86'400LL * round);
    known.push_back(leg);
    const auto pbx = static_cast<std::size_t>(chance.below(static_cast<int>(desk.settings.pbxes.size())));
    desk.admit(leg, chance.once_in(3) ? Origin::api : Origin::push, pbx);
    if (chance.once_in(10)) {
      QueueCall caller;
      caller.queue = text("65{:02}", chance.below(4));
      caller.start = at(86'400LL * round + i);
      caller.identity = text("{}", i);
      caller.answered = chance.once_in(2);
      caller.wait_s = chance.below(60);
      caller.talk_s = chance.below(100);
      assert_true(desk.ledger->admit(pbx, caller).ok());
    }
    if (chance.once_in(9)) desk.commit();
    if (chance.once_in(25)) {
      desk.ledger->abandon({Fault::storage, "a disk that is full"});
      Keeping::must(desk.ledger->ready());
    }
    if (chance.once_in(12)) {
      desk.clock.pass(chance.below(20));
      assert_false(desk.settle());
    }
  }
  desk.commit();
}

void random_traffic(unsigned seed) {
  Chance chance(seed);
  Keeping desk(several());
  for (int round = 0; round < 8; ++round) {
    traffic(desk, chance, round);
    assert_true(adds_up(desk) > 20);
    if (chance.once_in(2)) desk.settle_all();
    adds_up(desk);
    if (chance.once_in(2)) {
      desk.reopen();
      adds_up(desk);
    }
    desk.clock.pass(86'400);
    if (round == 4) {  // what came first is past its time
      desk.settings.retention_s = 3 * 86'400;
      desk.reopen();
      while (true) {
        const auto more = desk.ledger->forget(kLongSteadyMs);
        assert_true(more.ok());
        desk.commit();
        adds_up(desk);
        if (!more.value()) break;
      }
      assert_true(desk.number("SELECT count(*) FROM carried") > 100);
    }
  }
  desk.settle_all();
  adds_up(desk);
  assert_true(desk.count("trunk-other", Metric::attempts, 1) > 0);
}

void rows_give_the_counters(void**) {
  for (unsigned seed = 1; seed <= (kSanitized ? 1U : 6U); ++seed) {
    print_message("seed %u\n", seed);
    random_traffic(seed);
  }
}

// Settings that come and go between a call and its late leg.
void settings_that_change_between_a_call_and_its_late_leg(void**) {
  for (unsigned seed = 1; seed <= (kSanitized ? 1U : 6U); ++seed) {
    print_message("seed %u\n", seed);
    Chance chance(seed);
    Keeping desk(several());
    for (int round = 0; round < 10; ++round) {
      traffic(desk, chance, round);
      desk.settle_all();
      for (PbxLedger& pbx : desk.settings.pbxes) {
        for (bool& kind : pbx.book.kinds) kind = !chance.once_in(3);
        pbx.book.histograms = chance.once_in(2);
        pbx.book.hashed = chance.once_in(2);
        pbx.book.max_series = chance.once_in(2) ? 2'000 : 900;
        pbx.book.short_call_s = chance.below(20);
        pbx.book.service_level_s = chance.below(40);
      }
      desk.reopen();
      adds_up(desk);
    }
  }
}

void a_counter_that_is_wrong_is_found(void**) {
  Keeping desk;
  desk.keep(dialled("s1", "ANSWERED", 0, 5, 60));
  desk.settle_all();
  assert_true(adds_up(desk) > 20);
  constexpr std::array kHarm{
      "UPDATE counters SET value = value + 1 WHERE scope = 'all' AND metric = 'total_sessions-answered'",
      "UPDATE counters SET value = value - 1 WHERE scope = 'internal' AND metric = "
      "'total_time_in_ms-occupied'",
      "UPDATE calls SET wait_s = 6",
      "UPDATE legs SET disposition = 'BUSY'",
      "DELETE FROM legs",
      "DELETE FROM counters WHERE scope = 'all' AND metric = 'total_events-attempts'",
      "INSERT INTO counters SELECT pbx, scope, 'total_sessions-busy', 1 FROM counters WHERE scope = 'all' "
      "LIMIT 1"};
  desk.close();
  for (const char* harm : kHarm) {
    const std::string aside = desk.file() + ".whole";
    std::filesystem::copy_file(desk.file(), aside, std::filesystem::copy_options::overwrite_existing);
    {
      auto database = Database::open(desk.file());
      Keeping::must(database.value().run(harm));
    }
    assert_true(faults(compared(desk)) > 0);
    std::filesystem::remove(desk.file() + "-wal");
    std::filesystem::remove(desk.file() + "-shm");
    std::filesystem::rename(aside, desk.file());
    assert_int_equal(faults(compared(desk)), 0);
  }
}

void a_file_that_is_lost_leaves_its_counters_to_be_carried(void**) {
  Keeping desk(several());
  Chance chance(7);
  traffic(desk, chance, 0);
  desk.settle_all();
  const std::int64_t answered = desk.count("all", Metric::answered);
  assert_true(answered > 0);
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(desk.file() + suffix);
  for (int i = 0; i < 5; ++i) desk.ledger->abandon({Fault::storage, "gone"});
  Keeping::must(desk.ledger->ready());
  adds_up(desk);  // before the next record too
  assert_int_equal(desk.number("SELECT sum(value) FROM counters WHERE scope = 'all' AND pbx = 1 AND metric = "
                               "'total_sessions-answered'"),
                   answered);
  traffic(desk, chance, 3);
  desk.settle_all();
  adds_up(desk);
  desk.reopen();
  adds_up(desk);
}

// What a version before the newer counters wrote: a call that was counted in some of them.
void a_file_of_version_two(void**) {
  Keeping desk(several());
  desk.close();
  std::filesystem::remove(desk.file());
  {
    auto database = Database::open(desk.file());
    for (std::size_t step = 0; step < 2; ++step) {
      Keeping::must(database.value().run(std::string(migrations()[step])));
    }
    Keeping::must(database.value().run(text(
        "PRAGMA user_version = 2; PRAGMA application_id = {1};"
        "INSERT INTO pbx VALUES (1, 'a');"
        "INSERT INTO legs (id, pbx, arrived, origin, identity, duration, billsec, start, session, uniqueid, "
        "disposition, lastapp) VALUES (1, 1, 1769998000, 0, x'01', 65, 60, '{0}', 's1', '1.1', 'ANSWERED', "
        "'Dial');"
        "INSERT INTO calls VALUES (1, 1, 's1', 1769998000, 'answered', 5, 'internal', '{0}', 60, 65, 1, "
        "'isp', '6500', '', '', '', 1, 1770000000, '', '');"
        "INSERT INTO scopes VALUES (1, 1, 'trunk', 'isp', 'trunk-isp');"
        "INSERT INTO place VALUES ('open_from', 2);"
        "INSERT INTO counters VALUES (1, 'all', 'total_sessions-answered', 12),"
        "(1, 'all', 'total_time_in_ms-talk', 99000), (1, 'trunk-isp', 'total_sessions-answered', 1),"
        "(1, 'all', 'total_events-leg_answered', 40), (1, 'self', 'total_events-legs_accepted', 40);",
        at(0), kApplicationId)));
  }
  desk.reopen();
  assert_true(adds_up(desk) >= 5);
  assert_int_equal(desk.number("SELECT value FROM carried WHERE metric = 'total_events-legs_accepted'"), 39);
  Leg late = dialled("s1", "ANSWERED", 30, 5, 10);
  late.src_trunk_name = "isp";
  late.dst_trunk_name = "new";
  assert_true(desk.keep(late) == Admitted::counted);
  adds_up(desk);
  assert_int_equal(desk.count("all", Metric::answered), 12);  // not a second time
  assert_int_equal(desk.count("all", Metric::talk), 109'000);
  assert_int_equal(desk.count("trunk-isp", Metric::answered), 1);
  assert_int_equal(desk.count("trunk-new", Metric::answered), 1);
  desk.keep(dialled("s2", "BUSY", 60, 5));
  desk.settle_all();
  adds_up(desk);
  desk.reopen();
  adds_up(desk);
  desk.settings.retention_s = 3'600;
  desk.clock.pass(30LL * 86'400);
  desk.reopen();
  desk.forget();
  adds_up(desk);
  assert_int_equal(desk.number("SELECT count(*) FROM calls"), 0);
}

// What a step of retention costs that has to be carried.
void a_step_of_retention_stays_small(void**) {
  Keeping desk(several());
  Chance chance(3);
  for (int round = 0; round < 4; ++round) traffic(desk, chance, round);
  desk.settle_all();
  desk.settings.retention_s = 3'600;
  desk.clock.pass(30LL * 86'400);
  desk.reopen();
  std::int64_t longest_ms = 0;
  std::int64_t all_ms = 0;
  std::int64_t steps = 0;
  for (bool more = true; more;) {
    const std::clock_t before = std::clock();
    const auto step = desk.ledger->forget(kLongSteadyMs);
    const std::int64_t took_ms = static_cast<std::int64_t>(std::clock() - before) * 1000 / CLOCKS_PER_SEC;
    longest_ms = std::max(longest_ms, took_ms);
    all_ms += took_ms;
    ++steps;
    assert_true(step.ok());
    desk.commit();
    more = step.value();
  }
  print_message("%lld steps, %lld ms in all, the longest %lld ms\n", static_cast<long long>(steps),
                static_cast<long long>(all_ms), static_cast<long long>(longest_ms));
  assert_true(longest_ms < 500);  // of its own work, in a build without optimization
  adds_up(desk);
}

void a_reader_changes_nothing_and_needs_a_file(void**) {
  Keeping desk;
  auto database = Database::open_read_only(desk.file());
  assert_true(database.ok());
  assert_false(database.value().run("DELETE FROM counters").ok());
  assert_false(Database::open_read_only(desk.file() + ".none").ok());
  assert_false(std::filesystem::exists(desk.file() + ".none"));
}

}  // namespace

int audit_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(rows_give_the_counters),
      cmocka_unit_test(settings_that_change_between_a_call_and_its_late_leg),
      cmocka_unit_test(a_counter_that_is_wrong_is_found),
      cmocka_unit_test(a_file_that_is_lost_leaves_its_counters_to_be_carried),
      cmocka_unit_test(a_file_of_version_two),
      cmocka_unit_test(a_step_of_retention_stays_small),
      cmocka_unit_test(a_reader_changes_nothing_and_needs_a_file),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
