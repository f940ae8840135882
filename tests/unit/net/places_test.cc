// Who is cut when there is no room for one more, over tcp:// and http://.
#include "net/places.h"

#include "check.h"
#include "stage.h"

namespace {

using namespace ucm;
using namespace ucm::net;

Address sender(int number) {
  Address address;
  address.bytes[15] = static_cast<std::uint8_t>(number);
  return address;
}

// Connections without sockets.
struct Room {
  explicit Room(std::size_t together, int connections = 100, int a_sender = 100) : places(together) {
    endpoint.limits.connections = connections;
    endpoint.limits.connections_a_sender = a_sender;
    other.limits = endpoint.limits;
  }

  // "" when there is no room; who was cut is in `cut`.
  bool enter(const std::string& name, int from, const Endpoint* at = nullptr) {
    const Places::Gate gate{at == nullptr ? endpoint : *at, intake, log};
    auto place = places.admit(gate, sender(from), [this, name] {
      cut += name;
      open.erase(name);
    });
    if (!place) return false;
    place->heard_ms = ++clock;  // in the order of their coming
    open[name] = std::move(place);
    return true;
  }
  bool stranger(const std::string& name) {
    auto place = places.admit_stranger({endpoint, intake, log}, sender(99), [this, name] {
      cut += name;
      open.erase(name);
    });
    if (!place) return false;
    open[name] = std::move(place);
    return true;
  }

  std::vector<std::string> said;
  Log log{[this](Severity, const std::string& line) { said.push_back(line); }};
  Notebook intake;
  Endpoint endpoint;
  Endpoint other;
  Places places;
  std::int64_t clock = system_clock().mono_ms();
  std::string cut;
  std::map<std::string, std::unique_ptr<Places::Place>> open;
};

void a_sender_has_its_quota(void**) {
  Room room(100, 100, 3);
  for (const char* name : {"a", "b", "c"}) assert_true(room.enter(name, 1));
  assert_true(room.enter("x", 2));
  assert_text(room.cut, "");
  assert_true(room.enter("d", 1));
  assert_text(room.cut, "a");
  room.open["b"]->resting = true;  // its record waits for the disk
  assert_true(room.enter("e", 1));
  assert_text(room.cut, "ac");
  for (auto& [name, place] : room.open) place->resting = true;
  assert_false(room.enter("f", 1));
  assert_true(room.enter("y", 2));
  assert_int_equal(room.intake.count(Refusal::too_many), 3);
  assert_int_equal(room.places.size(), 5);
  assert_true(room.said.front().find("MaxConnectionsPerSender") != std::string::npos);
}

void the_greediest_makes_room(void**) {
  for (const bool listener : {true, false}) {
    Room room(listener ? 100 : 4, listener ? 4 : 100);
    assert_true(room.enter("x", 2));
    for (const char* name : {"a", "b", "c"}) assert_true(room.enter(name, 1));
    assert_true(room.enter("y", 3));
    assert_text(room.cut, "a");
    assert_true(room.enter("z", 4));
    assert_text(room.cut, "ab");
    const bool one_each = room.enter("w", 5);
    assert_false(one_each);  // nobody has more than one
    assert_true(room.enter("d", 1));
    assert_text(room.cut, "abc");  // its own
    assert_true(room.said.back().find(listener ? "MaxConnections" : "LimitNOFILE") != std::string::npos);
  }
}

void listeners_share_what_the_process_has(void**) {
  Room room(3);
  for (const char* name : {"a", "b", "c"}) assert_true(room.enter(name, 1, &room.other));
  assert_true(room.enter("x", 2));
  assert_text(room.cut, "a");
  room.open.clear();
  assert_int_equal(room.places.size(), 0);
}

void strangers_are_few_and_go_first(void**) {
  Room room(10, 10);
  std::size_t in = 0;
  for (int i = 0; i < 50; ++i) in += room.stranger(text("{}", i)) ? 1 : 0;
  assert_int_equal(in, Places::kStrangers);
  assert_int_equal(room.intake.count(Refusal::unknown_sender), 50 - static_cast<int>(in));
  assert_true(room.enter("a", 1));
  assert_true(room.enter("b", 2));
  assert_text(room.cut, "");
  assert_false(room.stranger("s"));
  for (int i = 3; i < 3 + static_cast<int>(in); ++i) assert_true(room.enter(text("k{}", i), i));
  assert_int_equal(room.cut.size(), in);
  assert_false(room.enter("c", 20));
  assert_false(room.stranger("t"));
}

void strangers_are_few_a_second(void**) {
  Room room(100);
  room.endpoint.scheme = Scheme::https;
  int in = 0;
  const std::int64_t began = system_clock().mono_ms();
  for (int i = 0; i < 500; ++i) {
    in += room.stranger("s") ? 1 : 0;
    room.open.clear();
  }
  const auto seconds = static_cast<int>((system_clock().mono_ms() - began) / 1000 + 2);
  assert_true(in >= Places::kStrangersInASecond && in <= seconds * Places::kStrangersInASecond);
}

void a_stranger_is_told_and_a_crowd_is_not(void**) {
  Stage stage;
  stage.intake.stranger = parse_address("127.0.0.99");
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.limits.connections = 20;
  Listener& listener = stage.open(endpoint);
  std::vector<std::unique_ptr<Peer>> crowd;
  for (int i = 0; i < 60; ++i) {
    crowd.push_back(std::make_unique<Peer>(stage, listener.port(), "127.0.0.99"));
    crowd.back()->send("POST /cdr HTTP/1.1\r\nHos");
  }
  const auto ended = [&] {
    for (const auto& one : crowd) one->listen();
    return std::count_if(crowd.begin(), crowd.end(), [](const auto& one) { return one->ended; });
  };
  assert_true(stage.until([&] { return ended() == 60 - static_cast<int>(Places::kStrangers); }));
  Peer pbx(stage, listener.port());
  pbx.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
  assert_true(pbx.hears([&] { return pbx.heard.find("200") != std::string::npos; }));
  assert_true(stage.until([&] { return ended() == 60; }));  // after kStrangerPatienceS
  Peer alone(stage, listener.port(), "127.0.0.99");
  alone.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
  assert_true(alone.hears([&] { return alone.heard.find("403") != std::string::npos; }));
}

void a_reserve_is_left(void**) {
  const Affordable affordable = affordable_connections();
  assert_true(affordable.connections < affordable.limit || affordable.limit == SIZE_MAX);
}

}  // namespace

int places_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_sender_has_its_quota),
      cmocka_unit_test(the_greediest_makes_room),
      cmocka_unit_test(listeners_share_what_the_process_has),
      cmocka_unit_test(strangers_are_few_and_go_first),
      cmocka_unit_test(strangers_are_few_a_second),
      cmocka_unit_test(a_stranger_is_told_and_a_crowd_is_not),
      cmocka_unit_test(a_reserve_is_left),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
