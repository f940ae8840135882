#include "check.h"
#include "keeping.h"
#include "ledger/ledger.h"

namespace {

using namespace ucm;
using namespace ucm::ledger;
using metrics::Metric;

std::vector<QuarantinedRecord> kept(Keeping& desk, std::int64_t limit = 1'000) {
  auto records = desk.ledger->quarantined(limit);
  assert_true(records.ok());
  return std::move(records).value();
}

void bytes_are_kept_as_they_came(void**) {
  Keeping desk;
  const std::string_view bytes("\0\xff{\"a\":\n'; DROP TABLE legs; --", 29);
  Keeping::must(desk.ledger->quarantine(0, Unfit::bad_value, "what is wrong", bytes));
  Keeping::must(desk.ledger->quarantine(std::nullopt, Unfit::unknown_serial, "", ""));
  desk.commit();
  const auto records = kept(desk);
  assert_int_equal(records.size(), 2);
  assert_text(records[0].pbx, "");  // the latest first
  assert_text(records[0].reason, "unknown_serial");
  assert_text(records[0].bytes, "");
  assert_text(records[1].pbx, "hq");
  assert_text(records[1].reason, "bad_value");
  assert_text(records[1].detail, "what is wrong");
  assert_true(records[1].bytes == bytes);
  assert_int_equal(records[1].arrived, desk.clock.wall);
  assert_int_equal(desk.self(Metric::records_quarantined), 1);
  assert_int_equal(desk.self(Metric::quarantined_bad_value), 1);
  assert_int_equal(desk.ledger->agent().value(Metric::agent_quarantined), 1);
  assert_int_equal(kept(desk, 1).size(), 1);
}

void only_so_many_rows_are_kept(void**) {
  Keeping desk;
  desk.settings.quarantine_rows = 10;
  desk.reopen();
  for (int i = 0; i < 25; ++i) {
    desk.quarantine(text("{:02}", i));
    assert_true(desk.number("SELECT count(*) FROM quarantine") <= 10);
  }
  const auto records = kept(desk);
  assert_int_equal(records.size(), 10);
  assert_text(records.front().bytes, "24");
  assert_text(records.back().bytes, "15");
  assert_int_equal(desk.ledger->size().value().quarantined, 10);
  assert_int_equal(desk.self(Metric::records_quarantined), 25);
}

void only_so_many_bytes_are_kept(void**) {
  Keeping desk;
  desk.settings.quarantine_bytes = 1'000;
  desk.reopen();
  for (int i = 0; i < 30; ++i) {
    desk.quarantine(std::string(static_cast<std::size_t>(i * 37 % 400), 'x'));
    assert_true(desk.number("SELECT sum(length(bytes)) FROM quarantine") <= 1'000);
    assert_int_equal(desk.ledger->size().value().quarantined_bytes,
                     desk.number("SELECT sum(length(bytes)) FROM quarantine"));
  }
}

void bounds_hold_over_restarts_and_when_they_shrink(void**) {
  Keeping desk;
  for (int i = 0; i < 50; ++i) desk.quarantine("0123456789");
  desk.reopen();
  assert_int_equal(desk.ledger->size().value().quarantined, 50);
  assert_int_equal(desk.ledger->size().value().quarantined_bytes, 500);
  desk.settings.quarantine_rows = 5;
  desk.reopen();
  desk.quarantine("x");
  assert_int_equal(desk.number("SELECT count(*) FROM quarantine"), 5);
  desk.settings.quarantine_bytes = 15;
  desk.reopen();
  desk.quarantine("y");
  assert_int_equal(desk.number("SELECT sum(length(bytes)) FROM quarantine"), 12);
  desk.settings.quarantine_rows = 0;
  desk.reopen();
  desk.quarantine("z");
  assert_int_equal(desk.number("SELECT count(*) FROM quarantine"), 0);
  assert_int_equal(desk.self(Metric::records_quarantined), 53);
}

void a_record_taken_back_is_not_counted(void**) {
  Keeping desk;
  desk.quarantine("first");
  Keeping::must(desk.ledger->quarantine(0, Unfit::syntax, "", "second"));
  Keeping::must(desk.ledger->quarantine(std::nullopt, Unfit::syntax, "", "third"));
  desk.ledger->abandon({Fault::storage, "a disk that is full"});
  Keeping::must(desk.ledger->ready());
  assert_int_equal(desk.self(Metric::records_quarantined), 1);
  assert_int_equal(desk.ledger->agent().value(Metric::agent_quarantined), 0);
  assert_int_equal(desk.ledger->size().value().quarantined, 1);
  assert_int_equal(desk.ledger->size().value().quarantined_bytes, 5);
}

}  // namespace

int quarantine_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(bytes_are_kept_as_they_came),
      cmocka_unit_test(only_so_many_rows_are_kept),
      cmocka_unit_test(only_so_many_bytes_are_kept),
      cmocka_unit_test(bounds_hold_over_restarts_and_when_they_shrink),
      cmocka_unit_test(a_record_taken_back_is_not_counted),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
