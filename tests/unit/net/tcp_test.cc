#include <algorithm>

#include "held.h"
#include "stage.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm;
using namespace ucm::net;

namespace {

Endpoint tcp() {
  Endpoint endpoint;
  endpoint.scheme = Scheme::tcp;
  endpoint.host = "127.0.0.1";
  return endpoint;
}

bool all_heard(const Stage& stage, std::string_view bytes) {
  return !stage.intake.lines.empty() && stage.intake.lines.back()->bytes == bytes;
}

void bytes_arrive_as_they_are_cut(void**) {
  Stage stage;
  Listener& listener = stage.open(tcp());
  Peer client(stage, listener.port());
  std::string whole;
  for (const std::string_view part :
       {std::string_view("<a"), std::string_view("b\0\n", 3), std::string_view("c>")}) {
    whole.append(part);
    client.send(part);
    assert_true(stage.until([&] { return all_heard(stage, whole); }));
  }
  assert_int_equal(stage.intake.lines[0]->closed, 0);
  client.finish();
  assert_true(client.is_cut());
  assert_text(client.heard, "");  // nothing is ever answered
  assert_int_equal(stage.intake.lines[0]->closed, 1);
  assert_int_equal(listener.connections(), 0);
}

void a_large_stream_arrives_whole(void**) {
  Stage stage;
  Listener& listener = stage.open(tcp());
  Peer client(stage, listener.port());
  std::string large(3'000'000, 'x');
  for (std::size_t i = 0; i < large.size(); i += 1000) large[i] = static_cast<char>('a' + i / 1000 % 26);
  client.send(large);
  client.finish();
  assert_true(stage.until([&] { return !stage.intake.lines.empty() && stage.intake.lines[0]->closed == 1; }));
  assert_true(stage.intake.lines[0]->bytes == large);
}

void a_stranger_is_closed_at_once(void**) {
  Stage stage;
  Listener& listener = stage.open(tcp());
  stage.intake.stranger = parse_address("127.0.0.2");
  Peer stranger(stage, listener.port(), "127.0.0.2");
  assert_true(stranger.is_cut());
  assert_int_equal(stage.intake.count(Refusal::unknown_sender), 1);
  assert_int_equal(stage.intake.lines.size(), 0);
}

void a_reset_ends_a_stream_once(void**) {
  Stage stage;
  Listener& listener = stage.open(tcp());
  Peer client(stage, listener.port());
  client.send("<half");
  assert_true(stage.until([&] { return all_heard(stage, "<half"); }));
  const linger hard{1, 0};
  ::setsockopt(client.descriptor(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  client.vanish();
  assert_true(stage.until([&] { return stage.intake.lines[0]->closed == 1; }));
  assert_int_equal(listener.connections(), 0);
}

void a_document_without_end_is_cut(void**) {
  Stage stage;
  Endpoint endpoint = tcp();
  endpoint.limits.request_s = 1;
  Listener& listener = stage.open(endpoint);
  Peer slow(stage, listener.port());
  Peer between(stage, listener.port());
  slow.send("<");
  between.send("<whole>");
  // A byte now and then does not help.
  const auto trickle = stage.loop->every(100, [&] { ::send(slow.descriptor(), "x", 1, MSG_NOSIGNAL); });
  assert_true(slow.is_cut());
  assert_int_equal(stage.intake.count(Refusal::too_slow), 1);
  between.listen();
  assert_false(between.ended);
  assert_true(std::all_of(stage.intake.lines.begin(), stage.intake.lines.end(), [](const auto& line) {
    return line->closed == (line->bytes.ends_with("<whole>") ? 0 : 1);
  }));
}

void the_idle_make_room_for_the_new(void**) {
  Stage stage;
  Endpoint endpoint = tcp();
  endpoint.limits.connections = 2;
  endpoint.limits.idle_s = 4;
  Listener& listener = stage.open(endpoint);
  Peer oldest(stage, listener.port());
  oldest.send("<1>");
  assert_true(stage.until([&] { return listener.connections() == 1; }));
  Peer second(stage, listener.port(), "127.0.0.2");
  assert_true(stage.until([&] { return listener.connections() == 2; }));
  Peer third(stage, listener.port(), "127.0.0.3");
  assert_true(third.is_cut());  // nobody has been idle for long
  assert_int_equal(stage.intake.count(Refusal::too_many), 1);
  const std::int64_t end = system_clock().mono_ms() + 4500;
  assert_true(stage.until([&] { return system_clock().mono_ms() > end; }));
  second.send("<still here>");
  assert_true(stage.until([&] { return all_heard(stage, "<still here>"); }));
  oldest.listen();
  assert_false(oldest.ended);  // idle, but its place was not needed
  Peer fourth(stage, listener.port(), "127.0.0.4");
  assert_true(oldest.is_cut());
  fourth.send("<4>");
  assert_true(stage.until([&] { return all_heard(stage, "<4>"); }));
}

void a_held_door_refuses_and_reopens_at_its_port(void**) {
  Stage stage;
  const Held held;
  Endpoint endpoint = tcp();
  endpoint.port = held.port();
  Listener& listener = stage.open(endpoint);
  const std::uint16_t port = listener.port();
  Peer early(stage, port);
  early.send("<1>");
  assert_true(stage.until([&] { return all_heard(stage, "<1>"); }));
  listener.hold(true);
  listener.hold(true);
  Peer refused(stage, port);
  assert_true(refused.is_cut());
  assert_true(refused.refused);
  early.send("<2>");
  const std::int64_t end = system_clock().mono_ms() + 200;
  assert_true(stage.until([&] { return system_clock().mono_ms() > end; }));
  assert_true(all_heard(stage, "<1>"));  // an open connection is not read
  listener.hold(false);
  assert_int_equal(listener.port(), port);
  assert_true(stage.until([&] { return all_heard(stage, "<1><2>"); }));
  Peer late(stage, port);
  late.send("<3>");
  assert_true(stage.until([&] { return all_heard(stage, "<3>"); }));
}

void a_port_taken_meanwhile_is_tried_again(void**) {
  Stage stage;
  const Held held;
  Endpoint endpoint = tcp();
  endpoint.port = held.port();
  Listener& listener = stage.open(endpoint);
  const std::uint16_t port = listener.port();
  listener.hold(true);
  Endpoint thief = tcp();
  thief.port = port;
  stage.open(thief);
  listener.hold(false);
  assert_true(stage.has_said("trying again every second"));
  stage.listeners.pop_back();
  const std::int64_t end = system_clock().mono_ms() + kPatienceMs;
  while (stage.intake.lines.empty() && system_clock().mono_ms() < end) {
    Peer client(stage, port);
    const auto taken = [&] { return !stage.intake.lines.empty(); };
    if (client.hears(taken, 50) || client.refused) continue;
    assert_true(client.hears(taken));
  }
  assert_false(stage.intake.lines.empty());
}

void it_closes_with_connections_open(void**) {
  Stage stage;
  Listener& listener = stage.open(tcp());
  Peer client(stage, listener.port());
  client.send("<half");
  assert_true(stage.until([&] { return all_heard(stage, "<half"); }));
  stage.listeners.clear();
  assert_true(client.is_cut());
}

}  // namespace

int tcp_test() {
  const CMUnitTest tests[] = {cmocka_unit_test(bytes_arrive_as_they_are_cut),
                              cmocka_unit_test(a_large_stream_arrives_whole),
                              cmocka_unit_test(a_stranger_is_closed_at_once),
                              cmocka_unit_test(a_reset_ends_a_stream_once),
                              cmocka_unit_test(a_document_without_end_is_cut),
                              cmocka_unit_test(the_idle_make_room_for_the_new),
                              cmocka_unit_test(a_held_door_refuses_and_reopens_at_its_port),
                              cmocka_unit_test(a_port_taken_meanwhile_is_tried_again),
                              cmocka_unit_test(it_closes_with_connections_open)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
