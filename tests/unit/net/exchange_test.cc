#include "net/exchange.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm::net;

namespace {

constexpr Head kRight{.known = true,
                      .certified = true,
                      .credentials = Shown::right,
                      .carries_record = true,
                      .header_bytes = 100,
                      .announced_bytes = 10};

void faults_are_judged_in_the_contracts_order(void**) {
  Limits limits;
  limits.record_bytes = 10;
  limits.header_bytes = 100;
  assert_true(judge(kRight, limits) == Ruling::take);
  // Everything is wrong at first; each step mends what was found.
  Head head{.known = false,
            .certified = false,
            .credentials = Shown::wrong,
            .carries_record = false,
            .header_bytes = 101,
            .announced_bytes = 11};
  assert_true(judge(head, limits) == Ruling::unknown_sender);
  head.known = true;
  assert_true(judge(head, limits) == Ruling::no_certificate);
  head.certified = true;
  assert_true(judge(head, limits) == Ruling::wrong_credentials);
  head.credentials = Shown::stale;
  assert_true(judge(head, limits) == Ruling::stale_credentials);
  head.credentials = Shown::none;
  assert_true(judge(head, limits) == Ruling::no_credentials);
  head.credentials = Shown::nothing_asked;
  assert_true(judge(head, limits) == Ruling::wrong_method);
  head.carries_record = true;
  assert_true(judge(head, limits) == Ruling::header_too_large);
  head.header_bytes = 100;
  assert_true(judge(head, limits) == Ruling::too_large);
  head.announced_bytes = 10;
  assert_true(judge(head, limits) == Ruling::take);
}

void only_what_is_a_fault_is_counted(void**) {
  assert_false(refusal_of(Ruling::no_credentials).has_value());
  assert_false(refusal_of(Ruling::stale_credentials).has_value());
  assert_true(refusal_of(Ruling::wrong_credentials) == Refusal::credentials);
  assert_true(refusal_of(Ruling::unknown_sender) == Refusal::unknown_sender);
  assert_true(refusal_of(Ruling::too_large) == Refusal::too_large);
}

void a_body_is_collected_up_to_its_limit(void**) {
  Exchange exchange;
  exchange.begin(Ruling::take, kRight, 10);
  assert_true(exchange.empty());
  assert_true(exchange.more("12345"));
  assert_true(exchange.more("67890"));
  assert_true(exchange.ruling() == Ruling::take);
  assert_true(exchange.more("1"));
  assert_true(exchange.ruling() == Ruling::too_large);
  assert_true(exchange.empty());
  exchange.begin(Ruling::take, kRight, 10);
  assert_true(exchange.more("next"));
  assert_text(exchange.take_body(), "next");
}

void a_refused_body_is_thrown_away_up_to_a_bound(void**) {
  Exchange exchange;
  exchange.begin(Ruling::no_credentials, kRight, 10);
  const std::string megabyte(1UL << 20U, 'x');
  for (std::uint64_t thrown = megabyte.size(); thrown <= kMostThrownAway; thrown += megabyte.size()) {
    assert_true(exchange.more(megabyte));
  }
  assert_false(exchange.more("x"));
  assert_true(exchange.empty());
}

}  // namespace

int exchange_test() {
  const CMUnitTest tests[] = {cmocka_unit_test(faults_are_judged_in_the_contracts_order),
                              cmocka_unit_test(only_what_is_a_fault_is_counted),
                              cmocka_unit_test(a_body_is_collected_up_to_its_limit),
                              cmocka_unit_test(a_refused_body_is_thrown_away_up_to_a_bound)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
