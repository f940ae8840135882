// Whom the client believes: authorities, names, dates, pins, strength, certificates of our own.
#include "asking.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm;
using namespace ucm::net;

namespace {

struct Scene {
  Papers papers;
  Paper authority = papers.own("authority");
  Paper good = papers.signed_by(authority, "good");
  Paper other_name = papers.signed_by(authority, "othername", "DNS:pbx.example");
  Paper expired = papers.signed_by(authority, "expired", "IP:127.0.0.1",
                                   "-startdate 200101000000Z -enddate 210203040506Z");
  Paper early = papers.signed_by(authority, "early", "IP:127.0.0.1",
                                 "-startdate 20450101000000Z -enddate 20460101000000Z");
  Paper own = papers.own("own");
  Paper weak = papers.own("weak", "rsa:1024");
};
std::unique_ptr<Scene> scene;

int set_up(void**) {
  scene = std::make_unique<Scene>();
  return scene->papers.made ? 0 : -1;
}
int tear_down(void**) {
  scene.reset();
  return 0;
}

ClientAnswer with(Asking& asking, const Pbx& pbx, TlsTrust trust, const std::string& host = "127.0.0.1") {
  ClientRequest request;
  request.url = pbx.url("/ok", host);
  request.trust = std::move(trust);
  return asking.answer_to(std::move(request)).value_or(ClientAnswer{});
}

TlsTrust ca(const Paper& paper) {
  TlsTrust trust;
  trust.ca_file = paper.certificate;
  return trust;
}

TlsTrust pin(const Paper& paper) {
  TlsTrust trust;
  trust.pinned_key = paper.pin;
  return trust;
}

void assert_believed(const ClientAnswer& answer) {
  assert_text(answer.what, "");
  assert_true(answer.reach == Reach::answered);
  assert_int_equal(answer.status, 200);
}

// Refused for `reason`, a part of the sentence, before anything was asked.
void assert_refused(const ClientAnswer& answer, const std::string& reason) {
  if (answer.what.find(reason) == std::string::npos) assert_text(answer.what, reason);
  assert_true(answer.reach == Reach::tls);
  assert_true(answer.what.size() < 500);
  assert_int_equal(answer.status, 0);
}

void a_chain_to_the_authority_is_believed(void**) {
  Asking asking;
  const Pbx pbx(scene->good);
  const auto answer = with(asking, pbx, ca(scene->authority));
  assert_believed(answer);
  assert_text(answer.certificate->pin, scene->good.pin);
  assert_false(answer.certificate->self_signed);
  const std::int64_t days = (answer.certificate->expires_s - system_clock().wall_s() + 43'200) / 86'400;
  assert_int_equal(days, 2);
}

void a_stranger_is_not_believed(void**) {
  Asking asking;
  const Pbx pbx(scene->good);
  for (const TlsTrust& trust : {TlsTrust{}, ca(scene->own)}) {
    const auto answer = with(asking, pbx, trust);
    assert_refused(
        answer, text("127.0.0.1:{} shows a certificate of an authority that is not known here: name the "
                     "authority's file with CACert, or compare the pin with the PBX and put PinnedPublicKey "
                     "\"{}\" into the API block",
                     pbx.port(), scene->good.pin));
    assert_text(answer.certificate->pin, scene->good.pin);
    assert_false(answer.certificate->self_signed);
  }
}

void a_certificate_in_the_file_is_believed_itself(void**) {
  Asking asking;
  const Pbx own(scene->own);
  const auto answer = with(asking, own, ca(scene->own));
  assert_believed(answer);
  assert_true(answer.certificate->self_signed);
  const Pbx good(scene->good);
  assert_believed(with(asking, good, ca(scene->good)));
}

void a_self_signed_one_is_refused_with_the_way_out(void**) {
  Asking asking;
  const Pbx pbx(scene->own);
  const auto answer = with(asking, pbx, {});
  assert_refused(answer,
                 text("127.0.0.1:{} shows a self-signed certificate: compare its pin with the PBX and put "
                      "PinnedPublicKey \"{}\" into the API block, or name the certificate's file with CACert",
                      pbx.port(), scene->own.pin));
  assert_true(answer.certificate->self_signed);
  assert_believed(with(asking, pbx, pin(scene->own)));
}

void the_name_must_be_that_of_the_certificate(void**) {
  Asking asking;
  const Pbx pbx(scene->other_name);
  TlsTrust trust = ca(scene->authority);
  assert_refused(with(asking, pbx, trust),
                 text("127.0.0.1:{} shows a certificate for another name (othername): write "
                      "that name in URL, or compare the pin with the PBX and put "
                      "PinnedPublicKey \"{}\" into the API block",
                      pbx.port(), scene->other_name.pin));
  assert_refused(with(asking, pbx, trust, "localhost"), "another name");
  trust.verify_host = false;
  assert_believed(with(asking, pbx, trust));
  trust.verify_peer = false;
  assert_believed(with(asking, pbx, trust));
  trust.verify_host = true;
  assert_refused(with(asking, pbx, trust), "another name");
  const Pbx own(scene->own);
  assert_believed(with(asking, own, ca(scene->own), "localhost"));
  assert_believed(with(asking, own, ca(scene->own), "LOCALHOST"));
}

void without_verification_anybody_is_believed(void**) {
  Asking asking;
  TlsTrust trust;
  trust.verify_peer = trust.verify_host = false;
  for (const Paper& paper : {scene->own, scene->good, scene->other_name, scene->expired}) {
    const Pbx pbx(paper);
    const auto answer = with(asking, pbx, trust);
    assert_believed(answer);
    assert_text(answer.certificate->pin, paper.pin);
  }
}

void dates_count(void**) {
  Asking asking;
  const Pbx expired(scene->expired);
  const auto late = with(asking, expired, ca(scene->authority));
  assert_refused(late, "has expired: renew it on the PBX");
  assert_int_equal(late.certificate->expires_s, 1'612'325'106);  // date -ud '2021-02-03 04:05:06' +%s
  assert_believed(with(asking, expired, pin(scene->expired)));
  const Pbx early(scene->early);
  assert_refused(with(asking, early, ca(scene->authority)), "not valid yet: are the clocks");
}

void a_pin_stands_in_place_of_authority_and_name(void**) {
  Asking asking;
  const Pbx pbx(scene->other_name);
  assert_believed(with(asking, pbx, pin(scene->other_name)));
  TlsTrust both = pin(scene->other_name);
  both.ca_file = scene->authority.certificate;
  assert_refused(with(asking, pbx, both), "another name");
  both.ca_file = scene->own.certificate;
  assert_refused(with(asking, pbx, both), "an authority that is not known here");
  const Pbx good(scene->good);
  both = pin(scene->good);
  both.ca_file = scene->authority.certificate;
  assert_believed(with(asking, good, both));
}

void another_key_than_the_pinned_one_is_an_alarm(void**) {
  Asking asking;
  const Pbx pbx(scene->good);
  TlsTrust trust = pin(scene->own);
  const std::string alarm = text(
      "127.0.0.1:{} shows another key than PinnedPublicKey, \"{}\": unless its certificate was replaced, "
      "somebody is in between. Compare this pin with the PBX before it goes into the API block",
      pbx.port(), scene->good.pin);
  assert_refused(with(asking, pbx, trust), alarm);
  trust.verify_peer = trust.verify_host = false;
  assert_refused(with(asking, pbx, trust), alarm);
  trust = pin(scene->own);
  trust.ca_file = scene->authority.certificate;
  assert_refused(with(asking, pbx, trust), alarm);
  trust = pin(scene->good);
  trust.pinned_key.pop_back();
  assert_refused(with(asking, pbx, trust), "another key");
}

void a_short_key_wants_a_lower_level(void**) {
  Asking asking;
  const Pbx pbx(scene->weak);
  TlsTrust blind;
  blind.verify_peer = blind.verify_host = false;
  for (TlsTrust trust : {ca(scene->weak), pin(scene->weak), blind}) {
    const auto answer = with(asking, pbx, trust);
    assert_refused(answer,
                   text("127.0.0.1:{} has a key or a signature too weak for TLSSecurityLevel 2: replace its "
                        "certificate, or set TLSSecurityLevel 1 in the API block",
                        pbx.port()));
    assert_text(answer.certificate->pin, scene->weak.pin);
    trust.security_level = 1;
    assert_believed(with(asking, pbx, trust));
    trust.security_level = 3;
    assert_true(with(asking, pbx, trust).reach == Reach::tls);
  }
}

void a_short_key_of_the_exchange_wants_a_lower_level(void**) {
  Asking asking;
  const Paper rsa = scene->papers.own("rsa", "rsa:2048");
  const Pbx pbx(rsa, {"--weak-dh", "--most", "1.2", "--ciphers", "DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0"});
  TlsTrust trust = ca(rsa);
  assert_refused(with(asking, pbx, trust), "set TLSSecurityLevel 1 in the API block");
  trust.security_level = 1;
  assert_believed(with(asking, pbx, trust));
}

void old_versions_want_level_0(void**) {
  Asking asking;
  for (const char* version : {"1.0", "1.1"}) {
    const Pbx pbx(scene->own, {"--most", version});
    TlsTrust trust = ca(scene->own);
    assert_refused(with(asking, pbx, trust), "have no TLS version or cipher in common");
    trust.security_level = 1;
    assert_refused(with(asking, pbx, trust), "set TLSSecurityLevel 0 in the API block");
    trust.security_level = 0;
    assert_believed(with(asking, pbx, trust));
  }
}

void no_common_cipher_is_said(void**) {
  Asking asking;
  const Pbx pbx(scene->own, {"--most", "1.2", "--ciphers", "ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0"});
  assert_refused(with(asking, pbx, ca(scene->own)), "no TLS version or cipher in common");
}

void a_client_certificate_is_shown(void**) {
  Asking asking;
  const Paper client = scene->papers.signed_by(scene->authority, "client");
  const Paper stranger = scene->papers.own("stranger");
  for (const char* most : {"1.2", "1.3"}) {
    const Pbx pbx(scene->own, {"--client-ca", scene->authority.certificate, "--most", most});
    TlsTrust trust = ca(scene->own);
    assert_refused(with(asking, pbx, trust), "wants a client certificate that it knows");
    trust.certificate_file = stranger.certificate;
    trust.key_file = stranger.key;
    const auto wrong = with(asking, pbx, trust);
    assert_refused(wrong, "wants a client certificate that it knows");
    assert_text(wrong.certificate->pin, scene->own.pin);
    trust.certificate_file = client.certificate;
    trust.key_file = client.key;
    assert_believed(with(asking, pbx, trust));
    trust.key_file.clear();
    trust.certificate_file = scene->papers.file("both.pem");
    assert_true(shell(text("cat {} {} > {}", client.certificate, client.key, trust.certificate_file)));
    assert_believed(with(asking, pbx, trust));
  }
}

void files_that_cannot_be_used_are_named(void**) {
  Asking asking;
  const Pbx pbx(scene->own);
  const std::string locked = scene->papers.file("locked.key");
  assert_true(shell(text("openssl pkey -in {} -aes128 -passout pass:x -out {}", scene->own.key, locked)));
  struct Line {
    std::string ca, certificate, key, said;
  };
  const std::string own = scene->own.certificate;
  const Line lines[] = {
      {"/nowhere.pem", "", "",
       "CACert '/nowhere.pem' cannot be used (No such file or directory): does the file exist"},
      {"/dev/null", "", "", "CACert '/dev/null' cannot be used ("},
      {own, "/nowhere.pem", "", "our certificate '/nowhere.pem' cannot be used (No such file or directory)"},
      {own, scene->own.key, "", text("our certificate '{}' cannot be used (no start line)", scene->own.key)},
      {own, own, "/nowhere.key", "the key of our certificate '/nowhere.key' cannot be used (No such file"},
      {own, own, own, text("the key of our certificate '{}' cannot be used (", own)},
      {own, own, scene->good.key, text("'{}' cannot be used (key values mismatch)", scene->good.key)},
      {own, own, locked, text("the key of our certificate '{}' cannot be used (", locked)}};
  for (const Line& line : lines) {
    TlsTrust trust;
    trust.ca_file = line.ca;
    trust.certificate_file = line.certificate;
    trust.key_file = line.key;
    assert_refused(with(asking, pbx, trust), line.said);
  }
}

void authorities_are_read_again_when_they_change(void**) {
  Asking asking;
  const Pbx pbx(scene->good);
  TlsTrust trust;
  trust.ca_file = scene->papers.file("changing.pem");
  assert_true(shell(text("cp {} {}", scene->own.certificate, trust.ca_file)));
  assert_refused(with(asking, pbx, trust), "not known here");
  assert_true(shell(text("cp {} {}", scene->authority.certificate, trust.ca_file)));
  assert_believed(with(asking, pbx, trust));
}

void no_connection_is_shared_between_trusts(void**) {
  Asking asking;
  const Pbx pbx(scene->own);
  TlsTrust blind;
  blind.verify_peer = blind.verify_host = false;
  assert_believed(with(asking, pbx, blind));
  assert_refused(with(asking, pbx, {}), "self-signed");
  assert_refused(with(asking, pbx, pin(scene->good)), "another key");
  assert_believed(with(asking, pbx, pin(scene->own)));
  assert_believed(with(asking, pbx, blind));
}

void a_reused_connection_still_knows_its_certificate(void**) {
  Asking asking;
  const Pbx pbx(scene->own);
  ClientRequest request = request_to(pbx, "/connection", scene->own);
  for (int i = 0; i < 3; ++i) {
    const auto answer = asking.answer_to(request);
    assert_text(answer->body, "1");
    assert_text(answer->certificate->pin, scene->own.pin);
    assert_true(answer->certificate->self_signed);
  }
}

}  // namespace

int client_trust_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_chain_to_the_authority_is_believed),
      cmocka_unit_test(a_stranger_is_not_believed),
      cmocka_unit_test(a_certificate_in_the_file_is_believed_itself),
      cmocka_unit_test(a_self_signed_one_is_refused_with_the_way_out),
      cmocka_unit_test(the_name_must_be_that_of_the_certificate),
      cmocka_unit_test(without_verification_anybody_is_believed),
      cmocka_unit_test(dates_count),
      cmocka_unit_test(a_pin_stands_in_place_of_authority_and_name),
      cmocka_unit_test(another_key_than_the_pinned_one_is_an_alarm),
      cmocka_unit_test(a_short_key_wants_a_lower_level),
      cmocka_unit_test(a_short_key_of_the_exchange_wants_a_lower_level),
      cmocka_unit_test(old_versions_want_level_0),
      cmocka_unit_test(no_common_cipher_is_said),
      cmocka_unit_test(a_client_certificate_is_shown),
      cmocka_unit_test(files_that_cannot_be_used_are_named),
      cmocka_unit_test(authorities_are_read_again_when_they_change),
      cmocka_unit_test(no_connection_is_shared_between_trusts),
      cmocka_unit_test(a_reused_connection_still_knows_its_certificate),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
