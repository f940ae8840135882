// What goes wrong on the way, and what the operator is told of it: names, connections, silence, cuts.
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "asking.h"
#include "held.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm;
using namespace ucm::net;

namespace {

std::atomic<bool> names_are_ours{false};
std::atomic<bool> name_server_is_slow{false};
std::atomic<int> looking_up{0};
bool peer_is_faster = false;

struct Scene {
  Papers papers;
  Paper paper = papers.own("pbx");
  Pbx pbx{paper};
};
std::unique_ptr<Scene> scene;

int set_up(void**) {
  scene = std::make_unique<Scene>();
  names_are_ours = true;
  return scene->papers.made && !scene->pbx.port().empty() ? 0 : -1;
}
int tear_down(void**) {
  scene.reset();
  names_are_ours = false;
  return 0;
}

ClientAnswer asked(Asking& asking, const std::string& url, std::int64_t timeout_ms = kAskingPatienceMs) {
  ClientRequest request;
  request.url = url;
  request.user = "api";
  request.password = "secret-password";
  request.timeout_ms = timeout_ms;
  request.trust.ca_file = scene->paper.certificate;
  ClientAnswer answer = asking.answer_to(std::move(request)).value_or(ClientAnswer{});
  assert_true(answer.what.find("secret") == std::string::npos);
  assert_true(answer.what.size() < 500);
  for (const char c : answer.what) assert_true(c >= ' ' && c <= '~');
  return answer;
}

void assert_told(const ClientAnswer& answer, Reach reach, const std::string& reason) {
  if (answer.what.find(reason) == std::string::npos) assert_text(answer.what, reason);
  assert_int_equal(static_cast<int>(answer.reach), static_cast<int>(reach));
  assert_int_equal(answer.status, 0);
  assert_text(answer.body, "");
}

void a_name_without_address_is_said(void**) {
  Asking asking;
  assert_told(asked(asking, "https://nowhere.example:8089/api"), Reach::resolve,
              "nowhere.example:8089 has no address: is the host in URL spelled right?");
}

void a_url_that_is_none_of_ours_is_refused(void**) {
  Asking asking;
  const std::string address = "127.0.0.1:" + scene->pbx.port();
  for (const std::string& url :
       {"http://" + address + "/ok", address + "/ok", "https://u:secret@" + address + "/ok", std::string(),
        std::string("https://"), std::string("https://a b/ok"), std::string("file:///etc/passwd"),
        std::string("https://[::1/ok")}) {
    assert_told(asked(asking, url), Reach::resolve,
                "URL is not https, names no host or holds credentials: write it");
  }
}

void nothing_listens(void**) {
  Asking asking;
  const Held nobody;
  const std::string url = text("https://127.0.0.1:{}/ok", nobody.port());
  assert_told(asked(asking, url), Reach::connect,
              "is the HTTPS API switched on (Integrations > API Configuration)? Is the port right?");
  assert_true(asked(asking, url).what.starts_with("nothing listens on 127.0.0.1:"));
  assert_false(asked(asking, url).certificate.has_value());
  // No machine has this address, and no packet leaves for it.
  assert_told(asked(asking, "https://255.255.255.255:1/"), Reach::connect,
              "no way to 255.255.255.255:1 (Network is unreachable): is the host in URL right");
}

void a_name_server_that_is_silent_takes_the_timeout(void**) {
  Asking asking;
  name_server_is_slow = true;
  const auto answer = asked(asking, "https://slow.example/api", 100);
  assert_told(answer, Reach::timeout, "no answer within 100 ms: slow.example:443 has no address yet.");
  assert_true(answer.elapsed_ms >= 99);
  name_server_is_slow = false;
  assert_true(asking.until([] { return looking_up == 0; }));
}

void a_lookup_that_is_given_up_holds_nobody(void**) {
  name_server_is_slow = true;
  {
    Asking asking;
    ClientRequest request;
    request.url = "https://slow.example/api";
    auto exchange = asking.client->ask(request, [](const ClientAnswer&) { fail(); });
    const auto other = asking.client->ask(request, [](const ClientAnswer&) { fail(); });
    assert_true(asking.until([] { return looking_up == 2; }));
    exchange.reset();
    asking.pass(20);
    assert_int_equal(asking.client->on_the_wire(), 1);
    asking.client.reset();
  }
  assert_int_equal(looking_up, 2);  // still: nobody has waited for them
  name_server_is_slow = false;
  Asking asking;
  assert_true(asking.until([] { return looking_up == 0; }));
}

void a_full_backlog_takes_the_timeout(void**) {
  Asking asking;
  const Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  assert_int_equal(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  assert_int_equal(::listen(listener.get(), 0), 0);
  assert_int_equal(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const Descriptor first(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  assert_int_equal(::connect(first.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  const auto answer = asked(asking, text("https://127.0.0.1:{}/", ntohs(address.sin_port)), 500);
  assert_told(answer, Reach::timeout, "no answer within 500 ms: no connection to 127.0.0.1:");
}

void silence_at_each_stage_takes_the_timeout(void**) {
  Asking asking;
  const Pbx mute(scene->paper, {"--manner", "mute"});
  const auto in_tls = asked(asking, mute.url("/ok"), 2000);
  assert_told(in_tls, Reach::timeout, "takes the connection, but speaks no TLS");
  assert_false(in_tls.certificate.has_value());
  const auto asked_for = asked(asking, scene->pbx.url("/silent"), 3000);
  assert_told(asked_for, Reach::timeout, "no answer within 3000 ms: 127.0.0.1:");
  assert_told(asked_for, Reach::timeout, "was asked and is silent");
  assert_true(asked_for.certificate.has_value());
  assert_told(asked(asking, scene->pbx.url("/drip"), 3000), Reach::timeout,
              "began to answer and did not end");
}

void a_cut_at_each_stage_is_said(void**) {
  Asking asking;
  for (const char* manner : {"cut", "cut-after-hello", "reset"}) {
    const Pbx pbx(scene->paper, {"--manner", manner});
    assert_told(asked(asking, pbx.url("/ok")), Reach::cut, "ended the connection in the TLS handshake");
  }
  peer_is_faster = true;
  for (const char* manner : {"cut", "reset"}) {
    const Pbx pbx(scene->paper, {"--manner", manner});
    assert_told(asked(asking, pbx.url("/ok")), Reach::cut, "ended the connection in the TLS handshake");
  }
  peer_is_faster = false;
  for (const char* path : {"/cut", "/reset"}) {
    assert_told(asked(asking, scene->pbx.url(path)), Reach::cut, "ended the connection without an answer");
  }
  for (const char* path : {"/cut-in-head", "/cut-in-body", "/cut-in-chunk", "/cut-unseen"}) {
    const auto answer = asked(asking, scene->pbx.url(path));
    assert_told(answer, Reach::cut, "ended the connection in the middle of its answer");
    assert_true(answer.certificate.has_value());
  }
}

void what_is_no_https_is_said(void**) {
  Asking asking;
  for (const char* manner : {"plain", "noise"}) {
    const Pbx pbx(scene->paper, {"--manner", manner});
    assert_told(asked(asking, pbx.url("/ok")), Reach::tls,
                "speaks no TLS: is that the HTTPS port of the API?");
  }
  assert_told(asked(asking, scene->pbx.url("/no-http")), Reach::cut,
              "is no HTTP: is that the HTTPS port of the API?");
}

void the_url_is_not_repeated(void**) {
  Asking asking;
  const auto answer = asked(asking, scene->pbx.url("/cut?cookie=sid1-2&caller=5551234"));
  assert_true(answer.what.find("sid1") == std::string::npos);
  assert_true(answer.what.find("5551234") == std::string::npos);
}

}  // namespace

namespace {

// The function of this name that ours stands before.
template <class Function>
Function* original(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// Stands before the C library's: names get no address in the tests of this file, at once or when a test says
// so.
extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* node, const char* service,
                                                                  const addrinfo* hints, addrinfo** found) {
  if (!names_are_ours) return original<decltype(::getaddrinfo)>("getaddrinfo")(node, service, hints, found);
  ++looking_up;
  while (name_server_is_slow) ::poll(nullptr, 0, 1);
  --looking_up;
  return EAI_NONAME;
}

// Stands before the C library's: a peer ends the connection before anybody looks, when the test says so.
extern "C" __attribute__((visibility("default"))) int connect(int line, const sockaddr* address,
                                                              socklen_t size) {
  const int result = original<decltype(::connect)>("connect")(line, address, size);
  if (!peer_is_faster) return result;
  const int error = errno;
  pollfd ended{line, POLLRDHUP, 0};
  ::poll(&ended, 1, static_cast<int>(kAskingPatienceMs));
  errno = error;
  return result;
}

int client_trouble_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_name_without_address_is_said),
      cmocka_unit_test(a_url_that_is_none_of_ours_is_refused),
      cmocka_unit_test(nothing_listens),
      cmocka_unit_test(a_name_server_that_is_silent_takes_the_timeout),
      cmocka_unit_test(a_lookup_that_is_given_up_holds_nobody),
      cmocka_unit_test(a_full_backlog_takes_the_timeout),
      cmocka_unit_test(silence_at_each_stage_takes_the_timeout),
      cmocka_unit_test(a_cut_at_each_stage_is_said),
      cmocka_unit_test(what_is_no_https_is_said),
      cmocka_unit_test(the_url_is_not_repeated),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
