#include "wire/utf8.h"

#include "check.h"

#include <array>

namespace {

using namespace ucm::wire;

struct Case {
  std::string_view bytes;
  std::string_view repaired;
};

#define REPLACED "\xEF\xBF\xBD"

void what_is_utf8_stays(void**) {
  constexpr std::array<std::string_view, 8> kGood{
      "",
      "plain text longer than eight bytes",
      "caf\xC3\xA9",
      "\xE2\x82\xAC and \xF0\x9F\x93\x9E",
      "\xEF\xBF\xBF\xF4\x8F\xBF\xBF",
      "\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80",
      std::string_view("a\0b", 3),
      "12345678caf\xC3\xA9"
      "12345678"};
  for (const std::string_view good : kGood) {
    assert_true(is_utf8(good));
    assert_true(repaired_utf8(good) == good);
  }
}

void what_is_none_is_replaced(void**) {
  const std::array kBad{
      Case{"caf\xC3", "caf" REPLACED},
      Case{"\xE9tude", REPLACED "tude"},
      Case{"12345678\xE9"
           "12345678",
           "12345678" REPLACED "12345678"},
      Case{"\xE2\x82", REPLACED REPLACED},
      Case{"\xF0\x9F\x93", REPLACED REPLACED REPLACED},
      Case{"\x80\xBF", REPLACED REPLACED},
      Case{"\xC0\xAF", REPLACED REPLACED},                            // overlong
      Case{"\xE0\x9F\xBF", REPLACED REPLACED REPLACED},               // overlong
      Case{"\xED\xA0\x80", REPLACED REPLACED REPLACED},               // a surrogate
      Case{"\xF4\x90\x80\x80", REPLACED REPLACED REPLACED REPLACED},  // beyond U+10FFFF
      Case{"\xF5\xFE\xFF", REPLACED REPLACED REPLACED},
      Case{"\xC3(\xC3\xA9", REPLACED "(\xC3\xA9"},
  };
  for (const Case& one : kBad) {
    assert_false(is_utf8(one.bytes));
    assert_text(repaired_utf8(one.bytes), one.repaired);
    assert_true(is_utf8(repaired_utf8(one.bytes)));
  }
}

}  // namespace

int utf8_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(what_is_utf8_stays),
      cmocka_unit_test(what_is_none_is_replaced),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
