// Credentials as real clients show them: the curl program, whose library the PBX seems to use.
#include "command.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm;
using namespace ucm::net;

namespace {

Endpoint guarded() {
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.user = "pbx";
  endpoint.password = "se:cret \xc3\xa4";
  return endpoint;
}

std::string url(const Listener& listener) {
  return text("http://127.0.0.1:{}/cdr?a=b", listener.port());
}

void curl_digest_shows_an_empty_request_first(void**) {
  Stage stage;
  Listener& listener = stage.open(guarded());
  const auto outcome =
      curl(stage, {"--digest", "-u", "pbx:se:cret \xc3\xa4", "-d", R"({"a":"1"})", url(listener)});
  if (outcome.status == 127) skip();
  assert_text(statuses(outcome), "401 200");
  assert_true(outcome.output.find("WWW-Authenticate: Digest realm=\"ucm\"") != std::string::npos);
  assert_true(outcome.output.find("WWW-Authenticate: Basic realm=\"ucm\"") != std::string::npos);
  assert_int_equal(stage.intake.delivered.size(), 1);
  assert_text(stage.intake.delivered[0].body, R"({"a":"1"})");
  assert_int_equal(stage.intake.count(Refusal::credentials), 0);
  assert_int_equal(listener.accepted(), 1);  // one connection for both
}

void basic_and_any_are_accepted(void**) {
  Stage stage;
  Listener& listener = stage.open(guarded());
  const std::vector<std::string> common{"-u", "pbx:se:cret \xc3\xa4", "-d", "{}", url(listener)};
  std::vector<std::string> words{"--basic"};
  words.insert(words.end(), common.begin(), common.end());
  const auto basic = curl(stage, words);
  if (basic.status == 127) skip();
  assert_text(statuses(basic), "200");
  words[0] = "--anyauth";
  assert_text(statuses(curl(stage, words)), "401 200");
  assert_int_equal(stage.intake.delivered.size(), 2);
  assert_int_equal(stage.intake.count(Refusal::credentials), 0);
}

void wrong_credentials_are_counted(void**) {
  Stage stage;
  Listener& listener = stage.open(guarded());
  const auto digest = curl(stage, {"--digest", "-u", "pbx:wrong", "-d", "{}", url(listener)});
  if (digest.status == 127) skip();
  assert_text(statuses(digest), "401 401");
  assert_int_equal(stage.intake.count(Refusal::credentials), 1);
  assert_text(statuses(curl(stage, {"-u", "nobody:se:cret \xc3\xa4", "-d", "{}", url(listener)})), "401");
  assert_int_equal(stage.intake.count(Refusal::credentials), 2);
  assert_text(statuses(curl(stage, {"-d", "{}", url(listener)})), "401");
  assert_int_equal(stage.intake.count(Refusal::credentials), 2);
  assert_int_equal(stage.intake.delivered.size(), 0);
}

void many_at_the_same_time_get_in(void**) {
  Stage stage;
  Listener& listener = stage.open(guarded());
  std::vector<std::string> words{
      "--parallel", "--parallel-immediate", "--digest", "-u", "pbx:se:cret \xc3\xa4", "-d", "{}"};
  for (int i = 0; i < 40; ++i) words.push_back(url(listener));
  const auto outcome = curl(stage, words);
  if (outcome.status == 127) skip();
  assert_int_equal(outcome.status, 0);
  assert_int_equal(stage.intake.delivered.size(), 40);
  assert_int_equal(stage.intake.count(Refusal::credentials), 0);
}

// The answer to our own challenge, by a client that keeps one nonce.
class DigestClient {
 public:
  DigestClient(Stage& stage, std::uint16_t port) : stage_(stage), client_(stage, port) {}

  std::string challenge() {
    client_.send(post(""));
    const std::string answer = client_.answer();
    const std::size_t begin = answer.find("nonce=\"") + 7;
    nonce_ = answer.substr(begin, answer.find('"', begin) - begin);
    return answer;
  }
  std::string push(const std::string& count) {
    const std::string sum =
        md5(text("{}:{}:{}:c:auth:{}", md5("pbx:ucm:secret"), nonce_, count, md5("POST:/cdr")));
    client_.send(
        post("{}", text("Authorization: Digest username=\"pbx\", realm=\"ucm\", nonce=\"{}\", uri=\"/cdr\", "
                        "qop=auth, nc={}, cnonce=\"c\", response=\"{}\"\r\n",
                        nonce_, count, sum)));
    return client_.answer();
  }

 private:
  std::string md5(const std::string& words) {
    return run(stage_, {"sh", "-c", "printf %s \"$0\" | md5sum", words}).output.substr(0, 32);
  }

  Stage& stage_;
  Peer client_;
  std::string nonce_;
};

void a_nonce_serves_many_requests_but_none_twice(void**) {
  Stage stage;
  Endpoint endpoint = guarded();
  endpoint.password = "secret";
  Listener& listener = stage.open(endpoint);
  DigestClient client(stage, listener.port());
  static_cast<void>(client.challenge());
  assert_text(client.push("00000001").substr(9, 3), "200");
  assert_text(client.push("00000003").substr(9, 3), "200");
  assert_text(client.push("00000002").substr(9, 3), "200");
  const std::string replayed = client.push("00000002");
  assert_text(replayed.substr(9, 3), "401");
  assert_true(replayed.find("stale=true") != std::string::npos);
  assert_text(client.push("000000ff").substr(9, 3), "200");
  assert_text(client.push("00000004").substr(9, 3), "401");  // too far behind to be told from a replay
  assert_int_equal(stage.intake.delivered.size(), 4);
  assert_int_equal(stage.intake.count(Refusal::credentials), 0);
}

}  // namespace

int http_auth_test() {
  const CMUnitTest tests[] = {cmocka_unit_test(curl_digest_shows_an_empty_request_first),
                              cmocka_unit_test(basic_and_any_are_accepted),
                              cmocka_unit_test(wrong_credentials_are_counted),
                              cmocka_unit_test(many_at_the_same_time_get_in),
                              cmocka_unit_test(a_nonce_serves_many_requests_but_none_twice)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
