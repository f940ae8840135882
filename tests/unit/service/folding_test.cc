// Each folder of tests/data/folding is a case: legs.json as a UCM wrote them, and the calls expected of them.
// Whatever the order in which the legs come, the calls are the same.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <vector>

#include "base/text.h"
#include "check.h"
#include "model/call.h"
#include "wire/splitter.h"

namespace {

using namespace ucm;
namespace fs = std::filesystem;

constexpr std::size_t kEveryOrder = 6;  // legs; of more, some thousand orders are tried

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

using Calls = std::map<std::string, Call>;

Calls folded(const std::vector<Leg>& legs) {
  Calls calls;
  for (const Leg& leg : legs) fold(calls[session_of(leg)], leg);
  return calls;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ",") + name;
  return all;
}

std::string described(const std::string& session, const Call& call) {
  std::string all = text("session {}\ndirection {}\noutcome {}\ntalk {}\nwait {}\nelapsed {}\nlegs {}\n",
                         session, word_for(call.direction), word_for(outcome_of(call)), call.talk_s,
                         outcome_of(call) == Outcome::answered ? wait_s(call) : 0, call.elapsed_s, call.legs);
  const auto line = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) all += text("{} {}\n", name, value);
  };
  line("trunks", joined(call.trunks));
  line("queues", joined(call.queues));
  line("ringgroups", joined(call.ringgroups));
  line("did", call.did);
  line("account", call.account);
  return all;
}

std::string described(const Calls& calls) {
  std::string all;
  for (const auto& [session, call] : calls) all += (all.empty() ? "" : "\n") + described(session, call);
  return all;
}

void any_order(std::vector<Leg> legs, const std::string& expected) {
  std::vector<std::size_t> order(legs.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto check = [&] {
    std::vector<Leg> arriving;
    for (const std::size_t i : order) arriving.push_back(legs[i]);
    assert_text(described(folded(arriving)), expected);
  };
  if (legs.size() <= kEveryOrder) {
    do {
      check();
    } while (std::next_permutation(order.begin(), order.end()));
    return;
  }
  std::mt19937 chance(7);
  for (int i = 0; i < 2'000; ++i) {
    check();
    std::shuffle(order.begin(), order.end(), chance);
  }
}

// Of the legs, those after the first `settled` come after the calls were counted.
void any_of_them_late(const std::vector<Leg>& legs, std::size_t settled) {
  const auto split = legs.begin() + static_cast<std::ptrdiff_t>(settled);
  const Calls counted = folded({legs.begin(), split});
  Calls amended = counted;
  for (auto leg = split; leg != legs.end(); ++leg) {
    const auto found = amended.find(session_of(*leg));
    if (found == amended.end()) return;  // a call of its own
    fold_late(found->second, *leg);
  }
  for (const auto& [session, whole] : folded(legs)) {
    const Call& after = amended.at(session);
    const Call& before = counted.at(session);
    assert_int_equal(after.talk_s, whole.talk_s);
    assert_int_equal(after.legs, whole.legs);
    assert_int_equal(after.elapsed_s, whole.elapsed_s);
    assert_text(joined(after.trunks), joined(whole.trunks));
    assert_text(joined(after.queues), joined(whole.queues));
    assert_text(joined(after.ringgroups), joined(whole.ringgroups));
    assert_true(after.direction == before.direction);
    assert_text(after.did, before.did);
    if (!before.account.empty()) assert_text(after.account, before.account);
  }
}

void every_case(void (*check)(const std::vector<Leg>& legs, const std::string& expected)) {
  std::size_t cases = 0;
  for (const auto& folder : fs::directory_iterator(UCM_TEST_DATA "/folding")) {
    const std::string document = content_of(folder.path() / "legs.json");
    const wire::Decoded decoded = wire::decode_all(document, document.size());
    print_message("%s\n", folder.path().filename().c_str());
    assert_int_equal(decoded.rejected.size(), 0);
    assert_true(!decoded.legs.empty());
    check(decoded.legs, content_of(folder.path() / "expected"));
    ++cases;
  }
  assert_true(cases >= 30);
}

void legs_fold_into_the_same_calls_in_any_order(void**) {
  every_case([](const std::vector<Leg>& legs, const std::string& expected) { any_order(legs, expected); });
}

void late_legs_add_what_they_have(void**) {
  every_case([](const std::vector<Leg>& legs, const std::string&) {
    std::vector<Leg> turned = legs;
    std::reverse(turned.begin(), turned.end());
    for (std::size_t settled = 1; settled <= legs.size(); ++settled) {
      any_of_them_late(legs, settled);
      any_of_them_late(turned, settled);
    }
  });
}

}  // namespace

int folding_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(legs_fold_into_the_same_calls_in_any_order),
      cmocka_unit_test(late_legs_add_what_they_have),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
