// The small readers under the answers: words, durations, clocks, codes.
#include "wire/api_value.h"

#include <array>
#include <fstream>
#include <iterator>
#include <set>

#include "base/text.h"
#include "model/leg.h"
#include "wire/api_answer.h"
#include "wire/api_state.h"

#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::wire;

constexpr std::int64_t kNone = -1;

struct Number {
  const char* text;
  std::int64_t is;
};

void durations(void**) {
  constexpr Number kRows[] = {
      {"15", 15},          {"15.0", 15},   {"00:00:15", 15},   {"1:02:03", 3723},
      {"02:05", 125},      {" 7 ", 7},     {"0", 0},           {"", kNone},
      {"-", kNone},        {"-1", kNone},  {"1:2:3:4", kNone}, {"15.5", kNone},
      {"ten", kNone},      {"1:", kNone},  {":1", kNone},      {"31622401", kNone},
      {"999999:0", kNone}, {"9e9", kNone},
  };
  for (const Number& row : kRows) assert_int_equal(seconds_in(row.text).value_or(kNone), row.is);
}

void uptimes(void**) {
  constexpr Number kRows[] = {
      {"00:42:53", 2573},
      {"2 03:04:05", 183845},
      {"2 days 03:04:05", 183845},
      {"2 days, 03:04:05", 183845},
      {"1 day, 3:04:05", 97445},
      {" 00:00:01 ", 1},
      {"0 00:00:00", 0},
      {"120:00:00", 432000},
      {"2, 03:04:05", 183845},
      {"", kNone},
      {"-", kNone},
      {"12", kNone},
      {"42:53", kNone},
      {"1:2:3:4", kNone},
      {"-1 00:00:00", kNone},
      {"1 day", kNone},
      {"00:61:00", kNone},
      {"00:00:60", kNone},
      {"up 00:00:01", kNone},
      {"00:00:01 and more", kNone},
      {"99999999999 00:00:00", kNone},
      {"9999999999:00:00", kNone},
  };
  for (const Number& row : kRows) {
    const auto read = read_uptime(row.text);
    if (read.value_or(kNone) != row.is) print_error("%s\n", row.text);
    assert_int_equal(read.value_or(kNone), row.is);
  }
}

void clocks(void**) {
  constexpr std::int64_t kNoZone = 999'999;
  struct Row {
    const char* text;
    const char* local;  // as local_seconds() takes it; "" = not legible
    std::int64_t offset_s;
  };
  constexpr Row kRows[] = {
      {"23-11-2022 14:37:26 UTC+00:00", "2022-11-23 14:37:26", 0},
      {"2026-01-01 00:00:00 UTC-06:00", "2026-01-01 00:00:00", -21600},
      {"2026-01-01 00:00:00", "2026-01-01 00:00:00", kNoZone},
      {"2026-01-01T00:00:00+02:00", "", kNoZone},
      {"2026-01-01T00:00:00 +02:00", "2026-01-01 00:00:00", 7200},
      {"2026/01/02 03:04:05 UTC+05:45", "2026-01-02 03:04:05", 20700},
      {"02.01.2026 03:04:05 GMT-3", "2026-01-02 03:04:05", -10800},
      {"11/23/2022 02:37:26 PM UTC+0530", "2022-11-23 14:37:26", 19800},
      {"11/23/2022 12:00:01 AM", "2022-11-23 00:00:01", kNoZone},
      {"11/23/2022 12:00:01 pm UTC", "2022-11-23 12:00:01", 0},
      {"03-04-2025 00:00:00", "2025-04-03 00:00:00", kNoZone},
      {"  2026-01-01   00:00:00   UTC +02:00 ", "2026-01-01 00:00:00", 7200},
      {"2026-01-01 00:00:00 CET", "2026-01-01 00:00:00", kNoZone},
      {"2026-01-01 00:00:00 UTC+99:00", "2026-01-01 00:00:00", kNoZone},
      {"2026-01-01 00:00:00 UTC+02:77", "2026-01-01 00:00:00", kNoZone},
      {"2026-02-30 00:00:00 UTC", "", kNoZone},
      {"31-31-2026 00:00:00", "", kNoZone},
      {"2026-01-01", "", kNoZone},
      {"00:00:00", "", kNoZone},
      {"2026-01-01 25:00:00", "", kNoZone},
      {"0000-00-00 00:00:00", "", kNoZone},
      {"", "", kNoZone},
  };
  for (const Row& row : kRows) {
    const auto read = read_system_time(row.text);
    const auto wanted = local_seconds(row.local);
    if (read.has_value() != wanted.has_value()) print_error("%s\n", row.text);
    assert_true(read.has_value() == wanted.has_value());
    if (!read) continue;
    if (read->local_s != *wanted || read->offset_s.value_or(kNoZone) != row.offset_s)
      print_error("%s\n", row.text);
    assert_int_equal(read->local_s, *wanted);
    assert_int_equal(read->offset_s.value_or(kNoZone), row.offset_s);
  }
}

void trunk_words(void**) {
  for (const char* word : {"Registered", "registered", "Reachable", "OK", "OK (23 ms)", " ok ", "Up",
                           "Connected", "Available", "Lagged (2100 ms)", "Busy"}) {
    assert_true(is_up(word) == std::optional(true));
  }
  for (const char* word :
       {"Unreachable", "UNREACHABLE (lost)", "host unreachable", "Unregistered", "Rejected", "Failed",
        "Timeout", "No Authentication", "Auth. Sent", "Request Sent", "Down", "Unavailable",
        "Unrecognized Trunk", "Disconnected", "Not registered", "okay"}) {
    assert_true(is_up(word) == std::optional(false));
  }
  for (const char* word : {"", " ", "-", "--", "Unknown", "Unmonitored", "unmonitored (off)", "n/a"}) {
    assert_false(is_up(word).has_value());
  }
}

void words_are_compared_as_a_reader_does(void**) {
  assert_true(is_same_word("In Use", "InUse"));
  assert_true(is_same_word("in_use", "IN-USE"));
  assert_true(is_same_word(" idle ", "Idle"));
  assert_true(is_same_word("", "-"));
  assert_false(is_same_word("Idle", "Idl"));
  assert_false(is_same_word("Idl", "Idle"));
  assert_true(is_yes("Yes") && is_yes(" true ") && is_yes("1") && is_yes("ON"));
  assert_false(is_yes("no") || is_yes("") || is_yes("yes please"));
}

// Each code of the vendor's list, and one of none.
void codes(void**) {
  struct Row {
    std::int64_t status;
    ApiVerdict is;
  };
  constexpr Row kRows[] = {
      {0, ApiVerdict::ok},
      {-1, ApiVerdict::invalid},
      {-5, ApiVerdict::cookie},
      {-6, ApiVerdict::cookie},
      {-7, ApiVerdict::failed},
      {-8, ApiVerdict::failed},
      {-9, ApiVerdict::failed},
      {-15, ApiVerdict::invalid},
      {-16, ApiVerdict::no_such_item},
      {-19, ApiVerdict::unsupported},
      {-24, ApiVerdict::failed},
      {-25, ApiVerdict::failed},
      {-26, ApiVerdict::failed},
      {-37, ApiVerdict::password},
      {-43, ApiVerdict::failed},
      {-44, ApiVerdict::failed},
      {-45, ApiVerdict::wait_15_s},
      {-46, ApiVerdict::wait_15_s},
      {-47, ApiVerdict::not_permitted},
      {-50, ApiVerdict::invalid},
      {-51, ApiVerdict::failed},
      {-57, ApiVerdict::wait_60_s},
      {-68, ApiVerdict::locked_out},
      {-69, ApiVerdict::failed},
      {-70, ApiVerdict::locked_out},
      {-71, ApiVerdict::password},
      {-90, ApiVerdict::failed},
      {-98, ApiVerdict::failed},
      {-251, ApiVerdict::failed},
  };
  for (const Row& row : kRows) {
    assert_true(verdict_of(row.status) == row.is);
    assert_true(words_for(row.status) != "unknown");
  }
  for (const std::int64_t status :
       {std::int64_t{-2}, std::int64_t{1}, std::int64_t{-30}, INT64_MIN, INT64_MAX}) {
    assert_true(verdict_of(status) == ApiVerdict::failed);
    assert_text(words_for(status), "unknown");
  }
}

// The page of the API lists every code that has words.
void the_page_lists_the_codes(void**) {
  std::ifstream file(UCM_TEST_DATA "/../../docs/wire.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  constexpr std::string_view kMark = "<!-- codes -->";
  const std::size_t begin = page.find(kMark);
  const std::size_t end = page.find(kMark, begin + 1);
  assert_true(begin != std::string::npos && end != std::string::npos);
  std::string_view table = std::string_view(page).substr(begin, end - begin);
  std::set<std::int64_t> listed;
  while (!table.empty()) {
    const std::string_view line = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(table.size(), line.size() + 1));
    std::string_view codes = line.substr(std::min(line.size(), line.find(' ')));
    codes = codes.substr(0, codes.find('|'));
    while (!codes.empty()) {
      const std::string_view code = codes.substr(0, codes.find(','));
      if (const auto status = whole_number(trimmed(code))) listed.insert(*status);
      codes.remove_prefix(std::min(codes.size(), code.size() + 1));
    }
  }
  for (std::int64_t status = -1000; status <= 10; ++status) {
    const bool has_words = words_for(status) != "unknown";
    if (has_words != listed.contains(status)) print_error("status %d\n", static_cast<int>(status));
    assert_true(has_words == listed.contains(status));
  }
}

// A recording of megabytes, a page of records, a header of CSV: none of them is looked into.
void errors_are_seen_where_anything_else_was_asked_for(void**) {
  assert_int_equal(error_status_of("{\"response\":{},\"status\":-6}").value_or(0), -6);
  assert_int_equal(error_status_of("\xEF\xBB\xBF \n{\"status\":\"-47\"}\n").value_or(0), -47);
  assert_false(error_status_of("{\"response\":{},\"status\":0}").has_value());
  assert_false(error_status_of("{\"cdr_root\":[]}").has_value());
  assert_false(error_status_of("RIFF....WAVEfmt {\"status\":-6}").has_value());
  assert_false(error_status_of("[{\"status\":-6}]").has_value());
  assert_false(error_status_of("").has_value());
  assert_false(error_status_of("{").has_value());
  assert_false(error_status_of("{\"status\":-6,\"x\":\"" + std::string(9000, 'x') + "\"}").has_value());
}

}  // namespace

int api_values_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(durations),
      cmocka_unit_test(uptimes),
      cmocka_unit_test(clocks),
      cmocka_unit_test(trunk_words),
      cmocka_unit_test(words_are_compared_as_a_reader_does),
      cmocka_unit_test(codes),
      cmocka_unit_test(the_page_lists_the_codes),
      cmocka_unit_test(errors_are_seen_where_anything_else_was_asked_for),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
