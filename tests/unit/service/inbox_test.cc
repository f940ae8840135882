#include "service/inbox.h"

#include "base/text.h"
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
  Backlog backlog;
  std::vector<net::Refusal> refusals;
  // All that has come; it is gone then.
  std::vector<Delivery> arrived() {
    const auto done = backlog.work([](Delivery&) -> Result<bool> { return true; }, [] { return true; });
    assert_true(done.ok());
    return backlog.kept();
  }
  Inbox inbox{3, senders, 4'096, backlog,
              [this](net::Refusal refusal, const net::Address&) { refusals.push_back(refusal); }};
};

constexpr const char* kRecord = R"({"uniqueid":"1.1","session":"s","disposition":"ANSWERED"})";

void a_body_becomes_a_delivery_with_its_ticket(void**) {
  Post post;
  post.inbox.deliver(7, post.known, kRecord);
  const auto arrived = post.arrived();
  assert_int_equal(arrived.size(), 1);
  const Delivery& delivery = arrived[0];
  assert_int_equal(delivery.door, 3);
  assert_int_equal(delivery.ticket, 7);
  assert_int_equal(delivery.senders.size(), 1);
  assert_text(delivery.body, kRecord);
}

void a_stream_delivers_what_is_whole(void**) {
  Post post;
  const auto stream = post.inbox.open(post.known);
  assert_false(stream->inside_document());
  const std::string record(kRecord);
  stream->bytes(record.substr(0, 20));
  assert_true(stream->inside_document());
  assert_true(post.backlog.empty());
  stream->bytes(record.substr(20) + "\n\n");
  assert_false(stream->inside_document());
  const auto arrived = post.arrived();
  assert_int_equal(arrived.size(), 1);
  assert_int_equal(arrived[0].ticket, 0);
  assert_int_equal(arrived[0].decoded.legs.size(), 1);
}

void a_stream_that_ends_early_delivers_its_rest(void**) {
  Post post;
  const auto stream = post.inbox.open(post.known);
  stream->bytes(std::string(kRecord).substr(0, 20));
  stream->closed();
  const auto arrived = post.arrived();
  assert_int_equal(arrived.size(), 1);
  assert_int_equal(arrived[0].decoded.legs.size(), 0);
  assert_int_equal(arrived[0].decoded.rejected.size(), 1);
  const auto silent = post.inbox.open(post.known);
  silent->closed();
  assert_true(post.backlog.empty());
}

void a_stream_keeps_no_more_than_one_record_may_be_long(void**) {
  Post post;
  const auto stream = post.inbox.open(post.known);
  stream->bytes("{\"a\":\"" + std::string(100'000, 'x'));
  stream->closed();
  const auto arrived = post.arrived();
  assert_int_equal(arrived.at(0).decoded.rejected.size(), 1);
  assert_true(arrived[0].decoded.rejected[0].unfit == Unfit::too_large);
  assert_true(arrived[0].decoded.rejected[0].bytes.size() <= 4'096);
}

void lines_of_rubbish_are_few_records_of_the_quarantine(void**) {
  Post post;
  const auto stream = post.inbox.open(post.known);
  std::string lines;
  for (int i = 0; i < 5'000; ++i) lines += text("{}\n", i);
  stream->bytes(lines + kRecord + "\n");
  const auto arrived = post.arrived();
  assert_int_equal(arrived.at(0).decoded.rejected.size(), kMostRejected);
  assert_int_equal(arrived[0].decoded.legs.size(), 1);
  const std::string& rest = arrived[0].decoded.rejected.back().bytes;
  assert_true(rest.find("4999") != std::string::npos && rest.find("99") == 0);
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
      cmocka_unit_test(a_stream_delivers_what_is_whole),
      cmocka_unit_test(a_stream_that_ends_early_delivers_its_rest),
      cmocka_unit_test(a_stream_keeps_no_more_than_one_record_may_be_long),
      cmocka_unit_test(lines_of_rubbish_are_few_records_of_the_quarantine),
      cmocka_unit_test(strangers_are_told_apart_and_refusals_passed_on),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
