// What is asked of a PBX, byte by byte.
#include "wire/api_request.h"

#include "base/text.h"
#include "wire/json.h"

#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::wire;

void requests_are_one_line(void**) {
  assert_text(api_request("challenge", "", {{"user", "cdrapi"}, {"version", "1.0"}}),
              R"({"request":{"action":"challenge","user":"cdrapi","version":"1.0"}})");
  assert_text(api_request("getSystemStatus", "sid743052864-1771597757", {}),
              R"({"request":{"action":"getSystemStatus","cookie":"sid743052864-1771597757"}})");
  assert_text(api_request("getQueueCalling", "sid1-1", {{"extension", "6500"}, {"role", ""}}),
              R"({"request":{"action":"getQueueCalling","cookie":"sid1-1","extension":"6500","role":""}})");
  assert_text(api_request("login", "", {{"user", "a\"b\\c\n\xC3\xA9\xFF"}}),
              "{\"request\":{\"action\":\"login\",\"user\":\"a\\\"b\\\\c\\n\xC3\xA9\xEF\xBF\xBD\"}}");
}

// The first two with the vendor's own challenges, the third as its guide prints it wrongly.
void tokens_are_as_md5sum_makes_them(void**) {
  assert_text(login_token("0000001652831717", "cdrapi123"), "0faa24433e3c7a9bcfa8000f735305d5");
  assert_text(login_token("0000001496038514", "cdrapi123"), "842f83b03f481e3f4f8e49aded988815");
  assert_text(login_token("1234567890123456", "your_api_password"), "18a5397424e251ee09b57d908b3c9aca");
  assert_text(login_token("", ""), "d41d8cd98f00b204e9800998ecf8427e");
}

void queries_are_encoded(void**) {
  assert_text(legacy_query({{"format", "json"}, {"startTime", "2026-01-01T00:00:00+02:00"}}),
              "format=json&startTime=2026-01-01T00%3A00%3A00%2B02%3A00");
  assert_text(legacy_query({{"filedir", "monitor@voicemail/default"}, {"caller", "5300,5302-5304,_4@"}}),
              "filedir=monitor@voicemail/default&caller=5300,5302-5304,_4@");
  assert_text(legacy_query({{"a b", "c&d=e%f#g?h"}, {"u", "\xC3\xA9"}}),
              "a%20b=c%26d%3De%25f%23g%3Fh&u=%C3%A9");
}

// The legacy API answers an empty value, and a trailing '&', with an empty list and no word about it.
void empty_values_are_left_out(void**) {
  assert_text(legacy_query({}), "");
  assert_text(legacy_query({{"caller", ""}}), "");
  assert_text(legacy_query({{"caller", ""}, {"offset", "0"}, {"callee", ""}}), "offset=0");
}

void moments_are_of_the_pbx_clock(void**) {
  struct Row {
    std::int64_t epoch_s;
    std::int64_t offset_s;
    const char* time;
    const char* date;
  };
  constexpr Row kRows[] = {
      {0, 0, "1970-01-01T00:00:00+00:00", "1970-01-01"},
      {1767222000, 7200, "2026-01-01T01:00:00+02:00", "2026-01-01"},
      {1767222000, 0, "2025-12-31T23:00:00+00:00", "2025-12-31"},
      {1767222000, -21600, "2025-12-31T17:00:00-06:00", "2025-12-31"},
      {1767222000, 20700, "2026-01-01T04:45:00+05:45", "2026-01-01"},
      {1767222000, -12600, "2025-12-31T19:30:00-03:30", "2025-12-31"},
      {1767222000, 7229, "2026-01-01T01:00:00+02:00", "2026-01-01"},
      {1709164800, 0, "2024-02-29T00:00:00+00:00", "2024-02-29"},
      {-5, 0, "1970-01-01T00:00:00+00:00", "1970-01-01"},
      {INT64_MAX, INT64_MAX, "9999-12-31T23:59:59+18:00", "9999-12-31"},
      {INT64_MIN, INT64_MIN, "1970-01-01T00:00:00-18:00", "1970-01-01"},
  };
  for (const Row& row : kRows) {
    assert_text(api_time(row.epoch_s, row.offset_s), row.time);
    assert_text(api_date(row.epoch_s, row.offset_s), row.date);
  }
}

}  // namespace

int api_request_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(requests_are_one_line),        cmocka_unit_test(tokens_are_as_md5sum_makes_them),
      cmocka_unit_test(queries_are_encoded),          cmocka_unit_test(empty_values_are_left_out),
      cmocka_unit_test(moments_are_of_the_pbx_clock),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
