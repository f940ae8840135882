#include "base/text.h"

#include <array>
#include <limits>

#include "check.h"

namespace {

using namespace ucm;

void case_is_ignored_in_ascii_alone(void**) {
  assert_true(equal_ignoring_case("No AnSwEr", "NO ANSWER"));
  assert_true(equal_ignoring_case("", ""));
  assert_false(equal_ignoring_case("BUSY", "BUSY "));
  assert_false(equal_ignoring_case("[", "{"));                // neighbours of the letters stay apart
  assert_false(equal_ignoring_case("\xc3\xa4", "\xc3\x84"));  // ä and Ä: bytes above ASCII are no letters
  assert_true(starts_with_ignoring_case("VoiceMail", "VOICE"));
  assert_false(starts_with_ignoring_case("Vo", "VOICE"));
  assert_true(starts_with_ignoring_case("x", ""));
}

void blanks_are_trimmed_at_both_ends(void**) {
  assert_text(trimmed(" \t\r\na b\n "), "a b");
  assert_text(trimmed(std::string_view("\0x\0", 3)), "x");
  assert_text(trimmed(" \n "), "");
  assert_text(trimmed(""), "");
}

void a_text_is_cut_between_characters(void**) {
  assert_text(cut_to("abc", 3), "abc");
  assert_text(cut_to("abc", 2), "ab");
  assert_text(cut_to("a李b", 4), "a李");
  assert_text(cut_to("a李b", 3), "a");
  assert_text(cut_to("a李b", 1), "a");
  assert_text(cut_to("李", 2), "");
  assert_text(cut_to("\x80\x80\x80\x80\x80\x80", 5), "\x80\x80\x80\x80\x80");  // no UTF-8
  assert_text(cut_to("", 0), "");
}

void a_whole_number_is_nothing_else(void**) {
  assert_int_equal(whole_number("0").value_or(-1), 0);
  assert_int_equal(whole_number("-12").value_or(0), -12);
  assert_int_equal(whole_number("007").value_or(0), 7);
  assert_true(whole_number("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  for (const char* none : {"", " 1", "1 ", "+1", "1.0", "1e3", "0x10", "one", "-", "9223372036854775808"}) {
    assert_false(whole_number(none).has_value());
  }
}

void edits_are_counted(void**) {
  assert_int_equal(edit_distance("", ""), 0);
  assert_int_equal(edit_distance("", "abc"), 3);
  assert_int_equal(edit_distance("Settle", "settle"), 0);
  assert_int_equal(edit_distance("Setle", "Settle"), 1);
  assert_int_equal(edit_distance("kitten", "sitting"), 3);
  assert_int_equal(edit_distance("sitting", "kitten"), 3);
}

void the_nearest_name_is_found_when_it_is_near(void**) {
  constexpr std::array<std::string_view, 3> kNames{"Settle", "Retention", "Listen"};
  assert_text(nearest("setle", kNames).value_or(""), "Settle");
  assert_text(nearest("Retenton", kNames).value_or(""), "Retention");
  assert_false(nearest("Xyzzy", kNames).has_value());
  assert_false(nearest("", kNames).has_value());
}

}  // namespace

int text_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(case_is_ignored_in_ascii_alone),
      cmocka_unit_test(blanks_are_trimmed_at_both_ends),
      cmocka_unit_test(a_whole_number_is_nothing_else),
      cmocka_unit_test(a_text_is_cut_between_characters),
      cmocka_unit_test(edits_are_counted),
      cmocka_unit_test(the_nearest_name_is_found_when_it_is_near),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
