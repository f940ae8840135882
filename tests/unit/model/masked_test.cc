// Numbers as those see them who need not know them.
#include "model/masked.h"

#include "check.h"

namespace {

using namespace ucm;

void the_first_characters_are_shown(void**) {
  assert_text(masked_number("+4915550142"), "+4915…");
  assert_text(masked_number("4915550142"), "4915…");
  assert_text(masked_number("12345678"), "1234…");
}

void never_more_than_half(void**) {
  assert_text(masked_number("1234567"), "123…");
  assert_text(masked_number("123456"), "123…");
  assert_text(masked_number("+123456"), "+123…");
  assert_text(masked_number("12"), "1…");
  assert_text(masked_number("1"), "…");
  assert_text(masked_number("+1"), "+…");
}

void of_an_extension_one_alone(void**) {
  assert_text(masked_number("12345"), "1…");
  assert_text(masked_number("1001"), "1…");
  assert_text(masked_number(""), "");
}

void a_character_is_not_cut(void**) {
  assert_text(masked_number("abcéfgh"), "abcé…");
  assert_text(masked_number("é1"), "é…");
}

}  // namespace

int masked_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_first_characters_are_shown),
      cmocka_unit_test(never_more_than_half),
      cmocka_unit_test(of_an_extension_one_alone),
      cmocka_unit_test(a_character_is_not_cut),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
