#include "service/senders.h"

#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::service;

PbxSettings pbx(std::vector<const char*> from, const char* serial = "") {
  PbxSettings settings;
  for (const char* network : from) settings.from.push_back(*net::parse_network(network));
  settings.serial = serial;
  return settings;
}

net::Address address(const char* text) {
  const auto parsed = net::parse_address(text);
  assert_true(parsed.has_value());
  return *parsed;
}

void an_address_nobody_names_is_nobodys(void**) {
  const Senders senders({pbx({"192.0.2.1"})});
  assert_int_equal(senders.behind(address("192.0.2.2")).size(), 0);
  assert_int_equal(senders.behind(address("192.0.2.1")).size(), 1);
  assert_int_equal(senders.behind(address("::ffff:192.0.2.1")).size(), 1);
  assert_int_equal(Senders({}).behind(address("192.0.2.1")).size(), 0);
}

void the_closest_network_names_the_pbx(void**) {
  const Senders senders({pbx({"10.0.0.0/8"}), pbx({"10.1.0.0/16", "2001:db8::/32"}), pbx({"10.1.2.3"})});
  const auto only = [&](const char* text) {
    const auto behind = senders.behind(address(text));
    assert_int_equal(behind.size(), 1);
    return behind[0];
  };
  assert_int_equal(only("10.9.9.9"), 0);
  assert_int_equal(only("10.1.9.9"), 1);
  assert_int_equal(only("10.1.2.3"), 2);
  assert_int_equal(only("2001:db8::7"), 1);
}

void several_pbxes_can_stand_behind_one_address(void**) {
  const Senders senders(
      {pbx({"192.0.2.1"}, "A"), pbx({"192.0.2.1"}, "B"), pbx({"192.0.2.0/24", "192.0.2.1"}, "C")});
  const std::vector<std::size_t> all{0, 1, 2};
  assert_true(senders.behind(address("192.0.2.1")) == all);
  assert_int_equal(senders.behind(address("192.0.2.9")).size(), 1);
}

void a_network_named_twice_counts_once(void**) {
  const Senders senders({pbx({"192.0.2.1", "192.0.2.1/32"})});
  assert_int_equal(senders.behind(address("192.0.2.1")).size(), 1);
}

constexpr int kNobody = -1;

void the_serial_tells_them_apart(void**) {
  const Senders senders(
      {pbx({"192.0.2.1"}, "20AA"), pbx({"192.0.2.1"}, "20BB"), pbx({"192.0.2.1"}), pbx({"192.0.2.1"})});
  struct Row {
    std::vector<std::size_t> behind;
    const char* serial;
    int which;
  };
  const Row rows[] = {
      {{0, 1}, "20BB", 1},
      {{0, 1}, "20bb", 1},
      {{0, 1}, "", kNobody},
      {{0, 1}, "20CC", kNobody},
      {{0, 1, 2}, "20CC", 2},
      {{0, 1, 2}, "", 2},
      {{0, 1, 2}, "20AA", 0},
      {{2}, "20CC", 2},
      {{2}, "", 2},
      {{0}, "", 0},
      {{0}, "20CC", kNobody},
      {{2, 3}, "", kNobody},
      {{2, 3}, "20AA", kNobody},
      {{}, "20AA", kNobody},
      {{}, "", kNobody},
  };
  for (const Row& row : rows) {
    const auto which = senders.which(row.behind, row.serial);
    assert_int_equal(which ? static_cast<int>(*which) : kNobody, row.which);
  }
}

}  // namespace

int senders_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(an_address_nobody_names_is_nobodys),
      cmocka_unit_test(the_closest_network_names_the_pbx),
      cmocka_unit_test(several_pbxes_can_stand_behind_one_address),
      cmocka_unit_test(a_network_named_twice_counts_once),
      cmocka_unit_test(the_serial_tells_them_apart),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
