#include "net/address.h"

#include "net/listener.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm::net;

namespace {

void addresses_are_read_and_written(void**) {
  struct Row {
    const char* in;
    const char* out;  // nullptr: no address
  };
  constexpr Row rows[] = {{"192.0.2.1", "192.0.2.1"},
                          {"::ffff:192.0.2.1", "192.0.2.1"},
                          {"2001:DB8:0::1", "2001:db8::1"},
                          {"::", "::"},
                          {"0.0.0.0", "0.0.0.0"},
                          {"192.0.2", nullptr},
                          {"192.0.2.256", nullptr},
                          {"192.0.2.1 ", nullptr},
                          {"", nullptr},
                          {"pbx.example", nullptr},
                          {"[::1]", nullptr}};
  for (const Row& row : rows) {
    const auto address = parse_address(row.in);
    assert_int_equal(address.has_value(), row.out != nullptr);
    if (address) assert_text(to_string(*address), row.out);
  }
  assert_false(parse_address(std::string_view("192.0.2.1\0x", 11)).has_value());
  assert_true(parse_address("::ffff:192.0.2.1") == parse_address("192.0.2.1"));
}

void networks_hold_their_addresses(void**) {
  struct Row {
    const char* network;
    const char* address;
    bool inside;
  };
  constexpr Row rows[] = {{"192.168.1.100", "192.168.1.100", true},
                          {"192.168.1.100", "192.168.1.101", false},
                          {"192.168.2.0/24", "192.168.2.255", true},
                          {"192.168.2.77/24", "192.168.2.1", true},  // host bits do not matter
                          {"192.168.2.0/24", "192.168.3.0", false},
                          {"10.0.0.0/9", "10.127.255.255", true},
                          {"10.0.0.0/9", "10.128.0.0", false},
                          {"0.0.0.0/0", "203.0.113.9", true},
                          {"0.0.0.0/0", "2001:db8::1", false},
                          {"::/0", "203.0.113.9", true},
                          {"2001:db8::/33", "2001:db8:7fff::1", true},
                          {"2001:db8::/33", "2001:db8:8000::1", false},
                          {"192.168.2.0/24", "::ffff:192.168.2.9", true}};
  for (const Row& row : rows) {
    const auto network = parse_network(row.network);
    assert_true(network.has_value());
    assert_int_equal(network->contains(*parse_address(row.address)), row.inside);
  }
  for (const char* none :
       {"192.168.2.0/33", "192.168.2.0/-1", "192.168.2.0/", "/24", "2001:db8::/129", "x/8", ""}) {
    assert_false(parse_network(none).has_value());
  }
  assert_text(to_string(parse_network("192.168.2.77/24")->base), "192.168.2.0");
}

void urls_become_endpoints(void**) {
  struct Row {
    const char* url;
    Scheme scheme;
    const char* host;
    int port;  // -1: refused
  };
  constexpr Row rows[] = {{"http://0.0.0.0:5000", Scheme::http, "0.0.0.0", 5000},
                          {"tcp://[::]:5001", Scheme::tcp, "::", 5001},
                          {"HTTPS://127.0.0.1:0/a/path", Scheme::https, "127.0.0.1", 0},
                          {"http://:5000", Scheme::http, "", 5000},
                          {"http://*:5000", Scheme::http, "*", 5000},
                          {"http://0.0.0.0", Scheme::http, "", -1},
                          {"http://0.0.0.0:65536", Scheme::http, "", -1},
                          {"http://0.0.0.0:-1", Scheme::http, "", -1},
                          {"http://pbx:5000", Scheme::http, "", -1},
                          {"http://[::1:5000", Scheme::http, "", -1},
                          {"udp://0.0.0.0:5000", Scheme::http, "", -1},
                          {"http://", Scheme::http, "", -1},
                          {"", Scheme::http, "", -1}};
  for (const Row& row : rows) {
    const auto endpoint = parse_endpoint(row.url);
    assert_int_equal(endpoint.ok(), row.port >= 0);
    if (!endpoint.ok()) continue;
    assert_int_equal(endpoint.value().port, row.port);
    assert_int_equal(static_cast<int>(endpoint.value().scheme), static_cast<int>(row.scheme));
    assert_text(endpoint.value().host, row.host);
    assert_text(endpoint.value().url, row.url);
  }
}

void a_password_in_a_url_is_not_repeated(void**) {
  const auto endpoint = parse_endpoint("http://pbx:geheim@0.0.0.0:5000");
  assert_false(endpoint.ok());
  assert_true(endpoint.error().what.find("geheim") == std::string::npos);
}

}  // namespace

int address_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(addresses_are_read_and_written), cmocka_unit_test(networks_hold_their_addresses),
      cmocka_unit_test(urls_become_endpoints), cmocka_unit_test(a_password_in_a_url_is_not_repeated)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
