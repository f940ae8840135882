// A page some records at a time is the page at once.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "check.h"
#include "wire/api_records.h"

namespace {

using ucm::text;
using ucm::wire::CdrReader;
using ucm::wire::Decoded;

std::string sessions(int many, int legs) {
  std::string body = R"({"cdr_root":[)";
  for (int i = 0; i < many; ++i) {
    if (i > 0) body += ",";
    body += R"({"cdr":"","main_cdr":{"start":"2026-01-01 00:00:00"})";
    for (int leg = 1; leg <= legs; ++leg) {
      body += text(R"(,"sub_cdr_{}":{{"uniqueid":"{}.{}","start":"2026-01-01 00:00:00"}})", leg, i, leg);
    }
    body += "}";
  }
  return body + "]}";
}

void the_parts_of_a_page_are_as_small_as_asked(void**) {
  auto reader = CdrReader::open(sessions(50, 3), false);
  assert_true(reader.ok());
  assert_int_equal(reader.value().items(), 50);
  std::size_t legs = 0;
  int parts = 0;
  while (reader.value().more()) {
    const Decoded part = reader.value().next(10);
    assert_true(part.legs.size() <= 12);  // of no more entries than ten legs take
    for (const ucm::Leg& leg : part.legs) {
      assert_text(leg.uniqueid, text("{}.{}", legs / 3, legs % 3 + 1));
      ++legs;
    }
    ++parts;
  }
  assert_int_equal(legs, 150);
  assert_int_equal(parts, 13);
}

// Of a page that holds more than anybody asks for, what is behind is left for the next one.
void a_page_without_end_is_cut(void**) {
  const std::string one = R"({"start":"2026-01-26 12:00:00","uniqueid":"1.1","src":"1"})";
  std::string json = R"({"cdr_root":[)";
  std::string csv = "uniqueid,start,src,dst,session\n";
  for (int i = 0; i < 20'100; ++i) {
    json += (i > 0 ? "," : "") + one;
    csv += text("1.{},2026-01-26 12:00:00,1,2,s{}\n", i, i);
  }
  for (const std::string& body : {json + "]}", csv}) {
    auto reader = CdrReader::open(body, false);
    assert_true(reader.ok());
    assert_true(reader.value().cut());
    assert_false(reader.value().cut_at_first());
    assert_int_equal(reader.value().items(), 20'000);
    std::size_t legs = 0;
    while (reader.value().more()) legs += reader.value().next(1'000).legs.size();
    assert_int_equal(legs, 20'000);
  }
}

void an_entry_of_megabytes_is_rejected_with_its_head(void**) {
  const std::string body = R"({"cdr_root":[{"src":")" + std::string(3'000'000, 'x') +
                           R"("},{"start":"2026-01-26 12:00:00","uniqueid":"1.1","src":"1"}]})";
  auto reader = CdrReader::open(body, false);
  assert_true(reader.ok());
  const Decoded all = reader.value().next(10);
  assert_int_equal(all.legs.size(), 1);
  assert_int_equal(all.rejected.size(), 1);
  assert_true(all.rejected[0].bytes.size() < 5'000);
}

void every_case_reads_the_same_in_parts(void**) {
  int pages = 0;
  for (const char* reader : {"api-cdr", "api-cdr-legacy"}) {
    for (const auto& folder :
         std::filesystem::directory_iterator(std::string(UCM_TEST_DATA) + "/" + reader)) {
      for (const auto& file : std::filesystem::directory_iterator(folder)) {
        if (file.path().stem() != "body") continue;
        std::ifstream stream(file.path(), std::ios::binary);
        const std::string body((std::istreambuf_iterator<char>(stream)), {});
        const bool legacy = std::string_view(reader) == "api-cdr-legacy";
        const auto whole = ucm::wire::read_cdr_page(body, legacy);
        auto parts = CdrReader::open(body, legacy);
        assert_int_equal(whole.ok(), parts.ok());
        if (!whole.ok()) continue;
        ++pages;
        assert_int_equal(parts.value().items(), whole.value().items);
        std::size_t legs = 0;
        std::size_t rejected = 0;
        while (parts.value().more()) {
          const Decoded part = parts.value().next(1);
          for (const ucm::Leg& leg : part.legs) {
            assert_true(identity_of(leg) == identity_of(whole.value().decoded.legs.at(legs++)));
          }
          rejected += part.rejected.size();
        }
        assert_int_equal(legs, whole.value().decoded.legs.size());
        assert_int_equal(rejected, whole.value().decoded.rejected.size());
      }
    }
  }
  assert_true(pages > 10);
}

}  // namespace

int cdr_reader_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_parts_of_a_page_are_as_small_as_asked),
      cmocka_unit_test(a_page_without_end_is_cut),
      cmocka_unit_test(an_entry_of_megabytes_is_rejected_with_its_head),
      cmocka_unit_test(every_case_reads_the_same_in_parts),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
