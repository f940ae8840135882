#include "net/credentials.h"

#include <string>

#include "base/text.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm;
using namespace ucm::net;

namespace {

constexpr std::int64_t kNow = 1'000'000;

std::string value_of(const std::string& challenge, const std::string& name) {
  const std::size_t begin = challenge.find(name + "=\"") + name.size() + 2;
  return challenge.substr(begin, challenge.find('"', begin) - begin);
}

void nothing_is_asked_without_a_user(void**) {
  Credentials credentials("", "");
  assert_true(credentials.check("", "POST", kNow) == Shown::nothing_asked);
  assert_true(credentials.check("Basic eDp5", "POST", kNow) == Shown::nothing_asked);
}

void basic_is_compared(void**) {
  Credentials credentials("pbx", "se:cret");
  assert_true(credentials.check("", "POST", kNow) == Shown::none);
  assert_true(credentials.check("Basic cGJ4OnNlOmNyZXQ=", "POST", kNow) == Shown::right);
  assert_true(credentials.check("basic  cGJ4OnNlOmNyZXQ= ", "POST", kNow) == Shown::right);
  for (const char* wrong :
       {"Basic cGJ4OnNlOmNyZXU=", "Basic cGJ4", "Basic ", "Basic ***", "Bearer x", "Basic", "x"}) {
    assert_true(credentials.check(wrong, "POST", kNow) == Shown::wrong);
  }
}

// Computed with md5sum for user pbx, realm ucm, password secret and a nonce that nobody gave out.
void a_right_password_with_an_unknown_nonce_is_stale(void**) {
  Credentials credentials("pbx", "secret");
  const std::string head = R"(Digest username="pbx", realm="ucm", nonce="0000abc", uri="/cdr", )";
  assert_true(credentials.check(head + R"(response="cad5641b83bdeb630ad0fc6b10a441f5")", "POST", kNow) ==
              Shown::stale);
  assert_true(credentials.check(
                  head + R"(qop=auth, nc=00000001, cnonce="c", response="aadae9ee3cf45d6bfd4ecce51c11a71b")",
                  "POST", kNow) == Shown::stale);
  assert_true(credentials.check(head + R"(response="00000000000000000000000000000000")", "POST", kNow) ==
              Shown::wrong);
  assert_true(credentials.check(head + R"(response="cad5641b83bdeb630ad0fc6b10a441f5")", "PUT", kNow) ==
              Shown::wrong);
}

void every_challenge_has_a_nonce_of_its_own(void**) {
  Credentials credentials("pbx", "secret");
  const std::string one = credentials.digest_challenge(false, kNow);
  const std::string two = credentials.digest_challenge(true, kNow);
  assert_true(value_of(one, "nonce") != value_of(two, "nonce"));
  assert_true(one.find("stale") == std::string::npos);
  assert_true(two.ends_with(", stale=true"));
  assert_text(value_of(one, "realm"), "ucm");
  assert_text(Credentials::basic_challenge(), R"(Basic realm="ucm", charset="UTF-8")");
}

void odd_headers_are_only_wrong(void**) {
  Credentials credentials("pbx", "secret");
  for (const char* odd : {"Digest ", "Digest =", "Digest ,,,", "Digest username", "Digest username=\"",
                          "Digest username=\"\\", "Digest realm=\"ucm\", nc=xyz, qop=auth",
                          "Digest realm=\"ucm\", qop=auth-int", "Digest a=b c=d,,e"}) {
    assert_true(credentials.check(odd, "POST", kNow) == Shown::wrong);
  }
  const std::string random("Digest \xff\0=\"\x80,", 14);
  assert_true(credentials.check(random, "POST", kNow) == Shown::wrong);
}

void secrets_are_compared_whole(void**) {
  assert_true(same_secret("secret", "secret"));
  assert_false(same_secret("secre", "secret"));
  assert_false(same_secret("secretsecret", "secret"));
  assert_false(same_secret("", "secret"));
  assert_false(same_secret("x", ""));
  assert_true(same_secret("", ""));
}

}  // namespace

int credentials_test() {
  const CMUnitTest tests[] = {cmocka_unit_test(nothing_is_asked_without_a_user),
                              cmocka_unit_test(basic_is_compared),
                              cmocka_unit_test(a_right_password_with_an_unknown_nonce_is_stale),
                              cmocka_unit_test(every_challenge_has_a_nonce_of_its_own),
                              cmocka_unit_test(odd_headers_are_only_wrong),
                              cmocka_unit_test(secrets_are_compared_whole)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
