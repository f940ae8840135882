#include "shim/ucmctl/commands.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::ctl;

class Folder {
 public:
  Folder() { assert_non_null(mkdtemp(path_.data())); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(path_ + "/" + name) << content;
    return path_ + "/" + name;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/ucm-ucmctl-XXXXXX";
};

// Answers one line with one line, once, as a running agent would.
class Agent {
 public:
  explicit Agent(std::string answer) : answer_(std::move(answer)), path_(folder_.path() + "/ucm.sock") {
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.c_str(), path_.size());
    assert_int_equal(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    assert_int_equal(listen(listener_, 1), 0);
    thread_ = std::thread([this] { serve(); });
  }
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;
  ~Agent() {
    thread_.join();
    close(listener_);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::string& question() { return question_; }

 private:
  void serve() {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, 5000) != 1) return;
    const int peer = accept(listener_, nullptr, nullptr);
    char c = 0;
    while (read(peer, &c, 1) == 1 && c != '\n') question_ += c;
    const std::string line = answer_ + "\n";
    static_cast<void>(send(peer, line.data(), line.size(), MSG_NOSIGNAL));
    close(peer);
  }

  Folder folder_;
  std::string answer_;
  std::string path_;
  std::string question_;
  int listener_ = -1;
  std::thread thread_;
};

bool holds(const std::string& text, const char* words) {
  return text.find(words) != std::string::npos;
}

constexpr const char* kFailing =
    R"({"status":{"version":"1","ledger":{"state":"failing","detail":"disk full"}}})";

void a_status_that_is_well_ends_well(void**) {
  Agent agent(R"({"status":{"version":"1","ledger":{"state":"ok"}}})");
  const Outcome outcome = status(agent.path(), false);
  assert_int_equal(outcome.exit, kFine);
  assert_true(holds(outcome.out, "ledger"));
  assert_text(agent.question(), R"({"get":"status"})");
}

void a_status_of_trouble_is_a_finding(void**) {
  Agent first(kFailing);
  assert_int_equal(status(first.path(), false).exit, kFinding);
  Agent second(kFailing);
  const Outcome outcome = status(second.path(), true);
  assert_int_equal(outcome.exit, kFinding);
  assert_text(outcome.out,
              "{\"version\":\"1\",\"ledger\":{\"state\":\"failing\",\"detail\":\"disk full\"}}\n");
}

void metrics_come_as_text_or_as_they_are(void**) {
  constexpr const char* kAnswer =
      R"({"metrics":[{"host":"hq","scope":"all","type":"count","instance":"x","value":null}]})";
  {
    Agent agent(kAnswer);
    assert_text(metrics(agent.path(), false).out, "hq/ucm-all/count-x  nan\n");
  }
  Agent agent(kAnswer);
  assert_text(metrics(agent.path(), true).out,
              "[{\"host\":\"hq\",\"scope\":\"all\",\"type\":\"count\",\"instance\":\"x\",\"value\":null}]\n");
}

void the_quarantine_is_asked_for_so_many(void**) {
  Agent agent(R"({"quarantine":[],"rows":0,"total_bytes":0})");
  const Outcome outcome = quarantine(agent.path(), {.limit = 7});
  assert_int_equal(outcome.exit, kFine);
  assert_text(agent.question(), R"({"get":"quarantine","limit":7})");
}

void a_masked_quarantine_is_asked_for_and_shown(void**) {
  constexpr const char* kAnswer =
      R"({"quarantine":[{"id":1,"pbx":"hq","reason":"syntax","bytes":9,"shown_bytes":9,"text":"{\"src\":5"}],)"
      R"("masked":true,"rows":1,"total_bytes":9})";
  {
    Agent agent(kAnswer);
    const Outcome outcome = quarantine(agent.path(), {.masked = true});
    assert_int_equal(outcome.exit, kFine);
    assert_text(agent.question(), R"({"get":"quarantine","limit":20,"masked":true})");
    assert_true(holds(outcome.out, "numbers and names are masked"));
    assert_true(holds(outcome.out, "\n  {\"src\":5\n"));
  }
  Agent agent(kAnswer);
  assert_true(holds(quarantine(agent.path(), {.json = true, .masked = true}).out, R"("text":"{\"src\":5")"));
}

// An agent of an earlier version passes over the wish: what it answers is as it was pushed.
void an_agent_that_cannot_mask_is_shown_nothing_of(void**) {
  for (const char* masked : {"", R"("masked":false,)", R"("masked":1,)"}) {
    for (const bool json : {false, true}) {
      Agent agent(std::string(R"({"quarantine":[{"id":1,"text":"5550142"}],)") + masked +
                  R"("rows":1,"total_bytes":7})");
      const Outcome outcome = quarantine(agent.path(), {.json = json, .masked = true});
      assert_int_equal(outcome.exit, kFinding);
      assert_text(outcome.out, "");
      assert_true(holds(outcome.complaint, "too old to mask"));
      assert_false(holds(outcome.complaint, "5550142"));
    }
  }
}

void a_captured_record_is_masked(void**) {
  const Folder folder;
  const Outcome outcome = mask(folder.file("r.json", std::string("{\"src\":\"5550142\"}\n\x1b\0", 20)));
  assert_int_equal(outcome.exit, kFine);
  assert_text(outcome.out, "{\"src\":\"5000001\"}\n\\x1b\\x00");
  assert_text(mask(folder.file("empty", "")).out, "");
}

void what_is_too_long_or_cannot_be_read_is_not_masked(void**) {
  const Folder folder;
  const char filling = kSanitized ? 'x' : ',';  // commas are the slowest to mask: a minute there
  const Outcome largest = mask(folder.file("largest", std::string(8UL << 20U, filling)));
  assert_int_equal(largest.exit, kFine);
  assert_int_equal(largest.out.size(), 8UL << 20U);
  const Outcome larger = mask(folder.file("larger", std::string((8UL << 20U) + 1, filling)));
  assert_int_equal(larger.exit, kWrongUse);
  assert_text(larger.out, "");
  assert_true(holds(larger.complaint, "longer than 8 MiB"));
  for (const std::string& path : {folder.path(), folder.path() + "/none"}) {
    const Outcome outcome = mask(path);
    assert_int_equal(outcome.exit, kWrongUse);
    assert_true(holds(outcome.complaint, "cannot be read"));
  }
}

void what_the_agent_complains_of_is_a_finding(void**) {
  Agent agent(R"({"error":"not now"})");
  const Outcome outcome = metrics(agent.path(), false);
  assert_int_equal(outcome.exit, kFinding);
  assert_text(outcome.complaint, "ucmctl: not now\n");
  assert_text(outcome.out, "");
}

void what_is_not_from_ucm_is_a_finding(void**) {
  for (const char* answer : {"nonsense", "{}", "[]"}) {
    Agent agent(answer);
    assert_int_equal(status(agent.path(), false).exit, kFinding);
  }
}

void silence_comes_with_advice(void**) {
  const Folder folder;
  for (const std::string& path : {folder.path() + "/none.sock", folder.path(), std::string(300, 'x')}) {
    const Outcome outcome = status(path, true);
    assert_int_equal(outcome.exit, kNoAnswer);
    assert_text(outcome.out, "");
    assert_true(holds(outcome.complaint, "Does it load the plugin?"));
  }
}

constexpr const char* kGood =
    "LoadPlugin ucm\n<Plugin ucm>\n <Listen \"http://127.0.0.1:0\">\n </Listen>\n <PBX \"hq\">\n  From "
    "\"10.0.0.0/8\" \"2001:db8::1\" any\n"
    "  Serial \"20EZ\"\n </PBX>\n</Plugin>\n";

void a_good_configuration_is_summed_up(void**) {
  const Folder folder;
  const auto file = folder.file("c.conf", "BaseDir \"" + folder.path() + "\"\n" + kGood);
  const Outcome outcome = check(file, std::nullopt);
  assert_int_equal(outcome.exit, kFine);
  assert_text(outcome.out,
              "1 listener:\n  http://127.0.0.1:0: senders known by address alone\n"
              "1 PBX:\n  hq: from 10.0.0.0/8 2001:db8::1 any, serial number 20EZ; up to 2000 values\n"
              "Records are kept 35 days in " +
                  folder.path() +
                  "/ucm (will be made).\n"
                  "ucmctl asks at " +
                  folder.path() + "/ucm/ucm.sock.\nNothing to complain about.\n");
}

struct Case {
  const char* name;
  const char* content;
  Exit exit;
  const char* words;
};

void each_finding_has_file_line_and_option(void**) {
  constexpr Case kCases[] = {
      {"a.conf", "LoadPlugin ucm\n<Plugin ucm>\n Setle 3\n</Plugin>\n", kFinding,
       "a.conf:3: warning: Setle: unknown option, ignored; did you mean Settle?\n"},
      {"a.conf", "<Plugin ucm>\n", kFinding, "a.conf:1: error: <Plugin> is never closed"},
      {"a.conf", "Interval 1\n", kFinding, "there is no <Plugin ucm> block"},
      {"a.toml", "settle = 0\n", kFinding, "a.toml:1: warning: settle: "},
      {"a.toml", "settle = \n", kFinding, "a.toml:1: error: this is no TOML"},
      {"a.toml", "", kFinding, "a.toml: error: listen: there is none"},
      {"a.toml", "[[listen]]\nurl = \"https://*:5\"\n", kFinding,
       "a.toml:1: error: listen https://*:5 / certificate_file: "},
      // By content where the name does not tell.
      {"a", "# x\n\n[[pbx]]\nname = \"hq\"\nfrom = \"any\"\n[[listen]]\nurl = \"tcp://*:0\"\n", kFine,
       "1 PBX"},
      {"a", "settle=0\n", kFinding, "a:1: warning: settle: "},
      {"a", kGood, kFine, "1 PBX"},
      {"a", "", kFinding, "there is no <Plugin ucm> block"},
  };
  for (const Case& c : kCases) {
    const Folder folder;
    const Outcome outcome = check(folder.file(c.name, c.content), std::nullopt);
    if (outcome.exit != c.exit || !holds(outcome.out, c.words)) {
      print_error("%s%s: %d\n%s\n", c.name, c.content, outcome.exit, outcome.out.c_str());
      assert_true(false);
    }
  }
}

void the_dialect_can_be_told(void**) {
  const Folder folder;
  const auto file = folder.file("c.txt", kGood);
  assert_int_equal(check(file, service::Dialect::collectd).exit, kFine);
  assert_true(holds(check(file, service::Dialect::toml).out, "no TOML"));
}

void findings_stand_in_the_order_of_the_file(void**) {
  const Folder folder;
  const Outcome outcome = check(
      folder.file("c.conf",
                  "LoadPlugin ucm\n<Plugin ucm>\n <PBX \"a b\">\n  From any\n </PBX>\n Setle 3\n</Plugin>\n"),
      std::nullopt);
  assert_true(outcome.out.find(":3: error:") < outcome.out.find(":6: warning:"));
}

void files_that_the_settings_name_are_looked_at(void**) {
  const Folder folder;
  const auto key = folder.file("key.pem", "-----BEGIN PRIVATE KEY-----\n");
  const auto toml = [&](const std::string& certificate, const std::string& directory) {
    return folder.file("c.toml", "state_directory = \"" + directory +
                                     "\"\n[[listen]]\nurl = \"https://*:0\"\ncertificate_file = \"" +
                                     certificate + "\"\nkey_file = \"" + key +
                                     "\"\n[[pbx]]\nname = \"hq\"\nfrom = \"any\"\n");
  };
  const auto good = folder.file("cert.pem", "-----BEGIN CERTIFICATE-----\n");
  assert_int_equal(check(toml(good, folder.path()), std::nullopt).exit, kFine);
  assert_true(holds(check(toml(key, folder.path()), std::nullopt).out, "holds no certificate in PEM"));
  assert_true(holds(check(toml("/nonexistent/c.pem", folder.path()), std::nullopt).out,
                    "CertificateFile: /nonexistent/c.pem cannot be read"));
  const Outcome no_folder = check(toml(good, key + "/state"), std::nullopt);
  assert_int_equal(no_folder.exit, kFinding);
  assert_true(holds(no_folder.out, "cannot be a folder"));
}

void a_file_that_cannot_be_read_is_wrong_use(void**) {
  for (const char* path : {"/nonexistent/c.conf", "/tmp", "/dev/null"}) {
    const Outcome outcome = check(path, std::nullopt);
    assert_int_equal(outcome.exit, kWrongUse);
    assert_false(outcome.complaint.empty());
  }
}

void secrets_are_never_shown(void**) {
  const Folder folder;
  const auto file = folder.file(
      "c.conf",
      "LoadPlugin ucm\n<Plugin ucm>\n <Listen \"http://*:0\">\n  User \"u\"\n  Password "
      "\"hunter2\"\n </Listen>\n <Listen \"http://u:hunter2@*:0\">\n </Listen>\n <Listen "
      "\"tcp://*:0\">\n  Pasword \"hunter2\"\n  PasswordFile \"hunter2\"\n </Listen>\n</Plugin>\n");
  assert_false(holds(check(file, std::nullopt).out, "hunter2"));
}

}  // namespace

int commands_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_status_that_is_well_ends_well),
      cmocka_unit_test(a_status_of_trouble_is_a_finding),
      cmocka_unit_test(metrics_come_as_text_or_as_they_are),
      cmocka_unit_test(the_quarantine_is_asked_for_so_many),
      cmocka_unit_test(a_masked_quarantine_is_asked_for_and_shown),
      cmocka_unit_test(an_agent_that_cannot_mask_is_shown_nothing_of),
      cmocka_unit_test(a_captured_record_is_masked),
      cmocka_unit_test(what_is_too_long_or_cannot_be_read_is_not_masked),
      cmocka_unit_test(what_the_agent_complains_of_is_a_finding),
      cmocka_unit_test(what_is_not_from_ucm_is_a_finding),
      cmocka_unit_test(silence_comes_with_advice),
      cmocka_unit_test(a_good_configuration_is_summed_up),
      cmocka_unit_test(each_finding_has_file_line_and_option),
      cmocka_unit_test(the_dialect_can_be_told),
      cmocka_unit_test(findings_stand_in_the_order_of_the_file),
      cmocka_unit_test(files_that_the_settings_name_are_looked_at),
      cmocka_unit_test(a_file_that_cannot_be_read_is_wrong_use),
      cmocka_unit_test(secrets_are_never_shown),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
