// An erasure over the control socket: what is asked, and what the answer says.
#include "service/erasure_inquiry.h"

#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::service;

void the_request_holds_what_was_said(void**) {
  assert_text(erasure_request("h\"q", "+15550142"), R"({"get":"erase","params":["h\"q","+15550142"]})");
}

void what_can_be_a_number(void**) {
  for (const char* said : {"100", "+49 30 555-0142", "5550142"}) assert_true(is_number(said));
  for (const char* said : {"", "12", "+1", "--"}) assert_false(is_number(said));
}

void the_answer_is_read(void**) {
  const auto done =
      read_erasure(R"({"erase":{"state":"done","detail":"","legs":3,"calls":2,"quarantined":1}})");
  assert_true(done.ok());
  assert_true(done.value().over());
  assert_int_equal(done.value().legs, 3);
  assert_int_equal(done.value().calls, 2);
  assert_int_equal(done.value().quarantined, 1);
  const auto waiting = read_erasure(R"({"erase":{"state":"waiting"}})");
  assert_true(waiting.ok());
  assert_false(waiting.value().over());
}

void what_is_no_answer(void**) {
  for (const char* answer : {"", "{}", R"({"erase":1})", R"({"status":{}})"}) {
    assert_false(read_erasure(answer).ok());
  }
}

}  // namespace

int erasure_inquiry_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_request_holds_what_was_said),
      cmocka_unit_test(what_can_be_a_number),
      cmocka_unit_test(the_answer_is_read),
      cmocka_unit_test(what_is_no_answer),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
