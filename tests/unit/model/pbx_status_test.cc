#include "model/pbx_status.h"

#include <algorithm>
#include <random>

#include "check.h"

namespace {

using namespace ucm;

Channel bridged(const char* in, const char* out, const char* feature) {
  return {"", "normal", "PJSIP/4001-00000001", in, out, feature, std::nullopt};
}
Channel unbridged(const char* channel, const char* state, const char* service) {
  return {state, service, channel, "", "", "", std::nullopt};
}

void every_bridge_is_an_active_call(void**) {
  const LiveCalls calls = count_live({bridged("West", "", "6500"), bridged("West", "East", ""),
                                      bridged("East", "East", "6500"), bridged("", "", "")},
                                     {});
  assert_int_equal(calls.all.active, 4);
  assert_int_equal(calls.all.ringing, 0);
  assert_int_equal(calls.trunks.size(), 2);
  assert_int_equal(calls.trunks.at("West").active, 2);
  assert_int_equal(calls.trunks.at("East").active, 2);
  assert_int_equal(calls.features.size(), 1);
  assert_int_equal(calls.features.at("6500").active, 2);
}

void of_unbridged_channels_only_calls_ring(void**) {
  struct Row {
    const char* channel;
    const char* state;
    const char* service;
    bool rings;
  };
  constexpr Row kRows[] = {
      {"PJSIP/4001-1", "Ringing", "normal", true},  {"PJSIP/4001-1", "Up", "queue", true},
      {"PJSIP/4001-1", "Dialing", "", true},        {"PJSIP/4001-1", "", "", true},
      {"PJSIP/4001-1", "Pre-ring", "normal", true}, {"PJSIP/4001-1", "Ring", "normal", false},
      {"PJSIP/4001-1", "ring", "normal", false},    {"PJSIP/4001-1", "Rsrvd", "normal", false},
      {"PJSIP/4001-1", "Down", "normal", false},    {"Local/4001@q;1", "Ringing", "normal", false},
      {"Local/4001@q;1", "Up", "queue", false},     {"Local/4001@q;1", "Up", "ConfBridge", false},
      {"local/4001@q;1", "Up", "queue", false},     {"Local/4001@q;1", "Up", "parked", true},
      {"Local/4001@q;1", "Ringing", "", true},      {"Locality/1", "Up", "normal", true},
  };
  for (const Row& row : kRows) {
    const LiveCalls calls = count_live({}, {unbridged(row.channel, row.state, row.service)});
    assert_int_equal(calls.all.ringing, row.rings ? 1 : 0);
    assert_int_equal(calls.all.active, 0);
  }
}

void what_does_not_ring_counts_nowhere(void**) {
  Channel silent = unbridged("PJSIP/trunk_1-1", "Ring", "normal");
  silent.inbound_trunk = "West";
  silent.feature = "6500";
  Channel ringing = silent;
  ringing.state = "Ringing";
  const LiveCalls calls = count_live({}, {silent, ringing});
  assert_int_equal(calls.trunks.at("West").ringing, 1);
  assert_int_equal(calls.features.at("6500").ringing, 1);
  assert_int_equal(calls.all.ringing, 1);
}

void nothing_is_nothing(void**) {
  const LiveCalls calls = count_live({}, {});
  assert_int_equal(calls.all.active + calls.all.ringing, 0);
  assert_true(calls.trunks.empty() && calls.features.empty());
  assert_true(queue_calls({}).empty());
}

QueueRow row(const char* caller, const char* start, const char* agent, std::int64_t wait, std::int64_t talk,
             bool connected) {
  return {"6500", caller, start, agent, wait, talk, connected};
}

void attempts_become_calls(void**) {
  const auto calls = queue_calls({
      row("5550101", "09:00", "4001", 20, 0, false),
      row("5550102", "09:01", "", 61, 0, false),
      row("5550101", "09:00", "4001", 20, 0, false),  // again
      row("5550101", "09:00", "4002", 35, 180, true),
      row("5550101", "09:00", "4002", 35, 180, true),  // again
      row("5550102", "09:01", "4001", 15, 0, false),
      row("5550101", "09:00", "4003", 99, 0, false),
      row("5550101", "09:05", "4003", 1, 7, true),
      row("5550101", "09:05", "4001", 4, 3, true),
  });
  assert_int_equal(calls.size(), 3);
  assert_text(calls[0].start, "09:00");
  assert_true(calls[0].answered);
  assert_int_equal(calls[0].wait_s, 35);
  assert_int_equal(calls[0].talk_s, 180);
  assert_text(calls[1].start, "09:01");
  assert_false(calls[1].answered);
  assert_int_equal(calls[1].wait_s, 61);
  assert_int_equal(calls[1].talk_s, 0);
  assert_true(calls[2].answered);
  assert_int_equal(calls[2].wait_s, 1);
  assert_int_equal(calls[2].talk_s, 10);
}

void queue_caller_and_start_are_the_identity(void**) {
  QueueRow other = row("5550101", "09:00", "4001", 1, 0, false);
  other.queue = "6501";
  const auto calls = queue_calls({row("5550101", "09:00", "4001", 1, 0, false), other,
                                  row("5550102", "09:00", "4001", 1, 0, false),
                                  row("5550101", "09:01", "4001", 1, 0, false)});
  assert_int_equal(calls.size(), 4);
  for (const QueueCall& call : calls) assert_int_equal(call.identity.size(), 32);
  assert_true(calls[0].identity != calls[1].identity && calls[0].identity != calls[2].identity &&
              calls[0].identity != calls[3].identity);
  const auto again = queue_calls({row("5550101", "09:00", "4009", 70, 8, true)});
  assert_text(again[0].identity, calls[0].identity);
  assert_true(calls[0].identity.find("5550101") == std::string::npos);
}

void negative_numbers_count_as_none(void**) {
  const auto calls = queue_calls({row("1", "09:00", "4001", -5, -7, true)});
  assert_int_equal(calls[0].wait_s, 0);
  assert_int_equal(calls[0].talk_s, 0);
}

// The report comes in pages and again on the next day: neither the order nor repetition changes a sum.
void order_and_repetition_change_no_sum(void**) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): meant to repeat
  std::vector<QueueRow> rows;
  for (int i = 0; i < 60; ++i) {
    const int n = static_cast<int>(random() % 1000);
    rows.push_back({std::to_string(6500 + n % 2), std::to_string(n % 7), std::to_string(n % 3),
                    std::to_string(n % 5), n % 50, n % 30, n % 4 == 0});
  }
  const auto sums = [](const std::vector<QueueRow>& some) {
    std::vector<std::tuple<std::string, bool, std::int64_t>> each;
    for (const QueueCall& call : queue_calls(some)) {
      each.emplace_back(call.identity, call.answered, call.talk_s);
    }
    std::sort(each.begin(), each.end());
    return each;
  };
  const auto once = sums(rows);
  std::vector<QueueRow> twice = rows;
  twice.insert(twice.end(), rows.begin(), rows.end());
  std::shuffle(twice.begin(), twice.end(), random);
  assert_true(sums(twice) == once);
}

}  // namespace

int pbx_status_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(every_bridge_is_an_active_call),
      cmocka_unit_test(of_unbridged_channels_only_calls_ring),
      cmocka_unit_test(what_does_not_ring_counts_nowhere),
      cmocka_unit_test(nothing_is_nothing),
      cmocka_unit_test(attempts_become_calls),
      cmocka_unit_test(queue_caller_and_start_are_the_identity),
      cmocka_unit_test(negative_numbers_count_as_none),
      cmocka_unit_test(order_and_repetition_change_no_sum),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
