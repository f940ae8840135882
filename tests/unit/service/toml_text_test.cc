#include "service/toml_text.h"

#include <algorithm>

#include "check.h"
#include "service/toml_bare.h"

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

void a_whole_file_becomes_the_same_tree(void**) {
  std::vector<Finding> findings;
  const auto nodes = parse_toml(R"(# comment
state_directory = "/var/lib/ucm"
retention = 35
settle = 1.5
[[listen]]
url = "http://0.0.0.0:5000"
user = 'pbx'
[[listen]]
url = "tcp://*:5001"
[pbx]
from = ["10.0.0.1", "any"]
name = "hq"
dids = true
)",
                                "ucm.toml", findings);
  assert_true(nodes.has_value());
  assert_int_equal(findings.size(), 0);
  assert_text(drawn(*nodes),
              "state_directory(/var/lib/ucm)@2 retention(35)@3 settle(1.5)@4 "
              "listen(http://0.0.0.0:5000){user(pbx)@7}@5 listen(tcp://*:5001)@8 "
              "pbx(hq){from(10.0.0.1,any)@11 dids(true)@13}@10");
  assert_text((*nodes)[0].file, "ucm.toml");
}

void the_tree_makes_settings(void**) {
  std::vector<Finding> findings;
  const auto nodes =
      parse_toml("[[listen]]\nurl = \"http://*:0\"\n[[pbx]]\nname = \"hq\"\nfrom = \"any\"\n", "t", findings);
  const Settings settings = read_settings(*nodes, {"/var/lib/ucm"}, findings, Dialect::toml);
  assert_true(usable(settings));
  assert_int_equal(findings.size(), 0);
}

void values_that_no_option_takes_are_said(void**) {
  std::vector<Finding> findings;
  const auto nodes = parse_toml("a = 1979-05-27\nb = [[1], 2]\nc = [1, {x = 2}]\nd = []\n", "t", findings);
  assert_text(drawn(*nodes), "a()@1 b(2)@2 c(1)@3 d()@4");
  assert_int_equal(findings.size(), 3);
  assert_true(
      std::ranges::all_of(findings, [](const Finding& f) { return f.severity == Severity::warning; }));
}

struct Broken {
  const char* text;
  int line;
};

void what_is_no_toml_is_an_error_with_its_line(void**) {
  constexpr Broken kBroken[] = {{"password = 123456789012345678901234567890\n", 1},
                                {"a = 1\npassword = hunter2\n", 2},
                                {"a = 1\na = 2\n", 2},
                                {"[[pbx]\n", 1},
                                {"= 3\n", 1},
                                {"password = 'x' 'hunter2'\n", 1},
                                {"password = \"hunter2\\q\"\n", 1},
                                {"password hunter2\n", 1},
                                {"a = 1\n[\x1blisten]]\n", 2},
                                {"[=]\n", 1},
                                {"a = 1\ngr\u00f6\u00dfe = 1\n", 2},
                                {"\xff\xfe", 1}};
  for (const Broken& broken : kBroken) {
    std::vector<Finding> findings;
    assert_false(parse_toml(broken.text, "t", findings).has_value());
    assert_int_equal(findings.size(), 1);
    assert_true(findings[0].severity == Severity::error);
    assert_int_equal(findings[0].line, broken.line);
    assert_true(to_string(findings[0]).find("hunter2") == std::string::npos);
    assert_true(to_string(findings[0]).find("12345678901234567890") == std::string::npos);
  }
}

struct Bare {
  const char* text;
  int line;  // 0: nothing offends
};

void what_must_stand_in_quotes_is_found_outside_of_them(void**) {
  constexpr Bare kCases[] = {
      {"", 0},
      {"\xef\xbb\xbf"
       "a = 1\r\n\tb = 2\n",
       0},
      {"a = \"Z\u00fcrich\" # caf\u00e9\nb = 'Z\u00fcrich'\n", 0},
      {"a = \"\"\"\nZ\u00fcrich \"\" \\\"\"\" still\n\"\"\"\nb = '''\n\u00fc'''\n", 0},
      {"a = \"\"\"x\"\"\"\"\"\nb = \"\u00fc\"\n", 0},
      {"a = \"x\\\\\"\nb = \"\u00fc\"\n", 0},
      {"gr\u00f6\u00dfe = 1\n", 1},
      {"a = 1\nuser = \u00fc\n", 2},
      {"a = '''\n\n''' \u00fc\n", 3},
      {"a = 'x\\' \u00fc\n", 1},
      {"a = \"never closed\n\u00fc = 1\n", 2},
      {"a = \"never closed\\\n\u00fc = 1\n", 2},
      {"a = 3\"\u00fc\"\n", 1},
      {"\"\u00fc\" = [ \"\u00fc\",'\u00fc' ]\nb = { \"\u00fc\" = 1 }\n", 0},
      {"a = 1.'\u00fc'\n", 1},
      {"a = [\nb=\"\u00fc\"\n]\n", 2},
      {"a = 1\x01\n", 1},
      {"# \u00fc\n\x7f\n", 2},
      {"\"\"\"\u00fc", 0},
      {"\"\\", 0},
  };
  for (const Bare& c : kCases) {
    if (line_of_bare_offence(c.text).value_or(0) != c.line) print_error("%s\n", c.text);
    assert_int_equal(line_of_bare_offence(c.text).value_or(0), c.line);
  }
}

void depth_is_bounded(void**) {
  std::vector<Finding> findings;
  assert_false(parse_toml("a = " + std::string(100'000, '['), "t", findings).has_value());
  assert_int_equal(findings.size(), 1);
}

}  // namespace

int toml_text_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_whole_file_becomes_the_same_tree),
      cmocka_unit_test(the_tree_makes_settings),
      cmocka_unit_test(values_that_no_option_takes_are_said),
      cmocka_unit_test(what_is_no_toml_is_an_error_with_its_line),
      cmocka_unit_test(what_must_stand_in_quotes_is_found_outside_of_them),
      cmocka_unit_test(depth_is_bounded),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
