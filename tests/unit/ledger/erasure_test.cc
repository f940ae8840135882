// Who asks to be forgotten is gone from the file, byte by byte, and every number stays what it was.
#include "ledger/erasure.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "check.h"
#include "keeping.h"
#include "ledger/audit.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;
using metrics::Metric;

constexpr const char* kPerson = "15550142";

bool stands_in(const std::string& path, std::string_view what) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return bytes.find(what) != std::string::npos;
}

bool on_disk(const Keeping& desk, std::string_view what) {
  return stands_in(desk.file(), what) || stands_in(desk.file() + "-wal", what);
}

void adds_up(const Keeping& desk) {
  auto database = Database::open_read_only(desk.file());
  const auto all = compare(database.value(), "");
  assert_true(all.ok());
  assert_true(all.value().size() > 20);
  for (const Compared& one : all.value()) assert_true(one.agrees());
}

// A call from somebody to an extension; its session holds the caller's number, as a UCM writes it.
Leg call_from(const std::string& caller, int number, const std::string& to = "1002") {
  Leg leg = dialled(text("1770000{:03}000123-{}", number, caller), "ANSWERED", number, 5, 60);
  leg.uniqueid = text("1770000{:03}.1", number);
  leg.src = caller;
  leg.dst = to;
  leg.clid = text("\"A. Person\" <{}>", caller);
  leg.caller_name = "A. Person";
  leg.channel = text("PJSIP/trunk_1-{:08x}", number);
  leg.channel_ext = "trunk_1";
  leg.dstchannel = text("PJSIP/{}-{:08x}", to, number);
  leg.lastdata = text("PJSIP/{},30", to);
  leg.recordfiles = text("auto-1770000{:03}-{}-{}.wav", number, caller, to);
  leg.src_trunk_name = "isp";
  leg.userfield = "Inbound";
  return leg;
}

void finish(Keeping& desk) {
  for (int turns = 0; turns < 10'000 && desk.ledger->erasure()->running(); ++turns) {
    const auto more = desk.ledger->erase_step();
    assert_true(more.ok());
    desk.commit();
    if (!more.value() && !desk.ledger->erasure()->at_disk()) {
      desk.clock.pass(1);
      desk.settle();
    }
  }
  assert_int_equal(static_cast<int>(desk.ledger->erasure()->report().step),
                   static_cast<int>(ErasureStep::done));
}

void many_calls(Keeping& desk) {
  for (int i = 0; i < 400; ++i) {
    desk.admit(call_from(i % 7 == 0 ? "+15550142" : text("1555{:04}", 200 + i % 90), i), Origin::push,
               static_cast<std::size_t>(i % 2));
    if (i % 50 == 49) desk.settle_all();
  }
  desk.settle_all();
}

std::vector<PbxLedger> two() {
  return {{"hq", {.host = "hq"}}, {"branch", {.host = "branch"}}};
}

void no_byte_of_a_number_stays_and_no_total_changes(void**) {
  Keeping desk(two());
  many_calls(desk);
  desk.quarantine("{\"src\": \"+15550142\", broken");
  desk.quarantine("{\"src\": \"15550143\", broken");
  const std::int64_t talk = desk.count("all", Metric::talk);
  assert_true(on_disk(desk, kPerson));
  Keeping::must(desk.ledger->erase("", "+1 (555) 0142"));
  finish(desk);
  assert_false(on_disk(desk, kPerson));
  assert_true(on_disk(desk, "15550143"));
  assert_int_equal(std::filesystem::file_size(desk.file() + "-wal"), 0);
  const ErasureReport& report = desk.ledger->erasure()->report();
  assert_int_equal(report.legs, 58);
  assert_int_equal(report.calls, 58);
  assert_int_equal(report.quarantined, 1);
  assert_int_equal(desk.number("SELECT count(*) FROM quarantine"), 1);
  assert_int_equal(desk.ledger->size().value().quarantined, 1);
  assert_int_equal(desk.number("SELECT count(*) FROM legs WHERE caller_name IS NULL"), 58);
  assert_int_equal(desk.count("all", Metric::talk), talk);
  adds_up(desk);
  for (const std::string& line : desk.lines) assert_true(line.find(kPerson) == std::string::npos);
  assert_true(desk.said("1555…"));
  desk.reopen();
  adds_up(desk);
  assert_int_equal(desk.count("all", Metric::talk), talk);
  desk.settings.retention_s = 3'600;
  desk.clock.pass(30LL * 86'400);
  desk.reopen();
  desk.forget();
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), 0);
  adds_up(desk);
}

void what_was_erased_counts_no_second_time(void**) {
  Keeping desk(two());
  many_calls(desk);
  Keeping::must(desk.ledger->erase("", kPerson));
  finish(desk);
  assert_true(desk.keep(call_from("+15550142", 0)) == Admitted::duplicate);
  // A late leg belongs to the call that was counted, and comes without its numbers.
  const std::int64_t answered = desk.count("all", Metric::answered);
  const std::int64_t talk = desk.count("all", Metric::talk);
  Leg late = call_from("+15550142", 0);
  late.start = at(200);
  late.uniqueid = "1770000000.2";
  late.userfield = "Outbound";  // it was sent on, to a number that nobody is told either
  late.dst_trunk_name = "isp";
  late.dst = "0015550142";
  assert_true(desk.admit(late) == Admitted::counted);
  const std::vector<Ended> amended = desk.commit();
  assert_int_equal(amended.size(), 1);
  assert_true(amended.front().call.dialled_out.empty());
  assert_false(on_disk(desk, kPerson));
  desk.reopen();  // and does not become a call of its own by being folded again
  desk.settle_all();
  assert_int_equal(desk.count("all", Metric::answered), answered);
  assert_int_equal(desk.count("all", Metric::talk), talk + 60'000);
  assert_true(desk.keep(late) == Admitted::duplicate);
  assert_int_equal(desk.self(Metric::calls_amended), 1);
  adds_up(desk);
  // Somebody else's call is nobody's business.
  assert_int_equal(desk.number("SELECT count(*) FROM calls WHERE src LIKE '1555%'"), 342);
}

void calls_that_have_not_settled_are_waited_for(void**) {
  Keeping desk;
  desk.keep(call_from("+15550142", 1));
  Keeping::must(desk.ledger->erase("hq", kPerson));
  for (int i = 0; i < 5; ++i) {
    assert_true(desk.ledger->erase_step().ok());
    desk.commit();
  }
  assert_int_equal(static_cast<int>(desk.ledger->erasure()->report().step),
                   static_cast<int>(ErasureStep::settling));
  assert_false(desk.ledger->erase("hq", kPerson).ok());  // one at a time
  finish(desk);
  assert_false(on_disk(desk, kPerson));
  assert_int_equal(desk.ledger->erasure()->report().calls, 1);
  assert_int_equal(desk.count("all", Metric::answered), 1);
  adds_up(desk);
}

// However far it had come when the process ended.
void one_that_breaks_off_is_finished_by_the_next(void**) {
  for (int steps = 1; steps < 16; ++steps) {
    Keeping desk(two());
    many_calls(desk);
    Leg other =
        call_from("15550777", 500, "15550142");  // of the same call: a leg that does not name the person
    other.session = "1770000500000123-15550777";
    Leg onward = call_from("15550777", 501, "1003");
    onward.session = other.session;
    desk.keep(other);
    desk.keep(onward);
    desk.settle_all();
    const std::int64_t answered = desk.count("all", Metric::answered);
    Keeping::must(desk.ledger->erase("", kPerson));
    for (int i = 0; i < steps && desk.ledger->erasure()->running(); ++i) {
      assert_true(desk.ledger->erase_step().ok());
      desk.commit();
    }
    desk.reopen();
    desk.settle_all();
    assert_int_equal(desk.count("all", Metric::answered), answered);
    Keeping::must(desk.ledger->erase("", kPerson));
    finish(desk);
    assert_false(on_disk(desk, kPerson));
    assert_int_equal(desk.number("SELECT count(*) FROM legs WHERE session = '1770000500000123-15550777'"), 0);
    assert_int_equal(desk.count("all", Metric::answered), answered);
    adds_up(desk);
  }
}

void a_turn_that_is_lost_ends_it(void**) {
  Keeping desk;
  desk.keep(call_from("+15550142", 1));
  desk.settle_all();
  Keeping::must(desk.ledger->erase("", kPerson));
  assert_true(desk.ledger->erase_step().ok());
  desk.ledger->abandon({Fault::storage, "a disk that is full"});
  Keeping::must(desk.ledger->ready());
  assert_int_equal(static_cast<int>(desk.ledger->erasure()->report().step),
                   static_cast<int>(ErasureStep::failed));
  Keeping::must(desk.ledger->erase("", kPerson));
  finish(desk);
  assert_false(on_disk(desk, kPerson));
}

void what_is_asked_for_must_be_a_number_and_a_pbx(void**) {
  Keeping desk;
  for (const char* number : {"", "12", "+12", "1; DROP TABLE legs", "…"}) {
    assert_false(desk.ledger->erase("", number).ok());
  }
  assert_false(desk.ledger->erase("nowhere", kPerson).ok());
  Keeping::must(desk.ledger->erase("hq", "001"));
}

void a_reader_holds_the_log_and_is_told_of(void**) {
  Keeping desk;
  desk.keep(call_from("+15550142", 1));
  desk.settle_all();
  auto reader = Database::open_read_only(desk.file());
  Keeping::must(reader.value().run("BEGIN"));
  assert_true(reader.value().number("SELECT count(*) FROM legs").ok());
  Keeping::must(desk.ledger->erase("", kPerson));
  finish(desk);
  assert_true(desk.ledger->erasure()->report().what.find("ledger.db-wal") != std::string::npos);
}

}  // namespace

int erasure_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(no_byte_of_a_number_stays_and_no_total_changes),
      cmocka_unit_test(what_was_erased_counts_no_second_time),
      cmocka_unit_test(calls_that_have_not_settled_are_waited_for),
      cmocka_unit_test(one_that_breaks_off_is_finished_by_the_next),
      cmocka_unit_test(a_turn_that_is_lost_ends_it),
      cmocka_unit_test(what_is_asked_for_must_be_a_number_and_a_pbx),
      cmocka_unit_test(a_reader_holds_the_log_and_is_told_of),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
