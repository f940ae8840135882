#include "service/config.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "check.h"
#include "service/host_name.h"

namespace {

using namespace ucm;
using namespace ucm::service;

ConfigNode option(std::string key, std::vector<std::string> values, int line = 0) {
  return {std::move(key), std::move(values), {}, line > 0 ? "ucm.conf" : "", line};
}

ConfigNode block(std::string key, std::string argument, std::vector<ConfigNode> children, int line = 0) {
  return {std::move(key), {std::move(argument)}, std::move(children), line > 0 ? "ucm.conf" : "", line};
}

ConfigNode listener() {
  return block("Listen", "http://0.0.0.0:5000", {});
}

ConfigNode hq() {
  return block("PBX", "hq", {option("From", {"192.168.1.100"})});
}

struct Read {
  Settings settings;
  std::vector<Finding> findings;
};

Read read(const std::vector<ConfigNode>& blocks, Dialect dialect = Dialect::collectd) {
  Read result;
  result.settings = read_settings(blocks, {"/var/lib/collectd/ucm"}, result.findings, dialect);
  return result;
}

// How many findings of that severity hold all of these words.
std::size_t found(const Read& read, Severity severity, const std::vector<std::string>& words) {
  return static_cast<std::size_t>(std::ranges::count_if(read.findings, [&](const Finding& finding) {
    const std::string whole = to_string(finding);
    return finding.severity == severity && std::ranges::all_of(words, [&](const std::string& word) {
             return whole.find(word) != std::string::npos;
           });
  }));
}

// A file that is gone with its owner.
class Scratch {
 public:
  explicit Scratch(std::string_view content, mode_t mode = 0600) {
    const int fd = mkstemp(path_.data());
    assert_true(fd >= 0);
    close(fd);
    std::ofstream(path_, std::ios::binary) << content;
    assert_int_equal(chmod(path_.c_str(), mode), 0);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { unlink(path_.c_str()); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/ucm-config-XXXXXX";
};

void the_least_configuration_has_defaults(void**) {
  const Read r = read({listener(), hq()});
  assert_int_equal(r.findings.size(), 0);
  assert_true(usable(r.settings));
  assert_text(r.settings.state_directory, "/var/lib/collectd/ucm");
  assert_text(r.settings.control_socket, "/var/lib/collectd/ucm/ucm.sock");
  assert_int_equal(r.settings.retention_days, 35);
  assert_text(r.settings.pbxes[0].host, "hq");
  assert_int_equal(r.settings.listeners[0].port, 5000);
}

void nothing_at_all_is_not_usable_and_said(void**) {
  const Read r = read({});
  assert_false(usable(r.settings));
  assert_int_equal(found(r, Severity::error, {"Listen"}), 1);
  assert_int_equal(found(r, Severity::error, {"PBX"}), 1);
}

void every_option_lands(void**) {
  const Scratch password("secret\r\nsecond line\n");
  const Read r = read({
      option("statedirectory", {"/srv/ucm/"}),
      option("RETENTION", {"7"}),
      option("Settle", {"3"}),
      option("QuarantineRows", {"5"}),
      option("QuarantineBytes", {"4096"}),
      option("MaxRecordBytes", {"2048"}),
      option("IdleTimeout", {"9"}),
      option("MaxConnections", {"12"}),
      block("Listen", "https://[::]:5443",
            {option("User", {"pbx"}), option("PasswordFile", {password.path()}),
             option("CertificateFile", {"/etc/ucm/cert.pem"}), option("KeyFile", {"/etc/ucm/key.pem"}),
             option("ClientCAFile", {"/etc/ucm/ca.pem"}), option("MaxConnections", {"3"}),
             option("MaxHeaderBytes", {"4096"}), option("RequestTimeout", {"4"})}),
      block("PBX", "hq",
            {option("Host", {"pbx.example"}), option("From", {"192.168.1.100", "192.168.2.0/24"}),
             option("From", {"2001:db8::/32"}), option("Serial", {"20EZAAAA"}), option("Trunks", {"false"}),
             option("Queues", {"off"}), option("Extensions", {"true"}), option("DIDs", {"yes"}),
             option("AccountCodes", {"On"}), option("MaxSeries", {"278"}), option("LongCall", {"0"}),
             option("NumbersInNotifications", {"true"})}),
  });
  assert_int_equal(r.findings.size(), 0);
  const Settings& s = r.settings;
  assert_text(s.state_directory, "/srv/ucm");
  assert_text(s.control_socket, "/srv/ucm/ucm.sock");
  assert_true(s.retention_days == 7 && s.settle_s == 3 && s.quarantine_rows == 5 &&
              s.quarantine_bytes == 4096);
  const net::Endpoint& e = s.listeners[0];
  assert_text(e.user, "pbx");
  assert_text(e.password, "secret");
  assert_text(e.certificate_file, "/etc/ucm/cert.pem");
  assert_text(e.key_file, "/etc/ucm/key.pem");
  assert_text(e.client_ca_file, "/etc/ucm/ca.pem");
  assert_true(e.limits.record_bytes == 2048 && e.limits.idle_s == 9 && e.limits.connections == 3 &&
              e.limits.header_bytes == 4096 && e.limits.request_s == 4);
  const PbxSettings& p = s.pbxes[0];
  assert_text(p.host, "pbx.example");
  assert_text(p.serial, "20EZAAAA");
  assert_int_equal(p.from.size(), 3);
  assert_true(!p.trunks && !p.queues && p.extensions && p.dids && p.account_codes && p.numbers);
  assert_true(p.max_series == 278 && p.long_call_s == 0);
}

void every_option_of_alerts_lands(void**) {
  const Read r = read({listener(), block("PBX", "hq",
                                         {option("From", {"any"}),
                                          option("BusinessHours", {"Mon-Fri 08:00-18:00", "Sat 09:00-13:00"}),
                                          option("AlertHold", {"60"}),
                                          option("LongCallRunning", {"1"}),
                                          option("TrunkDown", {"2"}),
                                          option("ApiDown", {"3"}),
                                          option("PushSilent", {"4"}),
                                          option("FailureJump", {"5"}),
                                          option("FailureCalls", {"6"}),
                                          option("QueueWait", {"7"}),
                                          option("InternationalPrefixes", {"+", "011"}),
                                          option("HomeCountry", {"1"}),
                                          option("OutsideLine", {"9"}),
                                          option("PremiumPrefixes", {"0900 +4990", "1900"}),
                                          option("FraudInternational", {"true"}),
                                          option("NewCountry", {"false"}),
                                          option("NewCountryLearning", {"8"}),
                                          option("OutOfHoursCalls", {"9"}),
                                          option("BurstCalls", {"10"}),
                                          option("BurstSeconds", {"11"}),
                                          option("ShortCallsAlert", {"12"}),
                                          option("CertificateDays", {"13"}),
                                          option("BufferLeft", {"14"}),
                                          option("ClockWrong", {"15"}),
                                          option("Restarts", {"false"}),
                                          option("Firmware", {"false"})})});
  assert_int_equal(r.findings.size(), 0);
  AlertSettings wanted{.hold_s = 60,
                       .hours = {},
                       .long_running_s = 1,
                       .trunk_down_s = 2,
                       .api_down_s = 3,
                       .push_silent_s = 4,
                       .queue_wait_s = 7,
                       .certificate_days = 13,
                       .buffer_left_s = 14,
                       .clock_wrong_s = 15,
                       .restarts = false,
                       .firmware = false,
                       .failure_jump = 5,
                       .failure_calls = 6,
                       .out_of_hours_calls = 9,
                       .burst_calls = 10,
                       .burst_s = 11,
                       .short_calls = 12,
                       .international = {"+", "011"},
                       .home_country = "1",
                       .outside_line = "9",
                       .premium = {"0900", "+4990", "1900"},
                       .abroad = true,
                       .new_country = false,
                       .learning_days = 8};
  assert_true(wanted.hours.add("Mon-Fri 08:00-18:00").ok() && wanted.hours.add("Sat 09:00-13:00").ok());
  assert_true(r.settings.pbxes[0].alerts == wanted);
}

void bad_values_of_alerts_keep_the_default(void**) {
  const Read r =
      read({listener(), block("PBX", "hq",
                              {option("From", {"any"}), option("BusinessHours", {"Mon-Fri"}),
                               option("HomeCountry", {"+49"}), option("OutsideLine", {"x"}),
                               option("InternationalPrefixes", {"00", "o11"}),
                               option("PremiumPrefixes", {"09+00"}), option("FailureJump", {"101"}),
                               option("TrunkDown", {"-1"}), option("BurstSeconds", {"9"})})});
  assert_int_equal(r.settings.pbxes.size(), 1);
  assert_true(r.settings.pbxes[0].alerts == AlertSettings{});
  assert_int_equal(found(r, Severity::warning, {"BusinessHours", "Mon-Fri 08:00-18:00"}), 1);
  assert_int_equal(found(r, Severity::warning, {"HomeCountry", "digits"}), 1);
  assert_int_equal(found(r, Severity::warning, {"OutsideLine"}), 1);
  assert_int_equal(found(r, Severity::warning, {"InternationalPrefixes", "o11", "it stays + 00"}), 1);
  assert_int_equal(found(r, Severity::warning, {"PremiumPrefixes", "09+00"}), 1);
  assert_int_equal(found(r, Severity::warning, {"FailureJump", "points of a percentage, 0 to 100"}), 1);
  assert_int_equal(found(r, Severity::error, {}), 0);
}

void a_home_country_is_a_code_of_one(void**) {
  for (const char* code : {"0049", "999", "4", "491"}) {
    const Read r =
        read({listener(), block("PBX", "hq", {option("From", {"any"}), option("HomeCountry", {code})})});
    assert_int_equal(found(r, Severity::warning, {"HomeCountry", code, "no country code"}), 1);
    assert_text(r.settings.pbxes[0].alerts.home_country, "");
  }
  for (const char* code : {"49", "1", "423"}) {
    const Read r =
        read({listener(), block("PBX", "hq", {option("From", {"any"}), option("HomeCountry", {code})})});
    assert_int_equal(found(r, Severity::warning, {"HomeCountry"}), 0);
    assert_text(r.settings.pbxes[0].alerts.home_country, code);
  }
}

void bad_hours_are_not_all_hours(void**) {
  const Read r =
      read({listener(), block("PBX", "hq",
                              {option("From", {"any"}), option("BusinessHours", {"Mon-Fri"}),
                               option("PushSilent", {"3600"}), option("OutOfHoursCalls", {"5"})})});
  assert_int_equal(found(r, Severity::warning, {"PushSilent", "is off", "BusinessHours"}), 1);
  assert_int_equal(found(r, Severity::warning, {"OutOfHoursCalls", "BusinessHours"}), 1);
  assert_int_equal(r.settings.pbxes[0].alerts.push_silent_s, 0);
  const Read none =
      read({listener(),
            block("PBX", "hq",
                  {option("From", {"any"}), option("BusinessHours", {""}), option("PushSilent", {"3600"})})});
  assert_int_equal(none.settings.pbxes[0].alerts.push_silent_s, 3600);
}

void what_counts_outside_of_hours_needs_hours(void**) {
  const Read r =
      read({listener(), block("PBX", "hq", {option("From", {"any"}), option("OutOfHoursCalls", {"5"})})});
  assert_int_equal(found(r, Severity::warning, {"OutOfHoursCalls", "BusinessHours"}), 1);
}

void toml_names_are_snake_case(void**) {
  const Read r = read({option("max_record_bytes", {"4096"}), block("listen", "tcp://*:5001", {}),
                       block("pbx", "hq", {option("from", {"any"}), option("dids", {"true"})}),
                       option("settel", {"3"}), option("Settle", {"3"})},
                      Dialect::toml);
  assert_true(usable(r.settings));
  assert_int_equal(r.settings.listeners[0].limits.record_bytes, 4096);
  assert_true(r.settings.pbxes[0].dids);
  assert_int_equal(found(r, Severity::warning, {"settel", "did you mean settle?"}), 1);
  assert_int_equal(found(r, Severity::warning, {"Settle", "did you mean settle?"}), 1);
}

void any_is_every_address(void**) {
  const Read r = read({listener(), block("PBX", "hq", {option("From", {"ANY"})})});
  const net::Network& network = r.settings.pbxes[0].from[0];
  assert_true(network.contains(*net::parse_address("192.0.2.7")));
  assert_true(network.contains(*net::parse_address("2001:db8::7")));
}

void unknown_options_name_the_nearest(void**) {
  const Read r = read({listener(),
                       block("PBX", "hq",
                             {option("From", {"10.0.0.1"}), option("Exstensions", {"true"}, 7),
                              option("Settle", {"3"}), option("Zzzzzzzzzzzz", {"3"})}),
                       option("Retenton", {"3"}), option("Extensions", {"true"})});
  assert_true(usable(r.settings));
  assert_int_equal(
      found(r, Severity::warning, {"ucm.conf:7: PBX hq / Exstensions: ", "did you mean Extensions?"}), 1);
  assert_int_equal(found(r, Severity::warning, {"PBX hq / Settle: ", "belongs outside of Listen and PBX"}),
                   1);
  assert_int_equal(found(r, Severity::warning, {"Zzzzzzzzzzzz: unknown option, ignored"}), 1);
  assert_int_equal(found(r, Severity::warning, {"Retenton: ", "did you mean Retention?"}), 1);
  assert_int_equal(found(r, Severity::warning, {"Extensions: ", "belongs in a PBX block"}), 1);
  assert_int_equal(r.findings.size(), 5);
}

void a_harmless_bad_value_keeps_the_default(void**) {
  const Read r = read(
      {listener(), option("Settle", {"0"}), option("Retention", {"1.5"}), option("QuarantineRows", {"ten"}),
       option("QuarantineBytes", {}), option("MaxConnections", {"99999999999999999999"}),
       block("PBX", "hq",
             {option("From", {"10.0.0.1"}), option("Trunks", {"maybe"}), option("MaxSeries", {"106"}),
              option("LongCall", {"-1"}), option("Queues", {"true", "false"})})});
  assert_true(usable(r.settings));
  assert_int_equal(r.findings.size(), 9);
  assert_int_equal(found(r, Severity::warning, {"stays"}), 9);
  assert_true(r.settings.settle_s == 15 && r.settings.retention_days == 35 && r.settings.pbxes[0].trunks);
  assert_int_equal(r.settings.listeners[0].limits.connections, 1024);
}

void said_again_the_last_one_holds(void**) {
  const Read r = read({listener(), hq(), option("Settle", {"3"}), option("settle", {"4"})});
  assert_int_equal(r.settings.settle_s, 4);
  assert_int_equal(found(r, Severity::warning, {"Settle", "more than once"}), 1);
}

void an_option_written_as_a_block_is_said(void**) {
  const Read r = read({listener(), hq(), block("Settle", "3", {option("x", {"1"})})});
  assert_int_equal(found(r, Severity::warning, {"Settle", "not a block"}), 1);
}

void places_must_be_absolute(void**) {
  const Read r =
      read({listener(), hq(), option("StateDirectory", {"ucm"}), option("ControlSocket", {"x.sock"})});
  assert_int_equal(found(r, Severity::error, {"StateDirectory", "absolute"}), 1);
  assert_int_equal(found(r, Severity::error, {"ControlSocket", "absolute"}), 1);
  assert_text(r.settings.state_directory, "/var/lib/collectd/ucm");
  assert_text(r.settings.control_socket, "/var/lib/collectd/ucm/ucm.sock");
  const Read deep = read({listener(), hq(), option("StateDirectory", {"/" + std::string(120, 'x')})});
  assert_int_equal(found(deep, Severity::warning, {"ControlSocket", "107"}), 1);
}

struct Bad {
  const char* what;
  ConfigNode node;
  std::vector<std::string> words;
};

void bad_listeners_are_left_out(void**) {
  const Scratch empty("\nsecond\n");
  const Scratch good("x\n");
  const std::string long_line(2000, 'x');
  const Scratch endless(long_line);
  const Bad kBad[] = {
      {"no url", {"Listen", {}, {}, "", 0}, {"needs one URL"}},
      {"bad url", block("Listen", "ftp://x:1", {}), {"ftp"}},
      {"url with credentials",
       block("Listen", "http://me:hunter2@0.0.0.0:5001", {}),
       {"http://...@0.0.0.0:5001"}},
      {"user alone", block("Listen", "http://*:5001", {option("User", {"x"})}), {"User", "needs a Password"}},
      {"password alone",
       block("Listen", "http://*:5001", {option("Password", {"hunter2"})}),
       {"User", "missing"}},
      {"file alone",
       block("Listen", "http://*:5001", {option("PasswordFile", {good.path()})}),
       {"User", "missing"}},
      {"user with colon",
       block("Listen", "http://*:5001", {option("User", {"a:b"}), option("Password", {"hunter2"})}),
       {"User", "':'"}},
      {"no such file",
       block("Listen", "http://*:5001", {option("User", {"x"}), option("PasswordFile", {"/nonexistent"})}),
       {"PasswordFile", "/nonexistent cannot be read"}},
      {"a folder",
       block("Listen", "http://*:5001", {option("User", {"x"}), option("PasswordFile", {"/tmp"})}),
       {"PasswordFile", "is not a file"}},
      {"empty file",
       block("Listen", "http://*:5001", {option("User", {"x"}), option("PasswordFile", {empty.path()})}),
       {"PasswordFile", "nothing in its first line"}},
      {"endless line",
       block("Listen", "http://*:5001", {option("User", {"x"}), option("PasswordFile", {endless.path()})}),
       {"PasswordFile", "1024 bytes"}},
      {"password as file",
       block("Listen", "http://*:5001", {option("User", {"x"}), option("PasswordFile", {"hunter2"})}),
       {"PasswordFile", "absolute"}},
      {"https without key",
       block("Listen", "https://*:5001", {option("CertificateFile", {"/c.pem"})}),
       {"KeyFile"}},
      {"https without cert",
       block("Listen", "https://*:5001", {option("KeyFile", {"/k.pem"})}),
       {"CertificateFile"}},
      {"relative cert",
       block("Listen", "https://*:5001", {option("KeyFile", {"/k.pem"}), option("CertificateFile", {"c"})}),
       {"CertificateFile", "absolute"}},
      {"control characters",
       block("Listen", "http://*:5001", {option("User", {"a\nb"}), option("Password", {"hunter2"})}),
       {"User", "control"}},
      {"same port",
       block("Listen", "https://127.0.0.1:5000",
             {option("KeyFile", {"/k"}), option("CertificateFile", {"/c"})}),
       {"5000", "taken by http://0.0.0.0:5000"}},
  };
  for (const Bad& bad : kBad) {
    const Read r = read({listener(), hq(), bad.node});
    const bool right = r.settings.listeners.size() == 1 && found(r, Severity::error, bad.words) == 1 &&
                       found(r, Severity::error, {}) == 1 && found(r, Severity::error, {"hunter2"}) == 0;
    if (!right) {
      for (const Finding& finding : r.findings) print_error("%s\n", to_string(finding).c_str());
      {
        print_error("%s\n", bad.what);
        assert_true(false);
      }
    }
  }
}

void listeners_that_do_not_collide_stand_side_by_side(void**) {
  const Read r =
      read({hq(), block("Listen", "http://127.0.0.1:5000", {}), block("Listen", "http://127.0.0.2:5000", {}),
            block("Listen", "tcp://127.0.0.1:0", {}), block("Listen", "tcp://127.0.0.1:0", {})});
  assert_int_equal(r.findings.size(), 0);
  assert_int_equal(r.settings.listeners.size(), 4);
}

void what_does_nothing_is_said(void**) {
  const Read r =
      read({hq(), block("Listen", "tcp://*:5001",
                        {option("User", {"x"}), option("Password", {"y"}), option("KeyFile", {"/k"})})});
  assert_int_equal(r.settings.listeners.size(), 1);
  assert_int_equal(found(r, Severity::warning, {"User", "does nothing"}), 1);
  assert_int_equal(found(r, Severity::warning, {"KeyFile", "does nothing"}), 1);
}

void a_password_file_is_watched_over(void**) {
  const Scratch open("one\n", 0644);
  const Read r = read({hq(), block("Listen", "http://*:5001",
                                   {option("PasswordFile", {open.path()}), option("User", {"x"}),
                                    option("Password", {"hunter2"})})});
  assert_text(r.settings.listeners[0].password, "one");
  assert_int_equal(found(r, Severity::warning, {"PasswordFile", "chmod o-r"}), 1);
  assert_int_equal(found(r, Severity::warning, {"Password:", "ignored"}), 1);
  assert_int_equal(r.findings.size(), 2);
  assert_int_equal(found(r, Severity::warning, {"hunter2"}), 0);
}

void bad_pbxes_are_left_out(void**) {
  const Bad kBad[] = {
      {"no name", {"PBX", {}, {option("From", {"10.0.0.1"})}, "", 0}, {"needs one name"}},
      {"empty name", block("PBX", "", {option("From", {"10.0.0.1"})}), {"\"pbx\""}},
      {"unsafe name", block("PBX", "Head Office/2", {option("From", {"10.0.0.1"})}), {"\"Head-Office-2\""}},
      {"hidden name", block("PBX", "..", {option("From", {"10.0.0.1"})}), {"\"pbx\""}},
      {"unsafe host",
       block("PBX", "x", {option("From", {"10.0.0.1"}), option("Host", {"a b"})}),
       {"Host", "\"a-b\""}},
      {"no From", block("PBX", "x", {option("Serial", {"1"})}), {"PBX x / From", "missing"}},
      {"bad network",
       block("PBX", "x", {option("From", {"10.0.0.1", "10.0.0.0/33"})}),
       {"From", "\"10.0.0.0/33\""}},
      {"same name",
       block("PBX", "hq", {option("From", {"10.0.0.1"}), option("Host", {"other"})}),
       {"PBX hq", "name"}},
      {"same host",
       block("PBX", "x", {option("From", {"10.0.0.1"}), option("Host", {"hq"})}),
       {"Host", "hq"}},
      {"same From", block("PBX", "x", {option("From", {"192.168.1.100"})}), {"From", "give both a Serial"}},
  };
  for (const Bad& bad : kBad) {
    const Read r = read({listener(), hq(), bad.node});
    const bool right =
        r.settings.pbxes.size() == 1 && found(r, Severity::error, bad.words) == 1 && r.findings.size() == 1;
    if (!right) {
      for (const Finding& finding : r.findings) print_error("%s\n", to_string(finding).c_str());
      {
        print_error("%s\n", bad.what);
        assert_true(false);
      }
    }
  }
}

void serials_tell_pbxes_behind_one_address_apart(void**) {
  const auto pbx = [](const char* name, std::vector<std::string> from, const char* serial) {
    return block("PBX", name, {option("From", std::move(from)), option("Serial", {serial})});
  };
  const Read both = read({listener(), pbx("a", {"10.0.0.1"}, "A"), pbx("b", {"10.0.0.1/32"}, "B")});
  assert_int_equal(both.findings.size(), 0);
  assert_int_equal(both.settings.pbxes.size(), 2);
  const Read one = read({listener(), pbx("a", {"10.0.0.1"}, "A"), pbx("b", {"10.0.0.1"}, "")});
  assert_int_equal(one.settings.pbxes.size(), 2);
  assert_int_equal(found(one, Severity::warning, {"Serial", "missing for PBX b"}), 1);
  const Read same = read({listener(), pbx("a", {"10.0.0.1"}, "A"), pbx("b", {"10.0.0.1"}, "a")});
  assert_int_equal(same.settings.pbxes.size(), 1);
  const Read nested = read({listener(), pbx("a", {"10.0.0.0/8"}, ""), pbx("b", {"10.0.0.1"}, "")});
  const Read same_base = read({listener(), pbx("a", {"10.0.0.0/8"}, ""), pbx("b", {"10.0.0.0/16"}, "")});
  assert_int_equal(same_base.findings.size(), 0);
  assert_int_equal(nested.findings.size(), 0);
  assert_int_equal(nested.settings.pbxes.size(), 2);
}

void safe_hosts_are_left_alone(void**) {
  for (const char* name : {"hq", "pbx.example.com", "A_b-9", "-x"}) assert_true(is_safe_host(name));
  assert_true(is_safe_host(std::string(63, 'x')));
  assert_false(is_safe_host(std::string(64, 'x')));
  assert_int_equal(safe_host(std::string(99, 'x')).size(), 63);
  assert_text(safe_host("Zürich HQ"), "Z-rich-HQ");
  assert_text(safe_host("../../etc"), "etc");
}

void findings_read_like_a_compiler(void**) {
  assert_text(to_string({Severity::error, "a.conf", 3, "Settle", "wrong"}), "a.conf:3: Settle: wrong");
  assert_text(to_string({Severity::error, "", 0, "Settle", "wrong"}), "Settle: wrong");
  assert_text(to_string({Severity::error, "a.conf", 0, "", "wrong"}), "a.conf: wrong");
}

}  // namespace

int config_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_least_configuration_has_defaults),
      cmocka_unit_test(nothing_at_all_is_not_usable_and_said),
      cmocka_unit_test(every_option_lands),
      cmocka_unit_test(every_option_of_alerts_lands),
      cmocka_unit_test(bad_values_of_alerts_keep_the_default),
      cmocka_unit_test(a_home_country_is_a_code_of_one),
      cmocka_unit_test(bad_hours_are_not_all_hours),
      cmocka_unit_test(what_counts_outside_of_hours_needs_hours),
      cmocka_unit_test(toml_names_are_snake_case),
      cmocka_unit_test(any_is_every_address),
      cmocka_unit_test(unknown_options_name_the_nearest),
      cmocka_unit_test(a_harmless_bad_value_keeps_the_default),
      cmocka_unit_test(said_again_the_last_one_holds),
      cmocka_unit_test(an_option_written_as_a_block_is_said),
      cmocka_unit_test(places_must_be_absolute),
      cmocka_unit_test(bad_listeners_are_left_out),
      cmocka_unit_test(listeners_that_do_not_collide_stand_side_by_side),
      cmocka_unit_test(what_does_nothing_is_said),
      cmocka_unit_test(a_password_file_is_watched_over),
      cmocka_unit_test(bad_pbxes_are_left_out),
      cmocka_unit_test(serials_tell_pbxes_behind_one_address_apart),
      cmocka_unit_test(safe_hosts_are_left_alone),
      cmocka_unit_test(findings_read_like_a_compiler),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
