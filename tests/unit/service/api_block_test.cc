#include "service/api_block.h"

#include <algorithm>

#include "check.h"
#include "service/config.h"
#include "service/toml_text.h"

namespace {

using namespace ucm;
using namespace ucm::service;

constexpr const char* kPin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

ConfigNode option(std::string key, std::string value) {
  return {std::move(key), {std::move(value)}, {}, "", 0};
}

std::vector<ConfigNode> credentials(std::vector<ConfigNode> more = {}) {
  more.push_back(option("User", "cdrapi"));
  more.push_back(option("Password", "cdrapi123"));
  return more;
}

struct Read {
  Settings settings;
  std::vector<Finding> findings;

  [[nodiscard]] bool says(Severity severity, const std::string& word) const {
    return std::ranges::any_of(findings, [&](const Finding& finding) {
      return finding.severity == severity && to_string(finding).find(word) != std::string::npos;
    });
  }
};

// A PBX without pushes, with this API block.
Read read(std::vector<ConfigNode> api, std::vector<ConfigNode> pbx = {}) {
  pbx.push_back({"API", {}, std::move(api), "", 0});
  Read result;
  result.settings = read_settings({{"PBX", {"hq"}, std::move(pbx), "", 0}}, {"/var/lib/ucm"}, result.findings,
                                  Dialect::collectd);
  return result;
}

void an_api_alone_is_enough(void**) {
  const Read r = read(credentials({option("URL", "https://192.168.1.100:8089/api")}));
  assert_true(usable(r.settings));
  assert_true(r.says(Severity::warning, "Listen"));
  assert_int_equal(r.findings.size(), 1);
  const ApiSettings& api = *r.settings.pbxes.at(0).api;
  assert_true(api.status_interval_s == 60 && api.backfill_interval_s == 300 &&
              api.backfill_overlap_s == 86'400 && api.timeout_ms == 10'000 && api.security_level == 2 &&
              api.verify_peer && api.verify_host);
}

void the_url_is_made_whole(void**) {
  const auto url = [](const char* kind, const char* written) {
    ApiSettings settings;
    settings.kind = kind;
    settings.url = written;
    return access_of(settings).url;
  };
  assert_text(url("new", "https://h:8089/api"), "https://h:8089/api");
  assert_text(url("new", "https://h:8089"), "https://h:8089/api");
  assert_text(url("new", "https://h:8089/"), "https://h:8089/api");
  assert_text(url("new", "https://h/some/api/v1/"), "https://h/some/api/v1");
  assert_text(url("legacy", "https://h:8443"), "https://h:8443");
  assert_text(url("LEGACY", "https://h:8443/cdrapi"), "https://h:8443");
  assert_text(url("legacy", "https://h:8443/cdrapi/"), "https://h:8443");
}

void every_option_lands(void**) {
  const Read r = read(
      credentials(
          {option("URL", "https://h"), option("Kind", "legacy"), option("CACert", "/ca.pem"),
           option("VerifyPeer", "false"), option("VerifyHost", "false"), option("PinnedPublicKey", kPin),
           option("TLSSecurityLevel", "1"), option("ClientCert", "/c.pem"), option("ClientKey", "/k.pem"),
           option("StatusInterval", "5"), option("BackfillInterval", "6"), option("BackfillOverlap", "3600"),
           option("BackfillFirst", "864000"), option("Timeout", "2500")}),
      {option("TimeZone", "America/Chicago"), option("ServiceLevel", "30"), option("ShortAbandon", "0"),
       option("Recordings", "true"), option("CheckRecordings", "true")});
  const PbxSettings& pbx = r.settings.pbxes.at(0);
  const ApiSettings& api = *pbx.api;
  const api::Access access = access_of(api);
  assert_true(access.kind == api::ApiKind::legacy);
  assert_text(access.password, "cdrapi123");
  assert_text(access.trust.ca_file, "/ca.pem");
  assert_text(access.trust.pinned_key, kPin);
  assert_text(access.trust.certificate_file, "/c.pem");
  assert_text(access.trust.key_file, "/k.pem");
  assert_true(!access.trust.verify_peer && !access.trust.verify_host && access.trust.security_level == 1);
  assert_int_equal(access.timeout_ms, 2'500);
  assert_true(api.status_interval_s == 5 && api.backfill_interval_s == 6 && api.backfill_overlap_s == 3'600 &&
              api.backfill_first_s == 864'000);
  assert_text(pbx.zone.name(), "America/Chicago");
  assert_true(pbx.service_level_s == 30 && pbx.short_abandon_s == 0 && pbx.recordings &&
              pbx.check_recordings);
}

// The pushes of the PBX are taken all the same.
void a_bad_api_block_is_left_out_with_the_reason(void**) {
  struct Case {
    std::vector<ConfigNode> api;
    const char* reason;
  };
  const Case cases[] = {
      {credentials(), "URL"},
      {credentials({option("URL", "http://h:8089/api")}), "https://"},
      {credentials({option("URL", "https://user:pw@h/api")}), "credentials"},
      {credentials({option("URL", "https://:8089/api")}), "HOST"},
      {credentials({option("URL", "https://h/api?x=1")}), "HOST"},
      {credentials({option("URL", "https://h"), option("Kind", "old")}), "legacy"},
      {credentials({option("URL", "https://h"), option("PinnedPublicKey", "sha256//abc")}), "pin"},
      {credentials({option("URL", "https://h"), option("ClientCert", "/c.pem")}), "ClientKey"},
      {{option("URL", "https://h")}, "User"},
      {{option("URL", "https://h"), option("User", "u")}, "PasswordFile"},
      {{option("URL", "https://h"), option("Kind", "legacy"), option("Password", "p")}, "User"},
  };
  for (const Case& one : cases) {
    const Read r = read(one.api, {option("From", "127.0.0.1")});
    if (!r.says(Severity::error, one.reason)) print_error("not said: %s\n", one.reason);
    assert_true(r.says(Severity::error, one.reason));
    assert_int_equal(r.settings.pbxes.size(), 1);
    assert_false(r.settings.pbxes[0].api.has_value());
    for (const Finding& finding : r.findings) {
      assert_true(to_string(finding).find("cdrapi123") == std::string::npos);
      assert_true(to_string(finding).find("user:pw") == std::string::npos);
    }
  }
}

void a_legacy_api_may_do_without_credentials(void**) {
  const Read r = read({option("URL", "https://h:8443"), option("Kind", "legacy")});
  assert_true(r.settings.pbxes.at(0).api.has_value());
}

void a_zone_that_is_none_leaves_the_pbx_out(void**) {
  const Read r = read(credentials({option("URL", "https://h")}), {option("TimeZone", "Mars/Olympus")});
  assert_true(r.says(Severity::error, "TimeZone"));
  assert_int_equal(r.settings.pbxes.size(), 0);
}

void misspelled_options_name_the_nearest(void**) {
  const Read r = read(credentials({option("URL", "https://h"), option("StatusIntervall", "5")}));
  assert_true(r.says(Severity::warning, "StatusInterval?"));
  const Read misplaced = read(credentials({option("URL", "https://h"), option("From", "127.0.0.1")}));
  assert_true(misplaced.says(Severity::warning, "in a PBX block"));
}

void toml_has_it_as_a_table_within(void**) {
  std::vector<Finding> findings;
  const auto blocks = parse_toml(R"(
[[pbx]]
name = "hq"
time_zone = "+02:00"
[pbx.api]
url = "https://192.168.1.100:8089/api"
user = "cdrapi"
password = "cdrapi123"
tls_security_level = 1
pinned_public_key = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
ca_cert = "/ca.pem"
status_interval = 30
)",
                                 "ucm.toml", findings);
  const Settings settings = read_settings(*blocks, {"/var/lib/ucm"}, findings, Dialect::toml);
  assert_int_equal(findings.size(), 1);  // no [[listen]]
  const ApiSettings& api = *settings.pbxes.at(0).api;
  assert_true(api.security_level == 1 && api.status_interval_s == 30);
  assert_text(api.pinned_key, kPin);
  assert_int_equal(settings.pbxes[0].zone.offset_at(0), 7'200);
}

}  // namespace

int api_block_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(an_api_alone_is_enough),
      cmocka_unit_test(the_url_is_made_whole),
      cmocka_unit_test(every_option_lands),
      cmocka_unit_test(a_bad_api_block_is_left_out_with_the_reason),
      cmocka_unit_test(a_legacy_api_may_do_without_credentials),
      cmocka_unit_test(a_zone_that_is_none_leaves_the_pbx_out),
      cmocka_unit_test(misspelled_options_name_the_nearest),
      cmocka_unit_test(toml_has_it_as_a_table_within),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
