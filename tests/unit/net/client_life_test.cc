// Exchanges and connections in time: turns of waiting, giving up, ends in the middle, reuse, nothing left
// behind.
#include <map>

#include "asking.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm;
using namespace ucm::net;

namespace {

struct Scene {
  Papers papers;
  Paper paper = papers.own("pbx");
  Pbx pbx{paper};
};
std::unique_ptr<Scene> scene;

int set_up(void**) {
  scene = std::make_unique<Scene>();
  return scene->papers.made && !scene->pbx.port().empty() ? 0 : -1;
}
int tear_down(void**) {
  scene.reset();
  return 0;
}

using Exchange = std::unique_ptr<Client::Exchange>;

ClientRequest to(const std::string& path) {
  return request_to(scene->pbx, path, scene->paper);
}

void never(const ClientAnswer&) {
  fail();
}

void done_is_never_called_inside_ask(void**) {
  Asking asking;
  bool inside = true;
  int answers = 0;
  std::vector<Exchange> held;
  for (const char* url : {"", "https://127.0.0.1:1/"}) {
    ClientRequest request;
    request.url = url;
    held.push_back(asking.client->ask(request, [&](const ClientAnswer&) {
      assert_false(inside);
      ++answers;
    }));
  }
  assert_int_equal(asking.client->on_the_wire(), 0);
  inside = false;
  assert_true(asking.until([&] { return answers == 2; }));
  assert_int_equal(asking.client->on_the_wire(), 0);
}

void more_than_the_most_wait_for_their_turn(void**) {
  Asking asking;
  constexpr std::size_t all = 200;
  std::vector<Exchange> held;
  std::size_t answered = 0;
  std::size_t most = 0;
  for (std::size_t i = 0; i < all; ++i) {
    held.push_back(asking.client->ask(to("/later/50"), [&](const ClientAnswer& answer) {
      assert_text(answer.what, "");
      assert_int_equal(answer.status, 200);
      ++answered;
    }));
  }
  asking.loop->set_end_of_turn([&] { most = std::max(most, asking.client->on_the_wire()); });
  assert_true(asking.until([&] { return answered == all; }));
  assert_int_equal(most, Client::kMostAtOnce);
  assert_int_equal(asking.client->on_the_wire(), 0);
}

void turns_are_taken_in_order_and_their_time_begins_with_them(void**) {
  Asking asking;
  std::vector<Exchange> held;
  for (std::size_t i = 0; i < Client::kMostAtOnce; ++i)
    held.push_back(asking.client->ask(to("/silent"), never));
  std::vector<int> order;
  std::int64_t longest_ms = 0;
  for (int i = 0; i < 5; ++i) {
    ClientRequest request = to("/ok");
    request.timeout_ms = kAskingPatienceMs;
    held.push_back(asking.client->ask(request, [&, i](const ClientAnswer& answer) {
      assert_true(answer.reach == Reach::answered);
      order.push_back(i);
      longest_ms = std::max(longest_ms, answer.elapsed_ms);
    }));
  }
  assert_true(asking.until([&] { return asking.client->on_the_wire() == Client::kMostAtOnce; }));
  const std::int64_t start = system_clock().mono_ms();
  asking.pass(300);
  assert_int_equal(order.size(), 0);
  held.front().reset();  // one place
  assert_true(asking.until([&] { return order.size() == 5; }));
  const std::vector<int> wanted{0, 1, 2, 3, 4};
  assert_true(order == wanted);
  assert_true(longest_ms <= system_clock().mono_ms() - start - 300);
}

void giving_up_is_possible_at_any_time(void**) {
  const Pbx mute(scene->paper, {"--manner", "mute"});
  Asking asking;
  const auto given_up_after = [&](ClientRequest request, std::int64_t ms) {
    Exchange exchange = asking.client->ask(std::move(request), never);
    if (ms > 0) asking.pass(ms);
    exchange.reset();
  };
  ClientRequest silent_tls = request_to(mute, "/", scene->paper);
  for (const std::int64_t ms : {0, 1, 2, 3, 5, 8, 13, 100}) {
    given_up_after(to("/silent"), ms);
    given_up_after(to("/drip"), ms);
    given_up_after(silent_tls, ms);
  }
  asking.pass(20);
  assert_int_equal(asking.client->on_the_wire(), 0);
  assert_text(asking.told(to("/ok")), R"({"status": 0})");
  assert_true(asking.until([&] { return asking.told(to("/open")) == "1"; }));
}

void an_exchange_may_go_when_it_is_over_but_not_told(void**) {
  Asking asking;
  std::vector<Exchange> held(2);
  int told = 0;
  for (Exchange& exchange : held) {
    ClientRequest request;  // ends at once, both in the same turn
    exchange = asking.client->ask(request, [&](const ClientAnswer&) {
      ++told;
      held.clear();
    });
  }
  assert_true(asking.until([&] { return told > 0; }));
  asking.pass(20);
  assert_int_equal(told, 1);
}

void done_may_do_what_it_wants(void**) {
  Asking asking;
  Exchange exchange;
  int rounds = 0;
  const std::function<void(ClientAnswer)> again = [&](const ClientAnswer& answer) {
    assert_int_equal(answer.status, 200);
    exchange.reset();
    if (++rounds < 20) exchange = asking.client->ask(to("/ok"), again);
  };
  exchange = asking.client->ask(to("/ok"), again);
  assert_true(asking.until([&] { return rounds == 20; }));
}

void done_may_destroy_the_client(void**) {
  Asking asking;
  std::vector<Exchange> held;
  bool told = false;
  for (int i = 0; i < 5; ++i) {
    ClientRequest request;
    held.push_back(asking.client->ask(i < 2 ? request : to("/silent"), [&](const ClientAnswer&) {
      assert_false(told);
      told = true;
      asking.client.reset();
    }));
  }
  assert_true(asking.until([&] { return told; }));
  asking.pass(20);
}

void a_sink_may_give_up(void**) {
  Asking asking;
  Exchange own;
  Exchange other = asking.client->ask(to("/silent"), never);
  Exchange third;
  int parts = 0;
  std::string asked_anew;
  ClientRequest request = to("/endless");
  request.sink = [&](std::string_view) {
    ++parts;
    own.reset();
    other.reset();
    third = asking.client->ask(to("/ok"), [&](const ClientAnswer& answer) { asked_anew = answer.body; });
    return true;
  };
  own = asking.client->ask(request, never);
  assert_true(asking.until([&] { return !asked_anew.empty(); }));
  assert_int_equal(parts, 1);
  assert_text(asked_anew, R"({"status": 0})");
  assert_int_equal(asking.client->on_the_wire(), 0);
}

void a_client_goes_with_exchanges_in_every_state(void**) {
  const std::size_t before = open_descriptors();
  for (const std::int64_t ms : {0, 1, 3, 10, 100}) {
    Asking asking;
    std::vector<Exchange> held;
    for (std::size_t i = 0; i < Client::kMostAtOnce / 2; ++i) {
      held.push_back(asking.client->ask(to("/silent"), never));
      held.push_back(asking.client->ask(to("/drip"), never));
    }
    for (int i = 0; i < 10; ++i) held.push_back(asking.client->ask(to("/ok"), never));
    if (ms > 0) asking.pass(ms);
    if (ms % 2 == 0) held.clear();
    asking.client.reset();
  }
  assert_int_equal(open_descriptors(), before);
}

void a_connection_is_used_again(void**) {
  const Pbx pbx(scene->paper);
  Asking asking;
  for (int i = 0; i < 5; ++i) assert_text(asking.told(request_to(pbx, "/connection", scene->paper)), "1");
  ClientRequest post = request_to(pbx, "/connection", scene->paper);
  post.post = true;
  assert_text(asking.told(post), "1");
}

void an_exchange_that_went_wrong_leaves_no_connection_to_use(void**) {
  const Pbx pbx(scene->paper);
  Asking asking;
  ClientRequest late = request_to(pbx, "/later/2000", scene->paper);
  late.timeout_ms = 300;
  assert_true(asking.answer_to(late)->reach == Reach::timeout);
  ClientRequest enough = request_to(pbx, "/big/100000", scene->paper);
  enough.sink = [](std::string_view) { return false; };
  assert_true(asking.answer_to(enough)->reach == Reach::answered);
  assert_text(asking.told(request_to(pbx, "/connection", scene->paper)), "3");
}

void a_connection_that_died_unseen_is_replaced(void**) {
  const Pbx pbx(scene->paper);
  Asking asking;
  for (const bool post : {false, true}) {
    ClientRequest request = request_to(pbx, "/first-only", scene->paper);
    request.post = post;
    request.body = post ? "{}" : "";
    assert_text(asking.told(request), post ? "3" : "1");
    assert_text(asking.told(request), post ? "4" : "2");
  }
  const Pbx liar(scene->paper);
  for (const char* wanted : {"1", "2", "3"}) {
    assert_text(asking.told(request_to(liar, "/last", scene->paper)), wanted);
  }
}

// It is not asked a third time.
void a_fresh_connection_that_dies_is_the_answer(void**) {
  const Pbx pbx(scene->paper);
  Asking asking;
  assert_text(asking.told(request_to(pbx, "/connection", scene->paper)), "1");
  assert_true(asking.answer_to(request_to(pbx, "/cut", scene->paper))->reach == Reach::cut);
  assert_text(asking.told(request_to(pbx, "/connection", scene->paper)), "3");
}

void connections_do_not_wait_for_ever(void**) {
  const Pbx pbx(scene->paper);
  Asking asking(2000);
  const std::size_t before = open_descriptors();
  assert_text(asking.told(request_to(pbx, "/connection", scene->paper)), "1");
  assert_true(open_descriptors() > before);
  assert_true(asking.until([&] { return open_descriptors() == before; }));
  assert_text(asking.told(request_to(pbx, "/connection", scene->paper)), "2");
}

void nothing_is_left_open(void**) {
  const std::size_t before = open_descriptors();
  {
    Asking asking;
    for (const char* path : {"/ok", "/cut", "/cut-in-body", "/no-http", "/digest", "/big/1000000"}) {
      ClientRequest request = to(path);
      request.user = "api";
      request.password = "right";
      for (int i = 0; i < 10; ++i) static_cast<void>(asking.answer_to(request));
    }
    ClientRequest stranger = to("/ok");
    stranger.trust = {};
    for (int i = 0; i < 10; ++i) static_cast<void>(asking.answer_to(stranger));
  }
  assert_int_equal(open_descriptors(), before);
}

void waiting_costs_no_turns(void**) {
  Asking asking;
  const Exchange exchange = asking.client->ask(to("/silent"), never);
  assert_true(asking.until([&] { return asking.client->on_the_wire() == 1; }));
  asking.pass(200);
  const int turns = asking.turns;
  asking.pass(500);
  assert_true(asking.turns - turns < 400);  // the waiting itself makes one every 2 ms
}

}  // namespace

int client_life_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(done_is_never_called_inside_ask),
      cmocka_unit_test(more_than_the_most_wait_for_their_turn),
      cmocka_unit_test(turns_are_taken_in_order_and_their_time_begins_with_them),
      cmocka_unit_test(giving_up_is_possible_at_any_time),
      cmocka_unit_test(an_exchange_may_go_when_it_is_over_but_not_told),
      cmocka_unit_test(done_may_do_what_it_wants),
      cmocka_unit_test(done_may_destroy_the_client),
      cmocka_unit_test(a_sink_may_give_up),
      cmocka_unit_test(a_client_goes_with_exchanges_in_every_state),
      cmocka_unit_test(a_connection_is_used_again),
      cmocka_unit_test(an_exchange_that_went_wrong_leaves_no_connection_to_use),
      cmocka_unit_test(a_connection_that_died_unseen_is_replaced),
      cmocka_unit_test(a_fresh_connection_that_dies_is_the_answer),
      cmocka_unit_test(connections_do_not_wait_for_ever),
      cmocka_unit_test(nothing_is_left_open),
      cmocka_unit_test(waiting_costs_no_turns),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
