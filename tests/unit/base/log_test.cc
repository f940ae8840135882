#include "base/log.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "check.h"
#include "hands.h"

namespace {

using namespace ucm;

struct Heard {
  std::vector<std::pair<Severity, std::string>> lines;
  Hands clock;
  Log log{[this](Severity severity, const std::string& line) { lines.emplace_back(severity, line); }, clock};
};

void what_is_said_arrives_as_it_is(void**) {
  Heard heard;
  heard.log.say(Severity::notice, "100% of %s and {}");
  assert_int_equal(heard.lines.size(), 1);
  assert_true(heard.lines[0].first == Severity::notice);
  assert_text(heard.lines[0].second, "100% of %s and {}");
}

void control_characters_become_blanks(void**) {
  Heard heard;
  const std::string_view line(
      "a\nb\tc\x7f"
      "d\0e\x1b[31m",
      14);
  heard.log.say(Severity::info, line);
  assert_text(heard.lines[0].second, "a b c d e [31m");
}

void a_long_line_is_cut_between_characters(void**) {
  // Wherever the limit falls, no character is halved: what went in as UTF-8 comes out as UTF-8.
  for (std::size_t ahead = 0; ahead < 4; ++ahead) {
    Heard heard;
    std::string line(ahead, 'x');
    for (int i = 0; i < 400; ++i) line += "\xf0\x9f\x93\x9e";  // a telephone, four bytes
    heard.log.say(Severity::info, line);
    const std::string& said = heard.lines[0].second;
    assert_true(said.size() < 1000);
    assert_true(said.size() > 800);
    assert_int_equal((said.size() - ahead) % 4, 0);
  }
}

void a_repeated_line_is_held_back_for_a_minute(void**) {
  Heard heard;
  for (int i = 0; i < 5; ++i) heard.log.say_rarely("door", Severity::warning, "knocked");
  assert_int_equal(heard.lines.size(), 1);
  heard.clock.mono += 59'999;
  heard.log.say_rarely("door", Severity::warning, "knocked");
  assert_int_equal(heard.lines.size(), 1);
  heard.clock.mono += 1;
  heard.log.say_rarely("door", Severity::warning, "knocked");
  assert_int_equal(heard.lines.size(), 2);
  assert_text(heard.lines[1].second, "knocked (and 5 times more before)");
  heard.clock.mono += 60'000;
  heard.log.say_rarely("door", Severity::warning, "knocked");
  assert_text(heard.lines[2].second, "knocked");
}

void each_key_is_held_back_by_itself(void**) {
  Heard heard;
  heard.log.say_rarely("door", Severity::warning, "knocked");
  heard.log.say_rarely("window", Severity::warning, "open");
  heard.log.say(Severity::warning, "knocked");
  assert_int_equal(heard.lines.size(), 3);
}

}  // namespace

int log_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(what_is_said_arrives_as_it_is),
      cmocka_unit_test(control_characters_become_blanks),
      cmocka_unit_test(a_long_line_is_cut_between_characters),
      cmocka_unit_test(a_repeated_line_is_held_back_for_a_minute),
      cmocka_unit_test(each_key_is_held_back_by_itself),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
