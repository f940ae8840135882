#include "service/collectd_text.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::service;

// The tree on one line: key(values){children}@line.
std::string drawn(const std::vector<ConfigNode>& nodes) {
  std::string result;
  for (const ConfigNode& node : nodes) {
    if (!result.empty()) result += ' ';
    result += node.key + '(';
    for (std::size_t i = 0; i < node.values.size(); ++i) result += (i > 0 ? "," : "") + node.values[i];
    result += ')';
    if (!node.children.empty()) result += '{' + drawn(node.children) + '}';
    result += '@' + std::to_string(node.line);
  }
  return result;
}

struct Case {
  const char* text;
  const char* tree;
};

// What liboconfig makes of each was tried with collectd itself.
void odd_syntax_is_read_as_collectd_reads_it(void**) {
  constexpr Case kCases[] = {
      {"", ""},
      {"\n\n# nothing\n", ""},
      {"Interval 10\n", "Interval(10)@1"},
      {"Interval 10\r\nHostname \"x\"\r\n", "Interval(10)@1 Hostname(x)@2"},
      {"A 1 2 three \"four five\" true off yes\n", "A(1,2,three,four five,true,false,true)@1"},
      {"A truely TRUE\n", "A(truely,TRUE)@1"},
      {"A 1.50 -3 .5 1.5e+3 1e5 20EZ1\n", "A(1.5,-3,0.5,1500,1e5,20EZ1)@1"},
      {"A 0x1F 010 +5 12345678901234567890\n", "A(31,10,5,1.2345678901234567e+19)@1"},
      {"A 192.168.1.1 192.168.1.1:80 2001:db8::1 ::1 [::1]:80 [::1]\n",
       "A(192.168.1.1,192.168.1.1:80,2001:db8::1,::1,[::1]:80,[::1])@1"},
      {"A \"say \\\"hi\\\" \\\\ \\n\"\n", "A(say \"hi\" \\ n)@1"},
      {"A \"one \\\n    two\"\nB 2\n", "A(one two)@1 B(2)@3"},
      {"A \"one\n two\"\nB 2\n", "A(one\n two)@1 B(2)@3"},
      {"A 1 \\\n  2 # comment\nB 3\n", "A(1,2)@1 B(3)@3"},
      {"A \"#no comment\" #yes\n", "A(#no comment)@1"},
      {"<P>\n</P>\n", "P()@1"},
      {"<P \"x\" 2>\n  A 1\n  <Q>\n    B 2\n  </Q>\n</P> # end\nC 3\n",
       "P(x,2){A(1)@2 Q(){B(2)@4}@3}@1 C(3)@7"},
      {"< P x >\n A 1\n< / P >\n", "P(x){A(1)@2}@1"},
      {"A \"\"\n", "A()@1"},
  };
  for (const Case& c : kCases) {
    std::vector<Finding> findings;
    const auto nodes = parse_collectd(c.text, "c.conf", findings);
    if (!nodes) {
      print_error("%s: %s\n", c.text, to_string(findings.at(0)).c_str());
      assert_true(false);
    }
    assert_text(drawn(*nodes), c.tree);
  }
}

struct Broken {
  const char* text;
  int line;
  const char* words;
};

void what_collectd_refuses_is_an_error_with_its_line(void**) {
  constexpr Broken kBroken[] = {
      {"A 1\nInterval 10", 2, "line end"},
      {"A\n", 1, "a value of A"},
      {"\n10 20\n", 2, "name of an option"},
      {"true 1\n", 1, "name of an option"},
      {"\"A\" 1\n", 1, "name of an option"},
      {"From 10.0.0.0/8\n", 1, "in quotes"},
      {"Password \"hunter2\n\n", 1, "never closed"},
      {"Password hunter2 <\n", 1, "end of the line"},
      {"<P>\n A 1\n", 1, "</P> is missing"},
      {"<P>\n A 1\n</p>\n", 3, "</P> is expected"},
      {"<P> A 1\n</P>\n", 1, "after <P>"},
      {"<P>x\n</P>\n", 1, "after <P>"},
      {"</P>\n", 1, "closes nothing"},
      {"<>\n", 1, "name of a block"},
      {"<P\n", 1, "the > of <P"},
      {"<P x", 1, "line end"},
      {"<P>\n</P", 2, "line end"},
  };
  for (const Broken& broken : kBroken) {
    std::vector<Finding> findings;
    const auto nodes = parse_collectd(broken.text, "c.conf", findings);
    if (nodes || findings.size() != 1) {
      print_error("not refused: %s\n", broken.text);
      assert_true(false);
    }
    if (findings[0].message.find(broken.words) == std::string::npos || findings[0].line != broken.line) {
      print_error("%s: %s\n", broken.text, to_string(findings[0]).c_str());
      assert_true(false);
    }
    assert_true(findings[0].severity == Severity::error);
    assert_true(findings[0].message.find("hunter2") == std::string::npos);
  }
}

void traps_that_collectd_takes_in_silence_are_warned_of(void**) {
  std::vector<Finding> findings;
  const auto nodes =
      parse_collectd("Host pbx.example\nPassword 0123\nSerial 12345678901234567890\n", "c.conf", findings);
  assert_text(drawn(*nodes), "Host(pbx,example)@1 Password(123)@2 Serial(1.2345678901234567e+19)@3");
  assert_int_equal(findings.size(), 3);
  assert_true(std::ranges::all_of(findings, [](const Finding& f) {
    return f.severity == Severity::warning && f.message.find("in quotes") != std::string::npos;
  }));
}

void depth_is_bounded(void**) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "<P>\n";
  std::vector<Finding> findings;
  assert_false(parse_collectd(text, "c.conf", findings).has_value());
  assert_int_equal(findings.size(), 1);
}

// A folder of files that is gone with its owner.
class Folder {
 public:
  Folder() { assert_non_null(mkdtemp(path_.data())); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name, const std::string& content) const {
    const std::filesystem::path full = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << content;
    return full.string();
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/ucm-collectd-XXXXXX";
};

constexpr const char* kBlock = "LoadPlugin ucm\n<Plugin ucm>\n  Settle 3\n</Plugin>\n";

void only_the_plugin_s_blocks_are_given_back(void**) {
  const Folder folder;
  const auto path =
      folder.file("c.conf",
                  "BaseDir \"/srv/collectd\"\nLoadPlugin csv\n<Plugin csv>\n DataDir \"x\"\n</Plugin>\n"
                  "<LoadPlugin UCM>\n Interval 1\n</LoadPlugin>\n<Plugin \"ucm\">\n Settle 3\n</Plugin>\n"
                  "<plugin Ucm>\n <PBX \"a\">\n  From any\n </PBX>\n</plugin>\n");
  std::vector<Finding> findings;
  auto config = read_collectd_config(path, findings);
  assert_true(config.ok());
  assert_int_equal(findings.size(), 0);
  assert_text(drawn(config.value().blocks), "Settle(3)@10 PBX(a){From(any)@14}@13");
  assert_text(config.value().blocks[0].file, path);
  assert_text(config.value().base_dir, "/srv/collectd");
}

struct Loading {
  const char* text;
  std::size_t errors;
};

void the_plugin_must_be_loaded_before_its_block(void**) {
  constexpr Loading kCases[] = {
      {"<Plugin ucm>\n Settle 3\n</Plugin>\n", 1},
      {"<Plugin ucm>\n Settle 3\n</Plugin>\nLoadPlugin ucm\n", 1},
      {"<Plugin ucm>\n Settle 3\n</Plugin>\n<Plugin ucm>\n Settle 3\n</Plugin>\n", 1},
      {"AutoLoadPlugin true\n<Plugin ucm>\n Settle 3\n</Plugin>\n", 0},
      {"AutoLoadPlugin false\n<Plugin ucm>\n Settle 3\n</Plugin>\n", 1},
      {"LoadPlugin ucm\n<Plugin ucm>\n Settle 3\n</Plugin>\n", 0},
      {"LoadPlugin ucm\n", 1},
      {"Interval 1\n", 1}};
  for (const Loading& c : kCases) {
    const Folder folder;
    std::vector<Finding> findings;
    assert_true(read_collectd_config(folder.file("c.conf", c.text), findings).ok());
    assert_int_equal(findings.size(), c.errors);
  }
}

void files_folders_and_patterns_are_included(void**) {
  const Folder folder;
  folder.file("one.conf", kBlock);
  folder.file("d/b.conf", "<Plugin ucm>\n Retention 2\n</Plugin>\n");
  folder.file("d/a.conf", "<Plugin ucm>\n Retention 1\n</Plugin>\n");
  folder.file("d/.hidden.conf", "<Plugin ucm>\n Retention 9\n</Plugin>\n");
  folder.file("d/deep/c.conf", "<Plugin ucm>\n Retention 3\n</Plugin>\n");
  folder.file("d/notes.txt", "no configuration");
  const std::string& p = folder.path();
  const auto path = folder.file("c.conf", "Include \"" + p + "/one.conf\"\n<Include \"" + p +
                                              "/d\">\n Filter \"*.conf\"\n</Include>\nInclude \"" + p +
                                              "/d/*.conf\"\nInclude \"" + p + "/none/*.conf\"\n");
  std::vector<Finding> findings;
  auto config = read_collectd_config(path, findings);
  for (const Finding& finding : findings) print_error("%s\n", to_string(finding).c_str());
  assert_int_equal(findings.size(), 0);
  assert_text(drawn(config.value().blocks),
              "Settle(3)@3 Retention(1)@2 Retention(2)@2 Retention(3)@2 Retention(1)@2 Retention(2)@2");
}

void what_cannot_be_included_is_said(void**) {
  const Folder folder;
  folder.file("self.conf", "Include \"" + folder.path() + "/self.conf\"\n");
  folder.file("bad.conf", "<\n");
  const auto path =
      folder.file("c.conf", std::string(kBlock) + "Include \"/nonexistent/x.conf\"\nInclude 1 2\nInclude \"" +
                                folder.path() + "/self.conf\"\nInclude \"" + folder.path() + "/bad.conf\"\n");
  std::vector<Finding> findings;
  auto config = read_collectd_config(path, findings);
  assert_text(drawn(config.value().blocks), "Settle(3)@3");
  assert_int_equal(findings.size(), 4);
  assert_text(findings[0].file, path);
  assert_int_equal(findings[0].line, 5);
  assert_text(findings[3].file, folder.path() + "/bad.conf");
}

void a_file_that_is_none_is_a_fault(void**) {
  std::vector<Finding> findings;
  assert_false(read_collectd_config("/nonexistent/c.conf", findings).ok());
  assert_false(read_collectd_config("/tmp", findings).ok());
  assert_false(read_collectd_config("/dev/null", findings).ok());
}

}  // namespace

int collectd_text_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(odd_syntax_is_read_as_collectd_reads_it),
      cmocka_unit_test(what_collectd_refuses_is_an_error_with_its_line),
      cmocka_unit_test(traps_that_collectd_takes_in_silence_are_warned_of),
      cmocka_unit_test(depth_is_bounded),
      cmocka_unit_test(only_the_plugin_s_blocks_are_given_back),
      cmocka_unit_test(the_plugin_must_be_loaded_before_its_block),
      cmocka_unit_test(files_folders_and_patterns_are_included),
      cmocka_unit_test(what_cannot_be_included_is_said),
      cmocka_unit_test(a_file_that_is_none_is_a_fault),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
