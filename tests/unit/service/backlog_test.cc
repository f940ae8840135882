// Who comes next, and what becomes of a turn that is lost.
#include "service/backlog.h"

#include "base/text.h"
#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::service;

net::Address sender(std::uint8_t number) {
  net::Address address;
  address.bytes[15] = number;
  return address;
}

Delivery of(net::Ticket ticket, std::size_t legs) {
  Delivery delivery{.ticket = ticket};
  delivery.decoded.legs.resize(legs);
  return delivery;
}

// Two legs at a time; who came is written down.
struct Turn {
  explicit Turn(Backlog& of) : backlog(of) {}
  void work(std::size_t most = 1'000) {
    std::size_t times = 0;
    const auto done = backlog.work(
        [&](Delivery& delivery) -> Result<bool> {
          came += text("{} ", delivery.ticket);
          if (++times == fails_at) return Error{Fault::storage, "full"};
          delivery.next = std::min(delivery.next + 2, delivery.decoded.legs.size());
          return delivery.next == delivery.decoded.legs.size();
        },
        [&] { return times < most; });
    ok = done.ok();
  }
  Backlog& backlog;
  std::string came;
  std::size_t fails_at = 0;
  bool ok = false;
};

std::string tickets(const std::vector<Delivery>& deliveries) {
  std::string all;
  for (const Delivery& delivery : deliveries) all += text("{} ", delivery.ticket);
  return all;
}

void nobody_waits_for_who_sends_much(void**) {
  Backlog backlog;
  for (net::Ticket ticket = 1; ticket <= 3; ++ticket) backlog.add(sender(1), of(ticket, 6));
  backlog.add(sender(2), of(11, 2));
  backlog.add(sender(3), of(21, 4));
  Turn turn(backlog);
  turn.work();
  assert_text(turn.came, "1 11 21 1 21 1 2 2 2 3 3 3 ");
  assert_text(tickets(backlog.kept()), "11 21 1 2 3 ");
  assert_true(backlog.empty());
}

void the_next_turn_goes_on_where_this_one_ended(void**) {
  Backlog backlog;
  backlog.add(sender(1), of(1, 6));
  backlog.add(sender(2), of(2, 2));
  Turn turn(backlog);
  turn.work(1);
  assert_text(tickets(backlog.kept()), "");
  turn.work(2);
  assert_text(turn.came, "1 2 1 ");
  assert_text(tickets(backlog.kept()), "2 ");
  turn.fails_at = 1;
  turn.work();
  assert_false(turn.ok);
  assert_text(tickets(backlog.lost()), "1 ");  // to be told so: it is sent again
  assert_true(backlog.empty());
}

void a_stream_waits_for_another_turn(void**) {
  Backlog backlog;
  backlog.add(sender(1), of(0, 6));
  backlog.add(sender(2), of(5, 2));
  Turn turn(backlog);
  turn.work(1);
  static_cast<void>(backlog.kept());  // two legs of the stream are on disk
  turn.fails_at = 3;
  turn.work();
  assert_text(tickets(backlog.lost()), "5 ");
  assert_int_equal(backlog.size(), 1);
  std::size_t first = 0;
  const auto done = backlog.work(
      [&](Delivery& delivery) -> Result<bool> {
        first = delivery.next;
        delivery.next = delivery.decoded.legs.size();
        return true;
      },
      [] { return true; });
  assert_true(done.ok());
  assert_int_equal(first, 2);
}

void streams_are_not_read_without_end(void**) {
  for (const bool rubbish : {false, true}) {
    Backlog backlog;
    std::size_t added = 0;
    for (; backlog.has_room(sender(1)); ++added) {
      assert_true(added < 1'000);
      Delivery delivery = of(0, rubbish ? 0 : 1'000);
      if (rubbish) delivery.decoded.rejected.push_back({Unfit::syntax, "", std::string(65'536, 'x')});
      backlog.add(sender(1), std::move(delivery));
    }
    assert_true(added > 3);
    assert_true(backlog.has_room(sender(2)));  // who has nothing waiting
    Turn turn(backlog);
    while (!backlog.empty()) turn.work();
    assert_int_equal(backlog.kept().size(), added);
    assert_true(backlog.has_room(sender(1)));
  }
}

}  // namespace

int backlog_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(nobody_waits_for_who_sends_much),
      cmocka_unit_test(the_next_turn_goes_on_where_this_one_ended),
      cmocka_unit_test(a_stream_waits_for_another_turn),
      cmocka_unit_test(streams_are_not_read_without_end),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
