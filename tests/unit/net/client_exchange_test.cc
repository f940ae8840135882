// What is sent, what comes back: methods, headers, bodies, limits, credentials.
#include "asking.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm;
using namespace ucm::net;

namespace {

// One PBX for all of these tests.
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

ClientRequest to(const std::string& path) {
  return request_to(scene->pbx, path, scene->paper);
}

ClientRequest with_credentials(const std::string& path, const std::string& password) {
  ClientRequest request = to(path);
  request.user = "api";
  request.password = password;
  return request;
}

bool holds(const std::string& whole, const std::string& part) {
  return whole.find(part) != std::string::npos;
}

void a_get_says_what_it_wants_and_no_more(void**) {
  Asking asking;
  const std::string sent = asking.told(to("/echo/a?action=challenge&user=b"));
  assert_text(sent, text("GET /echo/a?action=challenge&user=b HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUser-Agent: "
                         "ucm\r\nAccept: */*\r\n\r\n",
                         scene->pbx.port()));
}

void a_post_brings_json_and_does_not_wait_for_100(void**) {
  Asking asking;
  ClientRequest request = to("/echo");
  request.post = true;
  request.body = R"({"request":{"action":"challenge"}})" + std::string(5000, ' ');
  const std::string sent = asking.told(request);
  assert_true(sent.starts_with("POST /echo HTTP/1.1\r\n"));
  assert_true(holds(sent, "\r\nContent-Type: application/json;charset=UTF-8\r\n"));
  assert_true(holds(sent, "\r\nAccept: */*\r\n"));
  assert_true(holds(sent, text("\r\nContent-Length: {}\r\n", request.body.size())));
  assert_false(holds(sent, "Expect"));
  assert_false(holds(sent, "Authorization"));
  assert_true(sent.ends_with("\r\n\r\n" + request.body));
  request.body.clear();
  assert_true(holds(asking.told(request), "\r\nContent-Length: 0\r\n"));
}

void every_status_is_an_answer(void**) {
  Asking asking;
  for (const int status : {200, 204, 302, 400, 401, 403, 404, 500, 503}) {
    const auto answer = asking.answer_to(to(text("/status/{}", status)));
    assert_true(answer && answer->reach == Reach::answered);
    assert_int_equal(answer->status, status);
    assert_text(answer->body, status == 204 ? "" : text("status {}", status));
    assert_text(answer->what, "");
    assert_text(answer->content_type, "application/json");
    assert_true(answer->elapsed_ms >= 0 && answer->elapsed_ms < kAskingPatienceMs);
    assert_true(answer->certificate.has_value());
    assert_text(answer->certificate->pin, scene->paper.pin);
  }
}

void redirects_are_answers_too(void**) {
  Asking asking;
  const auto answer = asking.answer_to(to("/redirect"));
  assert_int_equal(answer->status, 302);
}

void bodies_come_whole_whatever_marks_their_end(void**) {
  Asking asking;
  assert_text(asking.told(to("/chunked")), "first second");
  assert_text(asking.told(to("/until-close")), "all of it");
  assert_text(asking.told(to("/big/0")), "");
  assert_int_equal(asking.told(to("/big/5000000")).size(), 5'000'000);
}

void a_body_is_no_longer_than_allowed(void**) {
  Asking asking;
  ClientRequest request = to("/big/1000");
  request.most_bytes = 1000;
  assert_int_equal(asking.told(request).size(), 1000);
  for (const char* path : {"/big/1001", "/endless"}) {
    request.url = scene->pbx.url(path);
    const auto answer = asking.answer_to(request);
    assert_true(answer && answer->reach == Reach::too_large);
    assert_text(answer->what,
                text("the answer of 127.0.0.1:{} is longer than 1000 bytes: is that the URL of the API?",
                     scene->pbx.port()));
    assert_int_equal(answer->body.size(), 0);
    assert_int_equal(answer->status, 200);
  }
  const auto head = asking.answer_to(to("/endless-head"));
  assert_true(head && head->reach == Reach::too_large);
}

void a_sink_gets_a_good_body_in_its_parts(void**) {
  Asking asking;
  std::string got;
  int parts = 0;
  ClientRequest request = to("/big/3000000");
  request.sink = [&](std::string_view more) {
    got += more;
    ++parts;
    return true;
  };
  const auto whole = asking.answer_to(request);
  assert_true(whole && whole->reach == Reach::answered);
  assert_int_equal(got.size(), 3'000'000);
  assert_true(parts > 1);
  assert_int_equal(whole->body.size(), 0);

  got.clear();
  request.url = scene->pbx.url("/bad-big/3000");
  const auto bad = asking.answer_to(request);
  assert_int_equal(bad->status, 500);
  assert_int_equal(bad->body.size(), 3000);
  assert_int_equal(got.size(), 0);

  request.url = scene->pbx.url("/endless");
  request.most_bytes = 100'000;
  const auto endless = asking.answer_to(request);
  assert_true(endless && endless->reach == Reach::too_large);
  assert_true(got.size() <= 100'000 && got.size() > 50'000);
}

void a_sink_that_has_enough_ends_the_exchange_well(void**) {
  Asking asking;
  for (const char* path : {"/endless", "/big/90000000"}) {
    std::string got;
    ClientRequest request = to(path);
    request.sink = [&](std::string_view more) {
      got += more;
      return got.size() < 30'000;
    };
    const auto answer = asking.answer_to(request);
    assert_true(answer && answer->reach == Reach::answered);
    assert_int_equal(answer->status, 200);
    assert_text(answer->what, "");
    assert_true(got.size() >= 30'000 && got.size() < 200'000);
  }
}

void a_sink_that_throws_harms_nobody(void**) {
  Asking asking;
  ClientRequest request = to("/ok");
  request.sink = [](std::string_view) -> bool { throw std::string("unexpected"); };
  const auto answer = asking.answer_to(request);
  assert_true(answer && answer->reach == Reach::cut);
  assert_text(asking.told(to("/ok")), R"({"status": 0})");
}

void credentials_are_shown_as_the_server_asks(void**) {
  Asking asking;
  assert_text(asking.told(with_credentials("/basic", "right")), "basic ");
  assert_text(asking.told(with_credentials("/digest", "right")), "digest ");
  assert_text(asking.told(with_credentials("/both", "right")), "digest ");
  assert_text(asking.told(with_credentials("/restarted", "right")), "digest ");
  assert_text(asking.told(with_credentials("/ok", "right")), R"({"status": 0})");
  ClientRequest post = with_credentials("/digest", "right");
  post.post = true;
  post.body = std::string(20'000, 'b');
  assert_text(asking.told(post), "digest " + post.body);
}

// And once again where the server says that only its nonce was too old.
void wrong_credentials_are_shown_once(void**) {
  Asking asking;
  std::int64_t shown = *whole_number(asking.told(to("/authorized")));
  for (const char* path : {"/basic", "/digest", "/both", "/restarted", "/stale"}) {
    const auto answer = asking.answer_to(with_credentials(path, "wrong"));
    assert_true(answer && answer->reach == Reach::answered);
    assert_int_equal(answer->status, 401);
    assert_text(answer->challenge, path == std::string("/basic") ? "Basic" : "Digest");
    const bool told_stale = path == std::string("/restarted") || path == std::string("/stale");
    shown += told_stale ? 2 : 1;
    assert_text(asking.told(to("/authorized")), std::to_string(shown));
  }
}

void without_credentials_a_401_is_an_answer(void**) {
  Asking asking;
  const auto both = asking.answer_to(to("/both"));
  assert_int_equal(both->status, 401);
  assert_text(both->challenge, "Digest");
  assert_text(both->body, "no");
  assert_text(asking.answer_to(to("/basic"))->challenge, "Basic");
  assert_text(asking.answer_to(to("/status/401"))->challenge, "");
  assert_text(asking.answer_to(to("/strange"))->challenge, "Ne?go" + std::string(27, 't'));
}

void what_the_server_says_of_itself_is_printable_and_short(void**) {
  Asking asking;
  const auto answer = asking.answer_to(to("/odd-head"));
  assert_text(answer->content_type, "text/?html?" + std::string(117, 't'));
}

void the_environment_has_no_say(void**) {
  ::setenv("https_proxy", "http://127.0.0.1:9", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:9", 1);
  Asking asking;
  assert_text(asking.told(to("/ok")), R"({"status": 0})");
  ::unsetenv("https_proxy");
  ::unsetenv("ALL_PROXY");
}

}  // namespace

int client_exchange_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_get_says_what_it_wants_and_no_more),
      cmocka_unit_test(a_post_brings_json_and_does_not_wait_for_100),
      cmocka_unit_test(every_status_is_an_answer),
      cmocka_unit_test(redirects_are_answers_too),
      cmocka_unit_test(bodies_come_whole_whatever_marks_their_end),
      cmocka_unit_test(a_body_is_no_longer_than_allowed),
      cmocka_unit_test(a_sink_gets_a_good_body_in_its_parts),
      cmocka_unit_test(a_sink_that_has_enough_ends_the_exchange_well),
      cmocka_unit_test(a_sink_that_throws_harms_nobody),
      cmocka_unit_test(credentials_are_shown_as_the_server_asks),
      cmocka_unit_test(wrong_credentials_are_shown_once),
      cmocka_unit_test(without_credentials_a_401_is_an_answer),
      cmocka_unit_test(what_the_server_says_of_itself_is_printable_and_short),
      cmocka_unit_test(the_environment_has_no_say),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
