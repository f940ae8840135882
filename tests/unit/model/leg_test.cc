#include "model/leg.h"

#include <array>
#include <set>

#include "check.h"
#include "model/unfit.h"

namespace {

using namespace ucm;

void dispositions_are_known_by_every_spelling(void**) {
  struct Row {
    const char* spelling;
    Disposition is;
  };
  constexpr Row kRows[] = {
      {"ANSWERED", Disposition::answered},   {"answered", Disposition::answered},
      {" ANSWERED ", Disposition::answered}, {"NO ANSWER", Disposition::no_answer},
      {"NOANSWER", Disposition::no_answer},  {"No Answer", Disposition::no_answer},
      {"BUSY", Disposition::busy},           {"FAILED", Disposition::failed},
      {"CONGESTION", Disposition::failed},   {"", Disposition::other},
      {"ANSWER", Disposition::other},        {"NO  ANSWER", Disposition::other},
      {"UNKNOWN", Disposition::other},
  };
  for (const Row& row : kRows) assert_true(disposition_of(row.spelling) == row.is);
}

void who_answered_is_told_by_action_and_application(void**) {
  struct Row {
    const char* disposition;
    const char* action;
    const char* app;
    std::int64_t billsec;
    AnsweredBy by;
  };
  constexpr Row kRows[] = {
      {"ANSWERED", "DIAL", "Dial", 12, AnsweredBy::person},
      {"ANSWERED", "DIAL", "Dial", 0, AnsweredBy::person},  // answered and hung up within the second
      {"ANSWERED", "", "", 12, AnsweredBy::person},
      {"ANSWERED", "", "", 0, AnsweredBy::ivr},
      {"ANSWERED", "QUEUE[6500]", "Queue", 30, AnsweredBy::person},
      {"ANSWERED", "QUEUE[6500]", "Queue", 0, AnsweredBy::ivr},
      {"ANSWERED", "TRANSFER", "Dial", 9, AnsweredBy::person},
      {"ANSWERED", "PARKEDCALL", "ParkedCall", 9, AnsweredBy::person},
      {"ANSWERED", "VM", "VoiceMail", 12, AnsweredBy::voicemail},
      {"ANSWERED", "VM", "Dial", 12, AnsweredBy::voicemail},
      {"ANSWERED", "vm[1001]", "Hangup", 12, AnsweredBy::voicemail},
      {"ANSWERED", "DIAL", "voicemail", 12, AnsweredBy::voicemail},
      {"ANSWERED", "VM", "ForkCDR", 0, AnsweredBy::voicemail},
      {"ANSWERED", "RINGGROUP[6400]", "ForkCDR", 0, AnsweredBy::ivr},
      {"ANSWERED", "DIAL", "ForkCDR", 5, AnsweredBy::ivr},
      {"ANSWERED", "IVR[7000]", "Hangup", 916, AnsweredBy::ivr},
      {"ANSWERED", "ANNOUNCE[1]", "Playback", 8, AnsweredBy::ivr},
      {"ANSWERED", "DIAL", "Playback", 0, AnsweredBy::ivr},
      {"NO ANSWER", "VM", "VoiceMail", 12, AnsweredBy::nobody},
      {"BUSY", "DIAL", "Dial", 0, AnsweredBy::nobody},
      {"", "DIAL", "Dial", 12, AnsweredBy::nobody},
  };
  for (const Row& row : kRows) {
    Leg leg;
    leg.disposition = row.disposition;
    leg.action_type = row.action;
    leg.lastapp = row.app;
    leg.billsec = row.billsec;
    assert_true(answered_by(leg) == row.by);
  }
}

void direction_is_said_or_read_from_the_trunks(void**) {
  struct Row {
    const char* userfield;
    const char* from;
    const char* to;
    Direction is;
  };
  constexpr Row kRows[] = {
      {"Inbound", "", "", Direction::inbound},     {"OUTBOUND", "a", "", Direction::outbound},
      {"Internal", "a", "b", Direction::internal}, {"external", "", "", Direction::external},
      {" Inbound ", "", "b", Direction::inbound},  {"", "a", "", Direction::inbound},
      {"", "", "b", Direction::outbound},          {"", "a", "b", Direction::external},
      {"", "", "", Direction::internal},           {"elsewhere", "a", "", Direction::inbound},
      {"In", "", "b", Direction::outbound},
  };
  for (const Row& row : kRows) {
    Leg leg;
    leg.userfield = row.userfield;
    leg.src_trunk_name = row.from;
    leg.dst_trunk_name = row.to;
    assert_true(direction_of(leg) == row.is);
  }
  for (const Direction direction :
       {Direction::inbound, Direction::outbound, Direction::internal, Direction::external}) {
    assert_true(direction_named(word_for(direction)) == direction);
  }
}

void a_session_is_the_best_name_there_is(void**) {
  Leg leg;
  leg.session = "17000-1001";
  leg.uniqueid = "17000.1";
  leg.acct_id = "7";
  leg.start = "2026-02-01 10:00:00";
  assert_text(session_of(leg), "17000-1001");
  leg.session.clear();
  assert_text(session_of(leg), "17000.1");
  leg.uniqueid.clear();
  Leg next_month = leg;
  next_month.start = "2026-03-01 10:00:00";
  assert_true(session_of(leg) != session_of(next_month));  // AcctId restarts each month
  leg.acct_id.clear();
  assert_false(session_of(leg).empty());
  assert_true(identified(leg));
  leg.start.clear();
  assert_false(identified(leg));
}

// Each text of a leg that its identity stands on, and each that it does not.
constexpr std::array kOfIdentity{&Leg::uniqueid, &Leg::start,   &Leg::channel,    &Leg::dstchannel,
                                 &Leg::dst,      &Leg::lastapp, &Leg::disposition};
constexpr std::array kBeside{&Leg::acct_id,
                             &Leg::accountcode,
                             &Leg::src,
                             &Leg::dcontext,
                             &Leg::clid,
                             &Leg::lastdata,
                             &Leg::answer,
                             &Leg::end,
                             &Leg::amaflags,
                             &Leg::userfield,
                             &Leg::channel_ext,
                             &Leg::dstchannel_ext,
                             &Leg::service,
                             &Leg::caller_name,
                             &Leg::recordfiles,
                             &Leg::dstanswer,
                             &Leg::chanext,
                             &Leg::dstchanext,
                             &Leg::session,
                             &Leg::action_owner,
                             &Leg::action_type,
                             &Leg::src_trunk_name,
                             &Leg::dst_trunk_name,
                             &Leg::new_src,
                             &Leg::reason,
                             &Leg::sn};

void identity_stands_on_nine_fields(void**) {
  Leg leg;
  for (const auto field : kOfIdentity) leg.*field = "x";
  std::set<std::string> seen{hex(identity_of(leg))};
  for (const auto field : kOfIdentity) {
    Leg other = leg;
    other.*field = "y";
    assert_true(seen.insert(hex(identity_of(other))).second);
  }
  for (const auto seconds : {&Leg::duration, &Leg::billsec}) {
    Leg other = leg;
    other.*seconds = 1;
    assert_true(seen.insert(hex(identity_of(other))).second);
  }
  for (const auto field : kBeside) {
    Leg other = leg;
    other.*field = "y";
    assert_false(seen.insert(hex(identity_of(other))).second);
  }
}

void another_name_stands_in_for_a_missing_uniqueid(void**) {
  Leg leg;
  leg.session = "s1";
  leg.acct_id = "1";
  Leg other = leg;
  other.session = "s2";
  assert_true(identity_of(leg) != identity_of(other));
  other.session = "s1";
  other.acct_id = "2";
  assert_true(identity_of(leg) == identity_of(other));
  leg.session.clear();
  other.session.clear();
  assert_true(identity_of(leg) != identity_of(other));
}

void local_time_counts_seconds(void**) {
  assert_true(local_seconds("1970-01-01 00:00:00") == 0);
  assert_true(local_seconds("2026-02-02 02:40:00") == 1'770'000'000);
  assert_true(local_seconds("2026-02-02T02:40:00") == 1'770'000'000);
  assert_true(local_seconds("2024-02-29 00:00:01") == 1'709'164'801);
  assert_true(local_seconds("9999-12-31 23:59:59").has_value());
  for (const char* none :
       {"", "0000-00-00 00:00:00", "1969-12-31 23:59:59", "2026-02-29 00:00:00", "2026-13-01 00:00:00",
        "2026-00-01 00:00:00", "2026-01-00 00:00:00", "2026-01-01 24:00:00", "2026-01-01 00:60:00",
        "2026-01-01 00:00:61", "2026-01-01 0:00:00", "2026/01/01 00:00:00", "01-02-2026 10:00:00",
        "2026-01-01 00:00:0", "2026-01-01_00:00:00", "2026-01-01", "20x6-01-01 00:00:00"}) {
    assert_false(local_seconds(none).has_value());
  }
}

void an_action_carries_its_number(void**) {
  assert_text(action_argument("QUEUE[6500]", "QUEUE"), "6500");
  assert_text(action_argument("queue[6500]", "QUEUE"), "6500");
  assert_text(action_argument("RINGGROUP[6400] more", "RINGGROUP"), "6400");
  assert_text(action_argument("QUEUE[a b]", "QUEUE"), "a b");
  for (const char* none : {"", "QUEUE", "QUEUE[]", "QUEUE[", "QUEUE[6500", "QUEUES[6500]", "XQUEUE[6500]",
                           "QUEUE 6500", "RINGGROUP[6500]"}) {
    assert_text(action_argument(none, "QUEUE"), "");
  }
}

void every_unfit_has_its_own_word(void**) {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < kUnfits; ++i) {
    const auto word = word_for(static_cast<Unfit>(i));
    assert_false(word.empty());
    assert_true(words.insert(word).second);
  }
}

}  // namespace

int leg_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(dispositions_are_known_by_every_spelling),
      cmocka_unit_test(who_answered_is_told_by_action_and_application),
      cmocka_unit_test(direction_is_said_or_read_from_the_trunks),
      cmocka_unit_test(a_session_is_the_best_name_there_is),
      cmocka_unit_test(identity_stands_on_nine_fields),
      cmocka_unit_test(another_name_stands_in_for_a_missing_uniqueid),
      cmocka_unit_test(local_time_counts_seconds),
      cmocka_unit_test(an_action_carries_its_number),
      cmocka_unit_test(every_unfit_has_its_own_word),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
