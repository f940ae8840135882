// Random traffic in random order, with restarts and lost turns at random moments, against a plain reference
// that sees all legs at once. The seed of a run that failed is printed.
#include <algorithm>
#include <array>
#include <random>
#include <set>

#include "check.h"
#include "conserved.h"
#include "keeping.h"
#include "ledger/ledger.h"
#include "reference.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;
using metrics::Metric;

constexpr std::array kOutcomeMetrics{Metric::answered,  Metric::voicemail, Metric::ivr,  Metric::busy,
                                     Metric::no_answer, Metric::failed,    Metric::other};
constexpr std::array kLegMetrics{Metric::leg_answered, Metric::leg_no_answer, Metric::leg_busy,
                                 Metric::leg_failed, Metric::leg_other};
constexpr std::array kDirections{"inbound", "outbound", "internal", "external"};

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  int below(int bound) { return static_cast<int>(engine_() % static_cast<unsigned>(bound)); }
  bool once_in(int times) { return below(times) == 0; }
  template <class List>
  auto any(const List& list) {
    return list[static_cast<std::size_t>(below(static_cast<int>(std::size(list))))];
  }
  template <class List>
  void shuffle(List& list) {
    std::shuffle(list.begin(), list.end(), engine_);
  }

 private:
  std::mt19937 engine_;
};

Leg any_leg(Chance& chance, const std::string& session, int number) {
  constexpr std::array kDispositions{"ANSWERED", "ANSWERED", "NO ANSWER", "BUSY", "FAILED", "odd"};
  constexpr std::array kApps{"Dial", "Dial", "Dial", "VoiceMail", "ForkCDR", "Playback"};
  constexpr std::array kActions{"DIAL",        "DIAL",           "VM", "IVR[7000]", "QUEUE[6500]",
                                "QUEUE[6501]", "RINGGROUP[6400]"};
  constexpr std::array kTrunks{"", "", "isp", "second isp", "third"};
  constexpr std::array kUserfields{"", "", "Inbound", "Outbound", "Internal", "External"};
  Leg leg =
      dialled(session, chance.any(kDispositions), chance.below(4'000), chance.below(30), chance.below(200));
  leg.uniqueid = text("{}.{}", session, number / 2);  // shared by two
  leg.acct_id = text("{}", number);
  leg.channel = text("PJSIP/1001-{}", number);
  leg.lastapp = chance.any(kApps);
  leg.action_type = chance.any(kActions);
  leg.src_trunk_name = chance.any(kTrunks);
  leg.dst_trunk_name = chance.any(kTrunks);
  leg.userfield = chance.any(kUserfields);
  if (chance.once_in(4)) leg.billsec = 0;
  if (chance.once_in(10)) leg.answer = "";
  return leg;
}

// A turn that may be lost, with what it admitted.
class Traffic {
 public:
  Traffic(Keeping& desk, Chance& chance) : desk_(desk), chance_(chance) {}

  void admit(const Leg& leg) {
    const auto origin = chance_.once_in(3) ? Origin::api : Origin::push;
    const Admitted admitted = desk_.admit(leg, origin);
    const bool known = !seen_.insert(hex(identity_of(leg))).second;
    assert_true(admitted == (known ? Admitted::duplicate : Admitted::counted));
    if (!known) turn_.push_back(leg);
    ++offered_in_turn_;
  }
  void end_turn() {
    if (chance_.once_in(6)) {
      lose_turn();
      return;
    }
    desk_.commit();
    kept_.insert(kept_.end(), turn_.begin(), turn_.end());
    offered_ += std::exchange(offered_in_turn_, 0);
    turn_.clear();
    if (chance_.once_in(10)) desk_.reopen();
  }
  void settle() {
    assert_false(desk_.settle());
    end_turn();
  }
  void finish() {
    desk_.commit();
    kept_.insert(kept_.end(), turn_.begin(), turn_.end());
    offered_ += offered_in_turn_;
    turn_.clear();
    offered_in_turn_ = 0;
  }

  std::vector<Leg> kept_;
  std::vector<Leg> lost_;  // the sender was not answered: it sends them again
  std::int64_t offered_ = 0;

 private:
  void lose_turn() {
    if (chance_.once_in(2)) {
      desk_.reopen();  // killed before the commit
    } else {
      desk_.ledger->abandon({Fault::storage, "a disk that is full"});
      Keeping::must(desk_.ledger->ready());
    }
    for (const Leg& leg : turn_) seen_.erase(hex(identity_of(leg)));
    lost_.insert(lost_.end(), turn_.begin(), turn_.end());
    turn_.clear();
    offered_in_turn_ = 0;
  }

  Keeping& desk_;
  Chance& chance_;
  std::set<std::string> seen_;
  std::vector<Leg> turn_;
  std::int64_t offered_in_turn_ = 0;
};

std::int64_t sum(const Keeping& desk, const std::string& scope, const auto& metrics) {
  std::int64_t all = 0;
  for (const Metric metric : metrics) {
    assert_true(desk.count(scope, metric) >= 0);
    all += desk.count(scope, metric);
  }
  return all;
}

void adds_up(const Keeping& desk, const Traffic& traffic) {
  const auto legs = static_cast<std::int64_t>(traffic.kept_.size());
  assert_int_equal(desk.number("SELECT count(*) FROM legs"), legs);
  assert_int_equal(desk.self(Metric::legs_accepted), legs);
  assert_int_equal(sum(desk, "all", kLegMetrics), legs);
  assert_int_equal(desk.self(Metric::legs_duplicate) + desk.self(Metric::legs_reread),
                   traffic.offered_ - legs);
  assert_int_equal(sum(desk, "all", kOutcomeMetrics), desk.number("SELECT count(*) FROM calls"));
  for (const Metric metric : {Metric::talk, Metric::wait}) {
    std::int64_t directions = 0;
    for (const char* scope : kDirections) directions += desk.count(scope, metric);
    assert_int_equal(desk.count("all", metric), directions);
  }
  std::int64_t calls = 0;
  for (const char* scope : kDirections) calls += sum(desk, scope, kOutcomeMetrics);
  assert_int_equal(sum(desk, "all", kOutcomeMetrics), calls);
  std::int64_t talk = 0;
  for (const Leg& leg : traffic.kept_) talk += by_person(leg) ? leg.billsec * 1000 : 0;
  if (desk.ledger->open_calls() == 0) assert_int_equal(desk.count("all", Metric::talk), talk);
  Conserved(desk).check();
}

std::vector<Leg> some_calls(Chance& chance, int calls) {
  std::vector<Leg> legs;
  for (int i = 0; i < calls; ++i) {
    const int own = 1 + chance.below(5);
    for (int j = 0; j < own; ++j) legs.push_back(any_leg(chance, text("s{}", i), 10 * i + j));
  }
  chance.shuffle(legs);
  return legs;
}

void send(Traffic& traffic, Chance& chance, std::vector<Leg> legs) {
  while (!legs.empty()) {
    for (std::size_t i = 0; i < legs.size(); ++i) {
      traffic.admit(legs[i]);
      if (chance.once_in(5))
        traffic.admit(legs[static_cast<std::size_t>(chance.below(static_cast<int>(i) + 1))]);
      if (chance.once_in(8)) traffic.end_turn();
    }
    traffic.end_turn();
    legs = std::exchange(traffic.lost_, {});
  }
}

// Every leg is there before its session settles: the numbers are those of all legs at once.
void in_time(unsigned seed) {
  Chance chance(seed);
  Keeping desk;
  Traffic traffic(desk, chance);
  const std::vector<Leg> legs = some_calls(chance, 60);
  send(traffic, chance, legs);
  assert_int_equal(desk.count("all", Metric::answered), 0);
  for (int i = 0; i < 3; ++i) {
    desk.clock.pass(15);
    traffic.settle();
    adds_up(desk, traffic);
  }
  assert_false(desk.settle());
  traffic.finish();
  adds_up(desk, traffic);
  const Totals expected = reference(legs);
  assert_int_equal(sum(desk, "all", kOutcomeMetrics), expected.calls);
  for (const auto& [key, value] : expected.counters)
    assert_int_equal(desk.count(key.first, key.second), value);
  const Levels before = levels_of(desk);
  desk.reopen();
  assert_true(levels_of(desk) == before);  // the last hour and day too
}

// Legs come whenever they like: calls are amended, and it still adds up.
void at_any_time(unsigned seed) {
  Chance chance(seed);
  Keeping desk;
  Traffic traffic(desk, chance);
  std::vector<Leg> legs = some_calls(chance, 60);
  while (!legs.empty()) {
    const auto some = std::min<std::size_t>(legs.size(), static_cast<std::size_t>(1 + chance.below(20)));
    send(traffic, chance, {legs.end() - static_cast<std::ptrdiff_t>(some), legs.end()});
    legs.resize(legs.size() - some);
    desk.clock.pass(chance.below(20));
    traffic.settle();
    send(traffic, chance, std::exchange(traffic.lost_, {}));
    adds_up(desk, traffic);
  }
  desk.clock.pass(15);
  assert_false(desk.settle());
  traffic.finish();
  adds_up(desk, traffic);
  assert_int_equal(desk.number("SELECT count(*) FROM calls"), 60);
}

void seeds(void (*run)(unsigned seed)) {
  for (unsigned seed = 1; seed <= (kSanitized ? 3U : 12U); ++seed) {
    print_message("seed %u\n", seed);
    run(seed);
  }
}

void legs_in_time_count_as_all_at_once(void**) {
  seeds(in_time);
}

void legs_at_any_time_add_up(void**) {
  seeds(at_any_time);
}

}  // namespace

int random_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(legs_in_time_count_as_all_at_once),
      cmocka_unit_test(legs_at_any_time_add_up),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
