#include "service/dialled.h"

#include "check.h"

namespace {

using namespace ucm::service;

AlertSettings german() {
  AlertSettings settings;
  settings.home_country = "49";
  settings.outside_line = "0";
  settings.premium = {"0900", "+4990", "+44909"};
  return settings;
}

std::string code_of(const char* digits) {
  const Country* country = country_of(digits);
  return country == nullptr ? "" : std::string(country->code);
}

void the_longest_code_is_the_country(void**) {
  assert_text(code_of("442079460123"), "44");
  assert_text(code_of("441481555010"), "441481");
  assert_text(country_of("79265550100")->name, "Russia");
  assert_text(country_of("77015550100")->name, "Kazakhstan");
  assert_text(code_of("12125550100"), "1");
  assert_text(code_of("18765550100"), "1");  // Jamaica: the North American plan is one
  assert_text(code_of("35315550100"), "353");
  assert_text(code_of("3906698"), "3906698");
  assert_text(code_of("39066"), "39");
  for (const char* none : {"", "0", "999", "210555", "+44"}) assert_text(code_of(none), "");
}

void a_number_tells_where_it_goes(void**) {
  struct Row {
    const char* dialled;
    const char* whole;
    bool abroad;
    const char* code;
  };
  constexpr Row kRows[] = {
      {"+442079460123", "+442079460123", true, "44"},
      {"000442079460123", "+442079460123", true, "44"},  // a line, then 00
      {"0 00 44-20/7946 0123", "+442079460123", true, "44"},
      {"00305550100", "+49305550100", false, "49"},  // a line, then a national number
      {"000493055501", "+493055501", false, "49"},
      {"+49305550100", "+49305550100", false, "49"},
      {"0110", "", false, ""},  // a line, then 110
      {"110", "", false, ""},
      {"0004420", "+4420", false, "44"},  // too short to be a call
      {"*00442079460123", "", false, ""},
      {"alice", "", false, ""},
      {"", "", false, ""},
  };
  for (const Row& row : kRows) {
    const Dialled made = dialled(row.dialled, german());
    if (made.whole != row.whole) print_error("%s: %s\n", row.dialled, made.whole.c_str());
    assert_text(made.whole, row.whole);
    assert_int_equal(made.abroad, row.abroad);
    assert_text(made.country == nullptr ? "" : made.country->code, row.code);
  }
  AlertSettings american;
  american.international = {"+", "011"};
  american.home_country = "1";
  assert_true(dialled("011442079460123", american).abroad);
  assert_false(dialled("12125550100", american).abroad);
  assert_false(dialled("+12125550100", american).abroad);
  assert_false(dialled("0044207946012", american).abroad);  // 00 is no prefix there
}

void premium_prefixes_hold_however_they_are_written(void**) {
  const AlertSettings settings = german();
  const auto premium = [&](const char* number) {
    return std::string(premium_of(dialled(number, settings), settings));
  };
  assert_text(premium("00900555010"), "0900");
  assert_text(premium("+49900555010"), "0900");
  assert_text(premium("0+49901555010"), "+4990");
  assert_text(premium("00901555010"), "+4990");
  assert_text(premium("0004490955501"), "+44909");
  assert_text(premium("00305550100"), "");
  assert_text(premium("0"), "");
}

void numbers_are_masked(void**) {
  const AlertSettings settings = german();
  assert_text(masked("+442079460123", settings), "+4420…");
  assert_text(masked("00442079460123", settings), "+4420…");
  assert_text(masked("+999123456789", settings), "+999…");
  assert_text(masked("03055501000", settings), "030…");
  assert_text(masked("5550100", settings), "555…");
  assert_text(masked("1001", settings), "1…");
  assert_text(masked("alice", settings), "a…");
  assert_text(masked("李雷", settings), "李…");
  assert_text(masked("", settings), "?");
}

void the_settings_say_what_may_be_shown(void**) {
  PbxSettings pbx;
  assert_text(shown_number("5550100", pbx), "555…");
  assert_text(shown_caller("1001", pbx), "1…");
  assert_text(shown_account("4711", pbx), "4…");
  pbx.extensions = pbx.account_codes = true;
  assert_text(shown_caller("1001", pbx), "1001");
  assert_text(shown_caller("5550100", pbx), "555…");
  assert_text(shown_account("4711", pbx), "4711");
  pbx.hash_names = true;
  assert_text(shown_caller("1001", pbx), "1…");
  pbx.numbers = true;
  assert_text(shown_number("5550100", pbx), "5550100");
  assert_text(shown_caller("1001", pbx), "1001");
  assert_text(shown_caller(std::string(50, '9'), pbx), std::string(40, '9') + "…");
}

}  // namespace

int dialled_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_longest_code_is_the_country),
      cmocka_unit_test(a_number_tells_where_it_goes),
      cmocka_unit_test(premium_prefixes_hold_however_they_are_written),
      cmocka_unit_test(numbers_are_masked),
      cmocka_unit_test(the_settings_say_what_may_be_shown),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
