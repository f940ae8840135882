// What the sender of a push is told, over a socket.
#include <algorithm>

#include "stage.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm;
using namespace ucm::net;

namespace {

Endpoint http() {
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  return endpoint;
}

void each_verdict_has_its_status(void**) {
  struct Row {
    Verdict verdict;
    const char* status;
  };
  constexpr Row rows[] = {{Verdict::accepted, "200"},
                          {Verdict::not_understood, "202"},
                          {Verdict::unknown_sender, "403"},
                          {Verdict::too_many, "413"},
                          {Verdict::unavailable, "503"}};
  Stage stage;
  Listener& listener = stage.open(http());
  Peer client(stage, listener.port());
  for (const Row& row : rows) {
    stage.reply = {row.verdict, "a reason"};
    client.send(post("{}"));
    const std::string answer = client.answer();
    assert_text(answer.substr(9, 3), row.status);
    assert_true(answer.ends_with("\r\n\r\na reason\n"));
    assert_int_equal(answer.find("Retry-After: 5") != std::string::npos, row.verdict == Verdict::unavailable);
  }
  assert_int_equal(stage.intake.delivered.size(), 5);
  assert_int_equal(listener.accepted(), 1);  // one connection, kept alive
}

void what_tells_two_lengths_is_refused(void**) {
  Stage stage;
  Listener& listener = stage.open(http());
  for (const char* headers : {"Content-Length : 2\r\n", "Content-Length: 2\r\nContent-Length: 3\r\n",
                              "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"}) {
    Peer client(stage, listener.port());
    client.send(text("POST / HTTP/1.1\r\nHost: here\r\n{}\r\n{{}}", headers));
    assert_text(client.status(), "400");
    assert_true(client.is_cut());
  }
  Peer client(stage, listener.port());
  client.send("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\n{}");
  assert_text(client.status(), "200");
  assert_int_equal(stage.intake.delivered.size(), 1);
}

void what_is_no_push_is_told_so(void**) {
  Stage stage;
  Listener& listener = stage.open(http());
  Peer client(stage, listener.port());
  client.send(post(""));
  assert_text(client.status(), "200");
  client.send("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  const std::string answer = client.answer();
  assert_text(answer.substr(9, 3), "405");
  assert_true(answer.find("Allow: POST, PUT\r\n") != std::string::npos);
  client.send("PUT /any/path?with=query HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\n\r\nput");
  assert_text(client.status(), "200");
  assert_int_equal(stage.intake.delivered.size(), 1);
  assert_text(stage.intake.delivered[0].body, "put");
  assert_text(to_string(stage.intake.delivered[0].sender), "127.0.0.1");
}

void strangers_are_refused_first(void**) {
  Stage stage;
  Endpoint endpoint = http();
  endpoint.user = "pbx";
  endpoint.password = "secret";
  endpoint.limits.record_bytes = 10;
  Listener& listener = stage.open(endpoint);
  stage.intake.stranger = parse_address("127.0.0.2");
  Peer stranger(stage, listener.port(), "127.0.0.2");
  stranger.send(post("much more than ten bytes"));
  assert_text(stranger.status(), "403");
  assert_int_equal(stage.intake.count(Refusal::unknown_sender), 1);
  assert_int_equal(stage.intake.count(Refusal::too_large), 0);
  Peer known(stage, listener.port(), "127.0.0.3");
  known.send(post("much more than ten bytes"));
  assert_text(known.status(), "401");  // credentials before size
  assert_int_equal(stage.intake.count(Refusal::credentials), 0);
  assert_int_equal(stage.intake.delivered.size(), 0);
}

void a_body_at_the_limit_is_taken_and_one_more_byte_is_not(void**) {
  Stage stage;
  Endpoint endpoint = http();
  endpoint.limits.record_bytes = 100'000;
  Listener& listener = stage.open(endpoint);
  Peer client(stage, listener.port());
  client.send(post(std::string(100'000, 'x')));
  assert_text(client.status(), "200");
  client.send(post(std::string(100'001, 'x')));
  assert_text(client.status(), "413");
  client.send(post("{}"));  // the connection lives
  assert_text(client.status(), "200");
  assert_int_equal(stage.intake.count(Refusal::too_large), 1);
  assert_int_equal(stage.intake.delivered.size(), 2);
  assert_int_equal(stage.intake.delivered[0].body.size(), 100'000);
}

void a_body_of_ten_megabytes_gets_its_413(void**) {
  Stage stage;
  Listener& listener = stage.open(http());
  Peer client(stage, listener.port());
  client.send(post(std::string(10'000'000, 'x')));
  assert_text(client.status(), "413");
}

void a_body_without_end_is_cut(void**) {
  Stage stage;
  Listener& listener = stage.open(http());
  Peer client(stage, listener.port());
  client.send("POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "100000\r\n" + std::string(0x100000, 'x') + "\r\n";
  for (int i = 0; i < 20 && !client.ended; ++i) client.send(chunk);
  assert_true(client.is_cut());
  assert_int_equal(stage.intake.count(Refusal::too_large), 1);
}

void chunks_make_one_body(void**) {
  Stage stage;
  Endpoint endpoint = http();
  endpoint.limits.record_bytes = 20;
  Listener& listener = stage.open(endpoint);
  Peer client(stage, listener.port());
  const std::string head = "POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n";
  client.send(head + "3\r\nabc\r\n");
  client.send("4\r\ndefg\r\n0\r\n\r\n");
  assert_text(client.status(), "200");
  assert_text(stage.intake.delivered[0].body, "abcdefg");
  client.send(head + "15\r\n123456789012345678901\r\n0\r\n\r\n");
  assert_text(client.status(), "413");
}

void two_requests_at_once_get_two_answers(void**) {
  Stage stage;
  Listener& listener = stage.open(http());
  Peer client(stage, listener.port());
  client.send(post("first") + post("second"));
  assert_text(client.status(), "200");
  assert_text(client.status(), "200");
  assert_int_equal(stage.intake.delivered.size(), 2);
  assert_text(stage.intake.delivered[1].body, "second");
}

void a_client_that_expects_is_told_to_continue(void**) {
  Stage stage;
  Listener& listener = stage.open(http());
  Peer client(stage, listener.port());
  client.send("POST / HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  assert_text(client.status(), "100");
  client.send("body");
  assert_text(client.status(), "200");
  client.send("POST / HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 999999\r\n\r\n");
  assert_text(client.status(), "413");  // and is not asked for the body
}

void an_answer_waits_for_its_turn(void**) {
  Stage stage;
  stage.answering = false;
  Listener& listener = stage.open(http());
  Peer first(stage, listener.port());
  Peer second(stage, listener.port());
  first.send(post("one"));
  second.send(post("two"));
  assert_true(stage.until([&] { return stage.intake.delivered.size() == 2; }));
  const Ticket one = stage.intake.delivered[0].ticket;
  const Ticket two = stage.intake.delivered[1].ticket;
  assert_true(one != two);
  listener.answer(two, {Verdict::accepted, "for two"});
  listener.flush();
  assert_true(second.answer().ends_with("for two\n"));
  first.listen();
  assert_text(first.heard, "");
  listener.answer(one, {Verdict::accepted, "for one"});
  listener.answer(one, {Verdict::accepted, "again"});  // is not heard
  listener.answer(12345, {Verdict::accepted, "nobody"});
  listener.flush();
  assert_true(first.answer().ends_with("for one\n"));
  first.send(post("three"));
  assert_true(stage.until([&] { return stage.intake.delivered.size() == 3; }));
  listener.answer(one, {Verdict::accepted, "late"});  // its connection is in another request now
  listener.answer(stage.intake.delivered[2].ticket, {Verdict::accepted, "for three"});
  listener.flush();
  assert_true(first.answer().ends_with("for three\n"));
}

void a_sender_that_has_gone_is_fine(void**) {
  Stage stage;
  stage.answering = false;
  Listener& listener = stage.open(http());
  {
    Peer client(stage, listener.port());
    client.send(post("gone"));
    assert_true(stage.until([&] { return stage.intake.delivered.size() == 1; }));
  }
  stage.answering = true;
  assert_true(stage.until([&] { return listener.connections() == 0; }));
}

void tickets_of_two_listeners_differ(void**) {
  Stage stage;
  stage.answering = false;
  Listener& a = stage.open(http());
  Listener& b = stage.open(http());
  Peer to_a(stage, a.port());
  Peer to_b(stage, b.port());
  to_a.send(post("a"));
  to_b.send(post("b"));
  assert_true(stage.until([&] { return stage.intake.delivered.size() == 2; }));
  assert_true(stage.intake.delivered[0].ticket != stage.intake.delivered[1].ticket);
}

// The loop has nothing else to wake it here: no timer of the stage's, and the requests have all been read.
void what_comes_while_answers_leave_gets_a_turn(void**) {
  Stage stage;
  Listener& listener = stage.open(http());
  Peer client(stage, listener.port());
  client.send(post("0"));
  assert_text(client.status(), "200");
  // The sweep for slow connections comes every 500 ms. A round that waited for it ends with it, so the next
  // one would wait for all of them; on a busy machine one round or another may take as long.
  std::int64_t quickest_ms = kPatienceMs;
  for (std::size_t round = 1; round <= 6; ++round) {
    stage.loop->set_end_of_turn([&] {
      stage.answer_all();
      if (stage.answered == 1 + 4 * round) stage.loop->stop();
    });
    const std::string four = post("1") + post("2") + post("3") + post("4");
    assert_int_equal(::send(client.descriptor(), four.data(), four.size(), MSG_NOSIGNAL), four.size());
    const std::int64_t began = system_clock().mono_ms();
    stage.loop->run();
    client.listen();
    if (round > 1) quickest_ms = std::min(quickest_ms, system_clock().mono_ms() - began);
  }
  assert_true(quickest_ms < 300);
}

void both_families_reach_a_listener_on_all_addresses(void**) {
  Stage stage;
  Listener& listener = stage.open(Scheme::http, "*");
  Peer client(stage, listener.port());
  client.send(post("four"));
  assert_text(client.status(), "200");
  assert_text(to_string(stage.intake.delivered[0].sender), "127.0.0.1");

  Descriptor six(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(listener.port());
  to.sin6_addr = in6addr_loopback;
  if (!six || ::connect(six.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
    return;  // no IPv6 here
  const std::string request = post("six");
  assert_int_equal(::send(six.get(), request.data(), request.size(), 0), request.size());
  assert_true(stage.until([&] { return stage.intake.delivered.size() == 2; }));
  assert_text(to_string(stage.intake.delivered[1].sender), "::1");
}

void a_taken_port_is_explained(void**) {
  Stage stage;
  Listener& listener = stage.open(http());
  Endpoint second = http();
  second.url = "http://127.0.0.1:same";
  second.port = listener.port();
  const auto opened = net::listen(*stage.loop, stage.places, second, stage.intake, stage.log);
  assert_false(opened.ok());
  assert_true(opened.error().what.find("another program listens on port") != std::string::npos);
}

}  // namespace

int http_test() {
  const CMUnitTest tests[] = {cmocka_unit_test(each_verdict_has_its_status),
                              cmocka_unit_test(what_is_no_push_is_told_so),
                              cmocka_unit_test(strangers_are_refused_first),
                              cmocka_unit_test(a_body_at_the_limit_is_taken_and_one_more_byte_is_not),
                              cmocka_unit_test(a_body_of_ten_megabytes_gets_its_413),
                              cmocka_unit_test(a_body_without_end_is_cut),
                              cmocka_unit_test(chunks_make_one_body),
                              cmocka_unit_test(two_requests_at_once_get_two_answers),
                              cmocka_unit_test(a_client_that_expects_is_told_to_continue),
                              cmocka_unit_test(an_answer_waits_for_its_turn),
                              cmocka_unit_test(a_sender_that_has_gone_is_fine),
                              cmocka_unit_test(tickets_of_two_listeners_differ),
                              cmocka_unit_test(what_comes_while_answers_leave_gets_a_turn),
                              cmocka_unit_test(what_tells_two_lengths_is_refused),
                              cmocka_unit_test(both_families_reach_a_listener_on_all_addresses),
                              cmocka_unit_test(a_taken_port_is_explained)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
