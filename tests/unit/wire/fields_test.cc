#include "wire/fields.h"

#include <array>
#include <fstream>
#include <iterator>
#include <set>

#include "base/text.h"

#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::wire;

const Field& row(std::string_view name) {
  const Field* field = field_named(name);
  assert_non_null(field);
  return *field;
}

void the_csv_columns_come_first(void**) {
  constexpr std::array kColumns{
      "AcctId",         "accountcode",   "src",         "dst",          "dcontext",
      "clid",           "channel",       "dstchannel",  "lastapp",      "lastdata",
      "start",          "answer",        "end",         "duration",     "billsec",
      "disposition",    "amaflags",      "uniqueid",    "userfield",    "channel_ext",
      "dstchannel_ext", "service",       "caller_name", "recordfiles",  "dstanswer",
      "chanext",        "dstchanext",    "session",     "action_owner", "action_type",
      "src_trunk_name", "dst_trunk_name"};
  static_assert(kColumns.size() == kCsvColumns);
  for (std::size_t i = 0; i < kCsvColumns; ++i) assert_text(fields()[i].name, kColumns[i]);
}

void every_row_is_found_by_its_name_in_any_case(void**) {
  std::set<std::string_view> names;
  for (const Field& field : fields()) {
    assert_ptr_equal(field_named(field.name), &field);
    std::string loud(field.name);
    for (char& c : loud) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    assert_ptr_equal(field_named(loud), &field);
    assert_true(names.insert(field.name).second);
    assert_false(field.help.empty());
    assert_true(field.text == nullptr || field.seconds == nullptr);
  }
  assert_ptr_equal(field_named("dispositon"), field_named("disposition"));
  for (const char* unknown : {"", "x", "AcctI", "AcctIdx", "sub_cdr_1", "cdr_root", "sess_id"}) {
    assert_null(field_named(unknown));
  }
}

// Two rows may not write to one place, and no member of a leg may be left without a row.
void every_member_of_a_leg_has_one_row(void**) {
  Leg leg;
  std::size_t bytes = 0;
  std::set<const void*> places;
  for (const Field& field : fields()) {
    const void* place = field.text != nullptr      ? static_cast<const void*>(&(leg.*field.text))
                        : field.seconds != nullptr ? static_cast<const void*>(&(leg.*field.seconds))
                                                   : nullptr;
    if (place == nullptr) continue;
    assert_true(places.insert(place).second);
    bytes += field.text != nullptr ? sizeof(std::string) : sizeof(std::int64_t);
  }
  assert_int_equal(bytes, sizeof(Leg));
}

void text_is_trimmed_and_kept(void**) {
  Leg leg;
  assert_true(put(leg, row("src"), std::string_view(" \t1042\r\n\0", 9)));
  assert_text(leg.src, "1042");
  assert_true(put(leg, row("src"), ""));
  assert_text(leg.src, "");
  assert_true(put(leg, row("nat_call"), "anything"));
}

void no_time_is_empty(void**) {
  Leg leg;
  for (const char* name : {"start", "answer", "end"}) {
    const Field& field = row(name);
    assert_true(put(leg, field, "0000-00-00 00:00:00"));
    assert_text(leg.*field.text, "");
    assert_true(put(leg, field, "2025-03-04 09:10:11"));
    assert_text(leg.*field.text, "2025-03-04 09:10:11");
  }
  assert_true(put(leg, row("caller_name"), "0000-00-00"));
  assert_text(leg.caller_name, "0000-00-00");
}

struct Seconds {
  const char* value;
  std::int64_t expected;  // -1: refused
};

void seconds_are_whole_and_bounded(void**) {
  constexpr std::array kCases{
      Seconds{"", 0},          Seconds{"0", 0},         Seconds{"7", 7},
      Seconds{" 7 ", 7},       Seconds{"007", 7},       Seconds{"3.0", 3},
      Seconds{"3.", 3},        Seconds{"3.000000", 3},  Seconds{"31622400", kLongestLeg},
      Seconds{"31622401", -1}, Seconds{"-1", -1},       Seconds{"-0", 0},
      Seconds{"3.5", -1},      Seconds{".", -1},        Seconds{".0", -1},
      Seconds{"7s", -1},       Seconds{"1e3", -1},      Seconds{"0x7", -1},
      Seconds{"1,000", -1},    Seconds{"00:00:07", -1}, Seconds{"9223372036854775808", -1},
      Seconds{"nan", -1},      Seconds{"NULL", -1},
  };
  for (const Seconds& one : kCases) {
    Leg leg;
    leg.duration = 99;
    const bool is_held = put(leg, row("duration"), one.value);
    if (is_held != (one.expected >= 0)) print_error("'%s'\n", one.value);
    assert_int_equal(is_held, one.expected >= 0);
    if (is_held) assert_int_equal(leg.duration, one.expected);
  }
}

void names_of_wrappers(void**) {
  assert_true(is_summary_name("main_cdr"));
  assert_true(is_summary_name("MAIN_CDR"));
  assert_false(is_summary_name("main_cdr_1"));
  for (const char* leg : {"sub_cdr_1", "sub_cdr_12", "SUB_CDR_007", "sub_cdr_99999999999999999999"}) {
    assert_true(is_leg_name(leg));
  }
  for (const char* none : {"sub_cdr_", "sub_cdr", "sub_cdr_x", "sub_cdr_1x", "sub_cdr_-1", ""}) {
    assert_false(is_leg_name(none));
  }
  for (const char* wrapper : {"cdr", "cdr_root", "records", "response", "main_cdr", "sub_cdr_3"}) {
    assert_true(is_wrapper_name(wrapper));
  }
  assert_false(is_wrapper_name("session"));
}

// The manual's table is this table.
void the_manual_lists_these_fields(void**) {
  std::ifstream file(UCM_TEST_DATA "/../../docs/wire.md");
  const std::string manual{std::istreambuf_iterator<char>(file), {}};
  constexpr std::string_view kMark = "<!-- fields -->\n";
  const std::size_t begin = manual.find(kMark);
  assert_true(begin != std::string::npos);
  const std::size_t from = begin + kMark.size();
  const std::size_t end = manual.find(kMark, from);
  assert_true(end != std::string::npos);

  std::string table = "| field | column | kept | what it says |\n|---|---|---|---|\n";
  for (std::size_t i = 0; i < fields().size(); ++i) {
    const Field& field = fields()[i];
    const std::string column = i < kCsvColumns ? text("{}", i + 1) : std::string();
    const bool is_kept = field.text != nullptr || field.seconds != nullptr;
    table += text("| `{}` | {} | {} | {} |\n", field.name, column, is_kept ? "yes" : "no", field.help);
  }
  assert_text(manual.substr(from, end - from), table);
}

}  // namespace

int fields_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_csv_columns_come_first),
      cmocka_unit_test(every_row_is_found_by_its_name_in_any_case),
      cmocka_unit_test(every_member_of_a_leg_has_one_row),
      cmocka_unit_test(text_is_trimmed_and_kept),
      cmocka_unit_test(no_time_is_empty),
      cmocka_unit_test(seconds_are_whole_and_bounded),
      cmocka_unit_test(names_of_wrappers),
      cmocka_unit_test(the_manual_lists_these_fields),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
