// What a sender may not do: too slow, too large, too many, nonsense. And what the machine may lack.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "stage.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm;
using namespace ucm::net;

namespace {

constexpr int kLong_s = 600;  // longer than any wait here

Endpoint patient() {
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.limits.request_s = endpoint.limits.idle_s = kLong_s;
  return endpoint;
}

Endpoint hurried() {
  Endpoint endpoint = patient();
  endpoint.limits.request_s = 1;
  return endpoint;
}

bool still_served(Stage& stage, const Listener& listener) {
  Peer client(stage, listener.port());
  client.send(post("{}"));
  return client.status() == "200";
}

void trickles(const char* beginning, const char* drop) {
  Stage stage;
  Listener& listener = stage.open(hurried());
  Peer slow(stage, listener.port());
  const std::int64_t began = system_clock().mono_ms();
  slow.send(beginning);
  const auto trickle = stage.loop->every(
      100, [&] { ::send(slow.descriptor(), drop, std::string_view(drop).size(), MSG_NOSIGNAL); });
  assert_true(slow.is_cut());
  assert_true(system_clock().mono_ms() - began >= 900);
  assert_int_equal(stage.intake.count(Refusal::too_slow), 1);
  assert_true(still_served(stage, listener));
}

void a_header_without_end_is_cut(void**) {
  trickles("POST / HTTP/1.1\r\nHost: here\r\n", "X-More: and more\r\n");
}
void half_a_request_line_is_cut(void**) {
  trickles("P", "O");
}
void a_slow_body_is_cut(void**) {
  trickles("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n", "x");
}
void a_slow_refused_body_is_cut(void**) {
  trickles("GET / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n", "x");
}

void a_slow_second_request_is_cut_too(void**) {
  Stage stage;
  Listener& listener = stage.open(hurried());
  Peer client(stage, listener.port());
  client.send(post("{}"));
  assert_text(client.status(), "200");
  const std::int64_t later = system_clock().mono_ms() + 1200;
  assert_true(stage.until([&] { return system_clock().mono_ms() > later; }));
  client.listen();
  assert_false(client.ended);  // between requests, request_s does not count
  const auto trickle = stage.loop->every(100, [&] { ::send(client.descriptor(), "P", 1, MSG_NOSIGNAL); });
  assert_true(client.is_cut());
  assert_int_equal(stage.intake.count(Refusal::too_slow), 1);
}

void a_request_that_took_its_time_leaves_no_trace(void**) {
  Stage stage;
  Endpoint endpoint = patient();
  endpoint.limits.request_s = 3;
  Listener& listener = stage.open(endpoint);
  Peer client(stage, listener.port());
  const std::string whole = post("{}");
  client.send(whole.substr(0, whole.size() - 1));
  const std::int64_t sent = system_clock().mono_ms();
  assert_true(stage.until([&] { return system_clock().mono_ms() > sent + 1000; }));
  client.send(whole.substr(whole.size() - 1));
  assert_text(client.status(), "200");
  assert_true(stage.until([&] { return system_clock().mono_ms() > sent + 4500; }));
  client.listen();
  assert_false(client.ended);
  assert_int_equal(stage.intake.count(Refusal::too_slow), 0);
}

void an_idle_connection_is_closed_without_blame(void**) {
  Stage stage;
  Endpoint endpoint = patient();
  endpoint.limits.idle_s = 1;
  Listener& listener = stage.open(endpoint);
  Peer silent(stage, listener.port());
  Peer served(stage, listener.port());
  served.send(post("{}"));
  assert_text(served.status(), "200");
  assert_true(silent.is_cut());
  assert_true(served.is_cut());
  assert_int_equal(stage.intake.count(Refusal::too_slow), 0);
  assert_true(stage.until([&] { return listener.connections() == 0; }));
}

void who_waits_for_an_answer_is_not_cut(void**) {
  Stage stage;
  stage.answering = false;
  Endpoint endpoint = patient();
  endpoint.limits.idle_s = 1;
  Listener& listener = stage.open(endpoint);
  Peer client(stage, listener.port());
  client.send(post("{}"));
  const std::int64_t later = system_clock().mono_ms() + 2500;
  assert_true(stage.until([&] { return system_clock().mono_ms() > later; }));
  stage.answering = true;
  assert_text(client.status(), "200");
}

void a_header_has_its_size(void**) {
  Stage stage;
  Endpoint endpoint = patient();
  endpoint.limits.header_bytes = 8192;
  Listener& listener = stage.open(endpoint);
  const auto with_header = [](std::size_t bytes) {
    std::string lines;
    while (lines.size() < bytes) lines += "X-Line: " + std::string(90, 'x') + "\r\n";
    return lines;
  };
  {
    Peer client(stage, listener.port());
    client.send(post("{}", with_header(7800)));
    assert_text(client.status(), "200");
    client.send(post("{}", with_header(8400)));
    assert_text(client.status(), "431");
  }
  {
    Peer client(stage, listener.port());
    client.send("POST / HTTP/1.1\r\nX: " + std::string(200'000, 'x'));
    const std::string answer = client.status();
    assert_true(answer.empty() || answer == "431");
    assert_true(client.is_cut());
  }
  {
    Peer client(stage, listener.port());
    client.send("POST /" + std::string(200'000, 'x'));
    const std::string answer = client.status();
    assert_true(answer.empty() || answer == "414" || answer == "431");
    assert_true(client.is_cut());
  }
  assert_true(still_served(stage, listener));
}

void one_too_many_is_closed_at_once(void**) {
  Stage stage;
  Endpoint endpoint = patient();
  endpoint.limits.connections = 2;
  Listener& listener = stage.open(endpoint);
  Peer one(stage, listener.port());
  Peer two(stage, listener.port(), "127.0.0.2");
  assert_true(stage.until([&] { return listener.connections() == 2; }));
  Peer three(stage, listener.port(), "127.0.0.3");
  assert_true(three.is_cut());
  assert_int_equal(stage.intake.count(Refusal::too_many), 1);
  one.send(post("{}"));
  assert_text(one.status(), "200");
  two.vanish();
  assert_true(stage.until([&] { return listener.connections() == 1; }));
  assert_true(still_served(stage, listener));
}

// They arrive in one turn, before the HTTP library (from 1.0 on) has looked at the first of them.
void too_many_at_once_are_each_closed_and_counted(void**) {
  Stage stage;
  Endpoint endpoint = hurried();
  endpoint.limits.connections = 2;
  Listener& listener = stage.open(endpoint);
  std::vector<std::unique_ptr<Peer>> clients;
  for (int i = 0; i < 7; ++i) clients.push_back(std::make_unique<Peer>(stage, listener.port()));
  assert_true(stage.until([&] {
    for (const auto& client : clients) client->listen();
    return std::count_if(clients.begin(), clients.end(), [](const auto& c) { return c->ended; }) == 5;
  }));
  assert_int_equal(stage.intake.count(Refusal::too_many), 5);
  assert_true(stage.until(
      [&] { return listener.connections() == 2; }));  // the library lets go of them a little later
  const auto open = std::find_if(clients.begin(), clients.end(), [](const auto& c) { return !c->ended; });
  (*open)->send(post("{}"));
  assert_text((*open)->status(), "200");
  clients.clear();
  assert_true(stage.until([&] { return listener.connections() == 0; }));
  assert_true(still_served(stage, listener));
}

void random_bytes_do_no_harm(void**) {
  Stage stage;
  Endpoint raw = hurried();
  raw.scheme = Scheme::tcp;
  Listener& http = stage.open(hurried());
  Listener& tcp = stage.open(raw);
  std::uint32_t state = 7;
  for (int round = 0; round < 100; ++round) {
    std::string noise(static_cast<std::size_t>(1 + round * 40), '\0');
    for (char& c : noise) c = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
    const char* const heads[] = {"", "POST / HTTP/1.1\r\n", "POST / HTTP/1.1\r\nContent-Length: ",
                                 "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"};
    Peer client(stage, http.port());
    client.send(heads[round % 4] + noise);
    Peer other(stage, tcp.port());
    other.send(noise);
  }
  assert_true(still_served(stage, http));
  assert_true(stage.until([&] { return http.connections() == 0 && tcp.connections() == 0; }));
}

// In a child, whose limit of open files nobody else feels.
void too_few_descriptors_are_survived(void**) {
  const pid_t child = ::fork();
  if (child == 0) {
    Stage stage;
    Listener& listener = stage.open(patient());
    std::vector<std::unique_ptr<Peer>> clients;
    for (int i = 0; i < 20; ++i) clients.push_back(std::make_unique<Peer>(stage, listener.port()));
    const int highest = clients.back()->descriptor();
    const rlimit few{static_cast<rlim_t>(highest) + 5, static_cast<rlim_t>(highest) + 5};
    ::setrlimit(RLIMIT_NOFILE, &few);
    const bool noticed = stage.until([&] { return stage.has_said("raise LimitNOFILE"); });
    const int turns = stage.turns;
    const std::int64_t later = system_clock().mono_ms() + 500;
    const bool waited = stage.until([&] { return system_clock().mono_ms() > later; });
    const bool calm = stage.turns - turns < 1500;  // the waiting itself makes one every 2 ms
    const bool some = listener.connections() > 0 && listener.connections() < 20;
    for (int i = 0; i < 10; ++i) clients.erase(clients.begin());
    Peer& last = *clients.back();
    last.send(post("{}"));
    const bool served = last.status() == "200";
    ::_exit(noticed && waited && calm && some && served ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

void it_closes_at_once_whatever_is_open(void**) {
  Stage stage;
  stage.answering = false;
  Endpoint endpoint = patient();
  endpoint.limits.connections_a_sender = 200;
  Listener& listener = stage.open(endpoint);
  std::vector<std::unique_ptr<Peer>> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<Peer>(stage, listener.port()));
    const std::string whole = post("a body");
    clients.back()->send(i % 3 == 0 ? whole : whole.substr(0, i % 3 == 1 ? whole.size() - 2 : 20));
  }
  assert_true(
      stage.until([&] { return listener.connections() == 200 && stage.intake.delivered.size() == 67; }));
  for (std::size_t i = 0; i < 10; ++i) {
    listener.answer(stage.intake.delivered[i].ticket, {Verdict::accepted, "answered, not flushed"});
  }
  const std::int64_t began = system_clock().mono_ms();
  stage.listeners.clear();
  assert_true(system_clock().mono_ms() - began <
              kPatienceMs);  // who waited for one of them would need minutes
  assert_true(clients[0]->is_cut());
  assert_true(clients[1]->is_cut());
}

}  // namespace

int http_limits_test() {
  const CMUnitTest tests[] = {cmocka_unit_test(a_header_without_end_is_cut),
                              cmocka_unit_test(half_a_request_line_is_cut),
                              cmocka_unit_test(a_slow_body_is_cut),
                              cmocka_unit_test(a_slow_refused_body_is_cut),
                              cmocka_unit_test(a_slow_second_request_is_cut_too),
                              cmocka_unit_test(a_request_that_took_its_time_leaves_no_trace),
                              cmocka_unit_test(an_idle_connection_is_closed_without_blame),
                              cmocka_unit_test(who_waits_for_an_answer_is_not_cut),
                              cmocka_unit_test(a_header_has_its_size),
                              cmocka_unit_test(one_too_many_is_closed_at_once),
                              cmocka_unit_test(too_many_at_once_are_each_closed_and_counted),
                              cmocka_unit_test(random_bytes_do_no_harm),
                              cmocka_unit_test(too_few_descriptors_are_survived),
                              cmocka_unit_test(it_closes_at_once_whatever_is_open)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
