// TLS with certificates made here, spoken to by the curl program.
#include <sys/stat.h>

#include <cstdio>

#include "command.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm;
using namespace ucm::net;

namespace {

struct Files {
  std::string certificate;
  std::string key;
};

// A self-signed certificate for 127.0.0.1.
Files make(Stage& stage, Folder& folder, const std::string& name) {
  Files files{folder.file(name + ".pem"), folder.file(name + ".key")};
  const auto made =
      run(stage, {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                  "-days", "2", "-subj", "/CN=" + name, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                  files.key, "-out", files.certificate});
  if (made.status == 127) skip();
  assert_int_equal(made.status, 0);
  return files;
}

Endpoint https(const Files& files) {
  Endpoint endpoint;
  endpoint.scheme = Scheme::https;
  endpoint.host = "127.0.0.1";
  endpoint.certificate_file = files.certificate;
  endpoint.key_file = files.key;
  return endpoint;
}

std::string push(Stage& stage, const Listener& listener, const std::string& ca,
                 std::vector<std::string> more = {}) {
  std::vector<std::string> words{"--cacert", ca, "-d", "{}", text("https://127.0.0.1:{}/", listener.port())};
  words.insert(words.end(), more.begin(), more.end());
  const auto outcome = curl(stage, words);
  if (outcome.status == 127) skip();
  return outcome.status == 0 ? statuses(outcome) : text("curl {}", outcome.status);
}

void a_push_by_tls_is_taken(void**) {
  Stage stage;
  Folder folder;
  const Files files = make(stage, folder, "one");
  Endpoint endpoint = https(files);
  endpoint.user = "pbx";
  endpoint.password = "secret";
  Listener& listener = stage.open(endpoint);
  assert_text(push(stage, listener, files.certificate, {"--digest", "-u", "pbx:secret"}), "401 200");
  assert_text(push(stage, listener, files.certificate, {"-u", "pbx:wrong"}), "401");
  assert_int_equal(stage.intake.delivered.size(), 1);
  assert_text(push(stage, listener, "/dev/null"), "curl 77");
}

void old_versions_are_spoken_where_they_are_asked_for(void**) {
  Stage stage;
  Folder folder;
  const Files files = make(stage, folder, "one");
  const std::vector<std::string> old{"--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"};
  Endpoint endpoint = https(files);
  assert_text(push(stage, stage.open(endpoint), files.certificate, old), "curl 35");
  endpoint.tls_minimum = "1.0";
  Listener& listener = stage.open(endpoint);
  assert_text(push(stage, listener, files.certificate, old), "200");
  assert_text(push(stage, listener, files.certificate), "200");
  endpoint.tls_minimum = "1.3";
  assert_text(push(stage, stage.open(endpoint), files.certificate, {"--tls-max", "1.2"}), "curl 35");
}

void a_large_body_by_tls_arrives_whole(void**) {
  Stage stage;
  Folder folder;
  const Files files = make(stage, folder, "one");
  Listener& listener = stage.open(https(files));
  const std::string body = folder.file("body");
  const auto made = run(stage, {"sh", "-c", "head -c 200000 /dev/zero | tr '\\0' x > " + body});
  assert_int_equal(made.status, 0);
  assert_text(push(stage, listener, files.certificate, {"-d", "@" + body}), "200");
  assert_int_equal(stage.intake.delivered[0].body.size(), 200'003);
}

// The files are looked at once a second at most, so a new pair may take two pushes to be seen.
bool becomes(Stage& stage, const Listener& listener, const std::string& ca) {
  const std::int64_t end = system_clock().mono_ms() + kPatienceMs;
  while (system_clock().mono_ms() < end) {
    if (push(stage, listener, ca) == "200") return true;
  }
  return false;
}

void a_new_certificate_is_used_and_a_bad_one_is_not(void**) {
  Stage stage;
  Folder folder;
  const Files used = make(stage, folder, "used");
  const Files next = make(stage, folder, "next");
  const std::string ca = folder.file("ca.pem");
  assert_int_equal(run(stage, {"cp", used.certificate, ca}).status, 0);
  Listener& listener = stage.open(https(used));
  Peer before(stage, listener.port());  // in a handshake while the pair changes
  before.send("\x16\x03\x01");
  assert_text(push(stage, listener, ca), "200");

  assert_int_equal(run(stage, {"cp", next.certificate, used.certificate}).status,
                   0);  // its key is still the old one
  const std::int64_t later = system_clock().mono_ms() + 1100;
  assert_true(stage.until([&] { return system_clock().mono_ms() > later; }));
  assert_text(push(stage, listener, ca), "200");
  assert_true(stage.has_said("does not belong to the first certificate"));

  assert_int_equal(run(stage, {"cp", next.key, used.key}).status, 0);
  assert_true(becomes(stage, listener, next.certificate));
  assert_text(push(stage, listener, ca), "curl 60");
  assert_true(stage.has_said("has changed and was read again"));

  assert_int_equal(run(stage, {"sh", "-c", "echo nonsense > " + used.certificate}).status, 0);
  const std::int64_t even_later = system_clock().mono_ms() + 1100;
  assert_true(stage.until([&] { return system_clock().mono_ms() > even_later; }));
  assert_text(push(stage, listener, next.certificate), "200");
}

void a_client_ca_asks_for_certificates(void**) {
  Stage stage;
  Folder folder;
  const Files files = make(stage, folder, "server");
  const Files client = make(stage, folder, "client");
  const Files stranger = make(stage, folder, "stranger");
  Endpoint endpoint = https(files);
  endpoint.client_ca_file = client.certificate;
  Listener& listener = stage.open(endpoint);
  assert_text(push(stage, listener, files.certificate, {"--cert", client.certificate, "--key", client.key}),
              "200");
  assert_text(push(stage, listener, files.certificate), "403");
  assert_text(
      push(stage, listener, files.certificate, {"--cert", stranger.certificate, "--key", stranger.key}),
      "403");
  assert_int_equal(stage.intake.delivered.size(), 1);
  assert_int_equal(stage.intake.count(Refusal::credentials), 2);
}

void half_a_handshake_is_cut(void**) {
  Stage stage;
  Folder folder;
  const Files files = make(stage, folder, "one");
  Endpoint endpoint = https(files);
  endpoint.limits.request_s = 1;
  Listener& listener = stage.open(endpoint);
  Peer half(stage, listener.port());
  half.send(std::string_view("\x16\x03\x01\x02\x00\x01\x00", 7));
  const int turns = stage.turns;
  const std::int64_t later = system_clock().mono_ms() + 500;
  assert_true(stage.until([&] { return system_clock().mono_ms() > later; }));
  assert_true(stage.turns - turns < 1500);  // the waiting itself makes one every 2 ms
  assert_true(half.is_cut());
  assert_int_equal(stage.intake.count(Refusal::too_slow), 1);
  Listener& calm = stage.open(https(files));
  Peer plain(stage, calm.port());
  plain.send(post("{}"));
  assert_true(plain.is_cut());
  std::uint32_t state = 3;
  for (int round = 0; round < 50; ++round) {
    std::string noise(500, '\x16');
    for (char& c : noise) c = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
    Peer client(stage, calm.port());
    client.send(std::string_view("\x16\x03\x01\x01", 4));
    client.send(noise);
  }
  assert_text(push(stage, calm, files.certificate), "200");
  assert_true(stage.until([&] { return listener.connections() == 0 && calm.connections() == 0; }));
}

void what_is_wrong_with_the_files_is_said(void**) {
  Stage stage;
  Folder folder;
  const Files files = make(stage, folder, "one");
  const Files other = make(stage, folder, "other");
  struct Row {
    Files files;
    const char* client_ca;
    const char* said;
  };
  const Row rows[] = {{{"", files.key}, "", "CertificateFile is missing"},
                      {{files.certificate, ""}, "", "KeyFile is missing"},
                      {{"/nowhere.pem", files.key}, "", "CertificateFile '/nowhere.pem' cannot be read"},
                      {{files.certificate, "/dev/null"}, "", "KeyFile '/dev/null' is no PEM file"},
                      {{files.key, files.key}, "", "holds no usable certificate"},
                      {{files.certificate, files.certificate}, "", "holds no usable key"},
                      {{files.certificate, other.key}, "", "does not belong to the first certificate"},
                      {files, "/nowhere.pem", "ClientCAFile '/nowhere.pem' cannot be read"}};
  for (const Row& row : rows) {
    Endpoint endpoint = https(row.files);
    endpoint.client_ca_file = row.client_ca;
    const auto opened = net::listen(*stage.loop, stage.places, endpoint, stage.intake, stage.log);
    assert_false(opened.ok());
    assert_true(opened.error().fault == Fault::config);
    if (opened.error().what.find(row.said) == std::string::npos) assert_text(opened.error().what, row.said);
  }
}

}  // namespace

int https_test() {
  const CMUnitTest tests[] = {cmocka_unit_test(a_push_by_tls_is_taken),
                              cmocka_unit_test(old_versions_are_spoken_where_they_are_asked_for),
                              cmocka_unit_test(a_large_body_by_tls_arrives_whole),
                              cmocka_unit_test(a_new_certificate_is_used_and_a_bad_one_is_not),
                              cmocka_unit_test(a_client_ca_asks_for_certificates),
                              cmocka_unit_test(half_a_handshake_is_cut),
                              cmocka_unit_test(what_is_wrong_with_the_files_is_said)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
