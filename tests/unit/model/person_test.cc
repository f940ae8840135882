// Where a number stands in what a PBX writes, and where something else only looks like it.
#include "model/person.h"

#include <set>

#include "check.h"

namespace {

using namespace ucm;

void every_spelling_is_one_number(void**) {
  for (const char* said : {"+15550142", "0015550142", "15550142", " +1 (555) 01-42 "}) {
    const auto number = SoughtNumber::read(said);
    assert_true(number.has_value());
    assert_text(number->plain(), "15550142");
  }
  assert_text(SoughtNumber::read("001")->plain(), "001");
  assert_text(SoughtNumber::read("reception.2")->plain(), "reception.2");
}

void what_is_no_number(void**) {
  for (const char* said : {"", "12", "+12", "0012345;", "%%%", "…"}) {
    assert_false(SoughtNumber::read(said).has_value());
  }
}

void it_is_found_as_a_whole(void**) {
  const SoughtNumber number = *SoughtNumber::read("+15550142");
  for (const char* text : {"15550142", "+15550142", "0015550142", "\"A\" <+15550142>",
                           "PJSIP/15550142-00000001", "auto-1769436000-15550142-6500.wav",
                           "1769436000123456-15550142", "PJSIP/15550142@isp,30", "00115550142 15550142"}) {
    assert_true(number.in(text));
  }
  for (const char* text :
       {"", "115550142", "155501420", "5550142", "x15550142", "00115550142", "15550142a"}) {
    assert_false(number.in(text));
  }
  assert_false(SoughtNumber::read("101")->in("PJSIP/102-00000101"));
}

void every_personal_field_once(void**) {
  std::set<const void*> seen;
  const Leg leg;
  for (std::string Leg::*field : personal_fields()) assert_true(seen.insert(&(leg.*field)).second);
  for (const std::string* kept : {&leg.uniqueid, &leg.start, &leg.disposition, &leg.action_type,
                                  &leg.src_trunk_name, &leg.accountcode, &leg.acct_id, &leg.lastapp}) {
    assert_false(seen.contains(kept));
  }
}

}  // namespace

int person_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(every_spelling_is_one_number),
      cmocka_unit_test(what_is_no_number),
      cmocka_unit_test(it_is_found_as_a_whole),
      cmocka_unit_test(every_personal_field_once),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
