#include "service/inbox.h"

#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::service;

struct Desk {
  Desk() {
    PbxSettings hq;
    hq.from.push_back(*net::parse_network("192.0.2.1"));
    settings.push_back(hq);
  }
  std::vector<PbxSettings> settings;
  net::Address known = *net::parse_address("192.0.2.1");
  net::Address stranger = *net::parse_address("192.0.2.2");
};

struct Post : Desk {
  Senders senders{settings};
  std::vector<Delivery> arrived;
  std::vector<net::Refusal> refusals;
  Inbox inbox{3, senders, 4'096, arrived,
              [this](net::Refusal refusal, const net::Address&) { refusals.push_back(refusal); }};
};

constexpr const char* kRecord = R"({"uniqueid":"1.1","session":"s","disposition":"ANSWERED"})";

void a_body_becomes_a_delivery_with_its_ticket(void**) {
  Post post;
  post.inbox.deliver(7, post.known, kRecord);
  assert_int_equal(post.arrived.size(), 1);
  const Delivery& delivery = post.arrived[0];
  assert_int_equal(delivery.door, 3);
  assert_int_equal(delivery.ticket, 7);
  assert_int_equal(delivery.senders.size(), 1);
  assert_int_equal(delivery.decoded.legs.size(), 1);
  assert_text(delivery.decoded.legs[0].session, "s");
}

void a_body_with_nothing_in_it_is_answered_too(void**) {
  Post post;
  post.inbox.deliver(8, post.known, "{}");
  post.inbox.deliver(9, post.known, "hello");
  assert_int_equal(post.arrived.size(), 2);
  assert_true(post.arrived[0].decoded.legs.empty() && post.arrived[0].decoded.rejected.empty());
  assert_int_equal(post.arrived[1].decoded.rejected.size(), 1);
}

void a_stream_delivers_what_is_whole(void**) {
  Post post;
  const auto stream = post.inbox.open(post.known);
  assert_false(stream->inside_document());
  const std::string record(kRecord);
  stream->bytes(record.substr(0, 20));
  assert_true(stream->inside_document());
  assert_int_equal(post.arrived.size(), 0);
  stream->bytes(record.substr(20) + "\n\n");
  assert_false(stream->inside_document());
  assert_int_equal(post.arrived.size(), 1);
  assert_int_equal(post.arrived[0].ticket, 0);
  assert_int_equal(post.arrived[0].decoded.legs.size(), 1);
}

void a_stream_that_ends_early_delivers_its_rest(void**) {
  Post post;
  const auto stream = post.inbox.open(post.known);
  stream->bytes(std::string(kRecord).substr(0, 20));
  stream->closed();
  assert_int_equal(post.arrived.size(), 1);
  assert_int_equal(post.arrived[0].decoded.legs.size(), 0);
  assert_int_equal(post.arrived[0].decoded.rejected.size(), 1);
  const auto silent = post.inbox.open(post.known);
  silent->closed();
  assert_int_equal(post.arrived.size(), 1);
}

void a_stream_keeps_no_more_than_one_record_may_be_long(void**) {
  Post post;
  const auto stream = post.inbox.open(post.known);
  stream->bytes("{\"a\":\"" + std::string(100'000, 'x'));
  stream->closed();
  assert_int_equal(post.arrived.at(0).decoded.rejected.size(), 1);
  assert_true(post.arrived[0].decoded.rejected[0].unfit == Unfit::too_large);
  assert_true(post.arrived[0].decoded.rejected[0].bytes.size() <= 4'096);
}

void strangers_are_told_apart_and_refusals_passed_on(void**) {
  Post post;
  assert_true(post.inbox.knows(post.known));
  assert_false(post.inbox.knows(post.stranger));
  post.inbox.refused(net::Refusal::credentials, post.known);
  assert_true(post.refusals == std::vector{net::Refusal::credentials});
}

}  // namespace

int inbox_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_body_becomes_a_delivery_with_its_ticket),
      cmocka_unit_test(a_body_with_nothing_in_it_is_answered_too),
      cmocka_unit_test(a_stream_delivers_what_is_whole),
      cmocka_unit_test(a_stream_that_ends_early_delivers_its_rest),
      cmocka_unit_test(a_stream_keeps_no_more_than_one_record_may_be_long),
      cmocka_unit_test(strangers_are_told_apart_and_refusals_passed_on),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
