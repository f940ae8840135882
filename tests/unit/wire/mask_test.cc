// Every folder tests/data/mask-* holds an `input` and what it is `masked` to; and what holds of every input
// there is, of this project and of real PBXes where a collection of them lies beside the checkout.
#include "wire/mask.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "wire/fields.h"
#include "wire/mask_rules.h"
#include "wire/splitter.h"
#include "wire/startup.h"

#include "check.h"

namespace {

namespace fs = std::filesystem;
using namespace ucm;
using namespace ucm::wire;

constexpr std::size_t kMostBytes = std::size_t{1} << 20U;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string masked(std::string_view bytes) {
  return Masker().masked(bytes);
}

// Everything that a PBX may have sent, with its path.
std::map<std::string, std::string> inputs() {
  std::map<std::string, std::string> found;
  for (const char* root : {UCM_TEST_DATA, UCM_SAMPLES}) {
    if (!fs::exists(root)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      const std::string stem = entry.path().stem();
      const bool is_input = stem == "input" || stem == "body" || root == std::string_view(UCM_SAMPLES);
      if (entry.is_regular_file() && is_input) found.emplace(entry.path(), content_of(entry.path()));
    }
  }
  return found;
}

void every_case_is_masked_as_expected(void**) {
  std::size_t cases = 0;
  for (const auto& folder : fs::directory_iterator(UCM_TEST_DATA)) {
    if (!folder.path().filename().string().starts_with("mask-")) continue;
    const std::string expected = content_of(folder.path() / "masked");
    const std::string actual = masked(content_of(folder.path() / "record"));
    if (actual != expected) print_error("%s\n", folder.path().c_str());
    assert_true(actual == expected || (assert_text(printable(actual), printable(expected)), false));
    ++cases;
  }
  assert_true(cases > 10);
}

// -- the table

void every_field_has_its_row_in_the_same_order(void**) {
  assert_true(shown_fields().size() >= fields().size());
  for (std::size_t i = 0; i < fields().size(); ++i) {
    assert_text(shown_fields()[i].name, fields()[i].name);
    assert_true(shown_fields()[i].shown != Shown::unknown);
  }
  std::set<std::string_view> names;
  for (const ShownField& row : shown_fields()) assert_true(names.insert(row.name).second);
}

void a_secret_is_known_by_its_key(void**) {
  for (const char* key : {"password", "vmsecret", "token", "cookie", "user_pwd", "Authorization", "api_key"})
    assert_true(shown_of(key) == Shown::secret);
  for (const char* key : {"", "x", "fullname", "email"}) assert_true(shown_of(key) == Shown::unknown);
}

// -- what holds of every input

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Run {
  std::size_t at;
  std::string_view digits;
};

std::vector<Run> runs_of_digits(std::string_view text, std::size_t least) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t end = i;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end - i >= least) runs.push_back({i, text.substr(i, end - i)});
    i = end;
  }
  return runs;
}

bool is_all_zeros(std::string_view digits) {
  return digits.find_first_not_of('0') == std::string_view::npos;
}

// Judged by what stands around it alone, without a word of the tables: a year, the second of a uniqueid, a
// session's time, the running number of a channel, zeros, the number of a character set or of a model.
bool tells_of_nobody(std::string_view text, const Run& run) {
  const std::string_view before = text.substr(0, run.at);
  const std::string_view behind = text.substr(run.at + run.digits.size());
  const bool is_year = run.digits.size() == 4 &&
                       (behind.find_first_of("-/") == 0 || before.ends_with('-') || before.ends_with('/'));
  const bool is_second = run.digits.size() == 10 && run.digits[0] == '1' && behind.starts_with('.');
  const bool is_after_second =
      before.size() > 11 && before.ends_with('.') && before[before.size() - 11] == '1';
  const bool is_session = run.digits.size() >= 13 && run.digits[0] == '1' && behind.starts_with('-');
  const bool is_running = run.digits.starts_with("000") && before.ends_with('-');
  const bool begins_line =
      before.empty() || before.ends_with('\n') || before.ends_with("\n'") || before == "'";
  const bool is_name = before.ends_with("ISO-") || before.ends_with("windows-") || before.ends_with("UCM");
  return is_year || is_second || is_after_second || is_session || is_running || is_name || begins_line ||
         is_all_zeros(run.digits);
}

// Numbers that stand where records have spans of time, running numbers, codes and amounts.
std::set<std::string> harmless_numbers(std::string_view record) {
  std::set<std::string> numbers;
  for (const char* key : {"AcctId", "duration", "billsec", "status", "total_item", "page", "total_page",
                          "remain_time", "remain_num", "trunk_index", "wait_time", "talk_time"}) {
    for (std::size_t at = record.find(key); at != std::string_view::npos; at = record.find(key, at + 1)) {
      const std::string_view value = record.substr(at + std::string_view(key).size(), 16);
      for (const Run& run : runs_of_digits(value, 1)) {
        numbers.emplace(run.digits);
        break;
      }
    }
  }
  for (const Leg& leg : decode_all(record, kMostBytes).legs)
    numbers.insert({leg.acct_id, text("{}", leg.duration), text("{}", leg.billsec)});
  return numbers;
}

void no_number_survives(void**) {
  std::size_t judged = 0;
  for (const auto& [path, input] : inputs()) {
    const std::string shown = masked(input);
    const auto harmless = harmless_numbers(input);
    const bool in_place = shown.size() == input.size();
    for (const Run& run : runs_of_digits(input, 3)) {
      if (tells_of_nobody(input, run) || harmless.contains(std::string(run.digits))) continue;
      const bool stayed = in_place ? shown.compare(run.at, run.digits.size(), run.digits) == 0
                                   : run.digits.size() > 4 && shown.find(run.digits) != std::string::npos;
      if (stayed) print_error("%s: %s survives\n", path.c_str(), std::string(run.digits).c_str());
      assert_false(stayed);
      ++judged;
    }
  }
  assert_true(judged > 800);
}

// Names, as the fields have them that hold nothing else.
void no_name_survives(void**) {
  constexpr const char* kNames[] = {"caller_name", "accountcode", "src_trunk_name", "dst_trunk_name", "sn"};
  std::size_t judged = 0;
  for (const auto& [path, input] : inputs()) {
    const std::string shown = masked(input);
    for (const Leg& leg : decode_all(input, kMostBytes).legs) {
      for (const char* field : kNames) {
        const std::string& name = leg.*(field_named(field)->text);
        if (name.size() < 4 || name.starts_with("trunk_") || name == "false" || name.starts_with("0000") ||
            is_known_key(name))
          continue;
        const bool stayed = shown.find(name) != std::string::npos;
        if (stayed) print_error("%s: %s survives\n", path.c_str(), name.c_str());
        assert_false(stayed);
        ++judged;
      }
    }
  }
  assert_true(judged > 50);
}

// The fields of a record that stay as they are, where they hold what the UCM puts there.
std::string what_stays(const Leg& leg) {
  return text("{} {} {} {} {} {} {} {} {} {} {}", whole_number(leg.acct_id).value_or(0), leg.start,
              leg.answer, leg.end, leg.duration, leg.billsec,
              static_cast<int>(disposition_of(leg.disposition)), leg.lastapp, leg.userfield, leg.amaflags,
              leg.action_type.substr(0, leg.action_type.find('[')));
}

bool has_readers_of_its_own(const std::string& path) {
  constexpr const char* kTexts[] = {"/api-", ".txt", "README",
                                    // More digits than a span of time may have are masked.
                                    "json-seconds-of-every-kind", "json-huge-numbers"};
  return std::any_of(std::begin(kTexts), std::end(kTexts),
                     [&](const char* part) { return path.find(part) != std::string::npos; });
}

// Which of its numbers and names are equal, and how long they are.
std::string relations(const std::vector<Leg>& legs) {
  std::map<std::string, std::size_t> seen;
  std::string told;
  for (const Leg& leg : legs) {
    for (const auto& value :
         {leg.src, leg.dst, leg.new_src, leg.channel, leg.dstchannel, leg.channel_ext, leg.dstchannel_ext,
          leg.session, leg.uniqueid, leg.src_trunk_name, leg.dst_trunk_name, leg.accountcode,
          std::string(action_argument(leg.action_type, "QUEUE"))})
      told += text("{}:{} ", seen.try_emplace(value, seen.size()).first->second, value.size());
  }
  return told;
}

void records_are_read_as_before(void**) {
  std::size_t legs = 0;
  for (const auto& [path, input] : inputs()) {
    if (has_readers_of_its_own(path)) continue;
    const Decoded before = decode_all(input, kMostBytes);
    const Decoded after = decode_all(masked(input), kMostBytes);
    bool same = before.legs.size() == after.legs.size() && before.rejected.size() == after.rejected.size() &&
                relations(before.legs) == relations(after.legs);
    for (std::size_t i = 0; same && i < before.legs.size(); ++i)
      same = what_stays(before.legs[i]) == what_stays(after.legs[i]);
    for (std::size_t i = 0; same && i < before.rejected.size(); ++i)
      same = before.rejected[i].unfit == after.rejected[i].unfit &&
             before.rejected[i].detail == after.rejected[i].detail;
    if (!same) print_error("%s is read in another way\n", path.c_str());
    assert_true(same);
    legs += before.legs.size();
  }
  assert_true(legs > 150);
}

// Digits and letters of each place, and everything else as it is.
std::string shape(std::string_view bytes) {
  std::string form;
  for (const char c : bytes) {
    const bool is_letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (static_cast<unsigned char>(c) & 0x80U) != 0;
    form.push_back(is_digit(c) ? '9' : is_letter ? 'a' : c);
  }
  return form;
}

void the_shape_stays_however_often(void**) {
  for (const auto& [path, input] : inputs()) {
    const std::string once = masked(input);
    const bool may_differ = once.size() != input.size() || input.find("\\u") != std::string::npos ||
                            input.find("&#") != std::string::npos;
    if (!may_differ && shape(once) != shape(input)) print_error("%s\n", path.c_str());
    assert_true(may_differ || shape(once) == shape(input));
    assert_true(shape(masked(once)) == shape(once));
  }
}

// A record that is cut anywhere shows no more than the whole one does.
void a_cut_record_shows_no_more(void**) {
  const std::string record =
      R"({"src": "5550142", "clid": "\"Ada Kern\" <5550142>", "start": "2026-01-26 12:07:08", "duration": "31", )"
      R"("channel": "PJSIP\/5550142-0000003b", "caller_name": "Ada Kern", "recordfiles": "auto-1-5550142-71.wav@", )"
      R"("session": "1769422021553915-5550142", "x": ["5550142", {"y": 5550142}]})";
  const std::string csv =
      "'1','','5550142','5550142','from-internal','\"Ada Kern\" <5550142>','PJSIP/5550142-0000003b'";
  const std::string xml =
      "<cdr><src>5550142</src><clid>\"Ada Kern\" <5550142></clid><x y='5550142'>Ada Kern</x></cdr>";
  for (const std::string& whole : {record, csv, xml}) {
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
      for (const std::string& piece :
           {whole.substr(0, cut), whole.substr(cut), whole.substr(0, cut) + "\n" + whole}) {
        const std::string shown = masked(piece);
        const bool stayed =
            shown.find("5550142") != std::string::npos || shown.find("Ada") != std::string::npos ||
            shown.find("Kern") != std::string::npos || shown.find("50142") != std::string::npos;
        if (stayed) print_error("%s\n%s\n", piece.c_str(), shown.c_str());
        assert_false(stayed);
      }
    }
  }
}

// What takes time out of proportion takes minutes here. By the processor's clock, not the wall's.
void hostile_input_costs_time_in_proportion(void**) {
  constexpr std::size_t kLong = std::size_t{64} << 10U;
  constexpr double kMost_s = 20;
  const std::clock_t began = std::clock();
  for (const std::string_view part :
       {"'a,",   "\"a,",      "\"a\" <1", "x{\"a\":1}", "{  ",       "<a>", "<a></b>", "[",
        "\"   ", "'        ", "<",        "{\"\\",      "<!--",      "&#",  ",",       "\"a\"b",
        "\n{",   "<a b=\"",   "-000",     "2026-",      "'1','2'\n", "1,",  "*",       "\\u00"}) {
    std::string input;
    while (input.size() < kLong) input.append(part);
    assert_int_equal(masked(input).size(), input.size());
    assert_int_equal(masked("{\"" + input).size(), input.size() + 2);
  }
  assert_true(static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC < kMost_s);
}

// -- numbers and words

struct Case {
  const char* record;
  const char* masked;
};

void the_same_is_masked_alike(void**) {
  constexpr Case kCases[] = {
      {R"({"src":"+4930555","dst":"004930555","new_src":"4930555"})",
       R"({"src":"+5000001","dst":"005000001","new_src":"5000001"})"},
      {R"({"src":"0555","dst":"555","new_src":"*72"})", R"({"src":"0501","dst":"501","new_src":"*72"})"},
      {R"({"dst":"*725550142"})", R"({"dst":"*500000001"})"},
      {R"({"dst":"5001"})", R"({"dst":"5002"})"},
      {R"({"caller_name":"Ada ADA ada"})", R"({"caller_name":"Aaa AAA aaa"})"},
      {R"({"x":"yes","y":"2026-01-26","z":true,"q":12.5e3})",
       R"({"x":"yes","y":"2026-01-26","z":true,"q":51.6e7})"},
      {R"({"channel":"PJSIP/trunk_1-0000003b","channel_ext":"trunk_1","dstchannel_ext":"o2"})",
       R"({"channel":"PJSIP/trunk_1-0000003b","channel_ext":"trunk_1","dstchannel_ext":"o2"})"},
      {R"({"dst":"6500","action_type":"QUEUE[6500]"})", R"({"dst":"5001","action_type":"QUEUE[5001]"})"},
      {R"({"password":"hunter2","user":"ada"})", R"({"password":"xxxxxxxx","user":"aaa"})"},
      {R"({"Ada Kern":1,"5550142":2,"new_field":3})", R"({"Aaa Xaaa":6,"5000001":7,"new_field":8})"},
      {R"({"duration":"3" 2001,"x":2})", R"({"duration":"6" 5001,"a":7})"},
      {R"({"caller_name":"Park","lastapp":"Park","caller_name":"No"})",
       R"({"caller_name":"Xaaa","lastapp":"Park","caller_name":"Aa"})"},
      {"<a><clid>\"x\" <ada></clid><new>1</new></a>", "<a><clid>\"a\" <aaa></clid><new>6</new></a>"},
  };
  for (const Case& one : kCases) assert_text(masked(one.record), one.masked);
}

void records_of_one_run_belong_together(void**) {
  Masker masker;
  assert_text(masker.masked(R"({"src":"5550142"})"), R"({"src":"5000001"})");
  assert_text(masker.masked("5550143, 5550142"), "5000002, 5000001");
}

void different_numbers_stay_different(void**) {
  Pseudonyms pseudonyms;
  std::set<std::string> given;
  for (int number = 10; number < 100; ++number) {
    const std::string digits = text("{}", number);
    const std::string one = pseudonyms.number(digits);
    assert_true(one.size() == 2 && one[0] != '0' && one != digits);
    assert_text(pseudonyms.number(digits), one);
    given.insert(one);
  }
  assert_true(given.size() >= 89);
  assert_text(pseudonyms.number("000"), "000");
  assert_int_equal(pseudonyms.number(std::string(40, '7')).size(), 40);
  assert_true(pseudonyms.number(std::string(40, '7')) != pseudonyms.number(std::string(40, '8')));
}

void nothing_that_a_terminal_obeys_is_printed(void**) {
  assert_text(printable(std::string_view("a\tb\n\x1b[2J\0\x7f\xff\xc2\x9b\xc3\xbc\xe2\x82", 17)),
              "a\tb\n\\x1b[2J\\x00\\x7f\\xff\\xc2\\x9b\xc3\xbc\\xe2\\x82");
  assert_text(printable(""), "");
}

}  // namespace

int mask_test() {
  prepare_xml();
  const CMUnitTest tests[] = {
      cmocka_unit_test(every_case_is_masked_as_expected),
      cmocka_unit_test(every_field_has_its_row_in_the_same_order),
      cmocka_unit_test(a_secret_is_known_by_its_key),
      cmocka_unit_test(no_number_survives),
      cmocka_unit_test(no_name_survives),
      cmocka_unit_test(records_are_read_as_before),
      cmocka_unit_test(the_shape_stays_however_often),
      cmocka_unit_test(a_cut_record_shows_no_more),
      cmocka_unit_test(hostile_input_costs_time_in_proportion),
      cmocka_unit_test(the_same_is_masked_alike),
      cmocka_unit_test(records_of_one_run_belong_together),
      cmocka_unit_test(different_numbers_stay_different),
      cmocka_unit_test(nothing_that_a_terminal_obeys_is_printed),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
