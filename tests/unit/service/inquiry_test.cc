#include "service/inquiry.h"

#include "check.h"

namespace {

using namespace ucm;
using namespace ucm::service;

constexpr std::string_view kStatus = R"({"status":{"version":"1.2.3","started":1000,"state_directory":"/s",
"ledger":{"state":"failing","detail":"disk full","legs":7,"calls":5,"open_sessions":2,"bytes":4096},
"listeners":[{"url":"http://*:5000","port":5000,"connections":1,"accepted":9,"state":"held","detail":"why"}],
"pbxes":[{"name":"hq","host":"h","last_record":null,"legs_accepted":3,"legs_duplicate":2,"records_quarantined":1,
"series":107,"max_series":500,"full":true,"open_sessions":4,"quarantined":{"syntax":1,"size":0}},
{"name":"b","host":"b","last_record":1234,"unknown":[1]}],
"refused":{"unknown_sender":6,"storage":0}}})";

void a_status_is_read_whole(void**) {
  auto read = read_status(kStatus);
  assert_true(read.ok());
  const StatusReport& status = read.value();
  assert_text(status.version, "1.2.3");
  assert_text(status.state_directory, "/s");
  assert_int_equal(status.started_s, 1000);
  assert_text(status.ledger.state, "failing");
  assert_text(status.ledger.detail, "disk full");
  assert_true(status.ledger.legs == 7 && status.ledger.calls == 5 && status.ledger.open_sessions == 2 &&
              status.ledger.bytes == 4096);
  assert_int_equal(status.listeners.size(), 1);
  const ListenerReport& listener = status.listeners[0];
  assert_text(listener.url, "http://*:5000");
  assert_text(listener.state, "held");
  assert_text(listener.detail, "why");
  assert_true(listener.port == 5000 && listener.connections == 1 && listener.accepted == 9);
  assert_int_equal(status.pbxes.size(), 2);
  const PbxReport& hq = status.pbxes[0];
  assert_text(hq.name, "hq");
  assert_text(hq.host, "h");
  assert_false(hq.last_record_s.has_value());
  assert_true(hq.legs_accepted == 3 && hq.legs_duplicate == 2 && hq.records_quarantined == 1 &&
              hq.series == 107 && hq.max_series == 500 && hq.open_sessions == 4 && hq.full);
  assert_int_equal(hq.quarantined.size(), 2);
  assert_text(hq.quarantined[0].first, "syntax");
  assert_int_equal(hq.quarantined[0].second, 1);
  assert_int_equal(*status.pbxes[1].last_record_s, 1234);
  assert_false(status.pbxes[1].full);
  assert_text(status.refused[0].first, "unknown_sender");
  assert_int_equal(status.refused[0].second, 6);
}

void metrics_keep_their_digits(void**) {
  auto read = read_metrics(R"({"metrics":[
    {"host":"hq","scope":"all","type":"total_sessions","instance":"answered","value":9007199254740993},
    {"host":"hq","scope":"all","type":"duration","instance":"talk-average","value":null}]})");
  assert_true(read.ok());
  assert_int_equal(read.value().size(), 2);
  assert_text(read.value()[0].value, "9007199254740993");
  assert_text(read.value()[0].host, "hq");
  assert_text(read.value()[0].instance, "answered");
  assert_text(read.value()[1].value, "nan");
}

void the_quarantine_is_read_with_its_size(void**) {
  auto read = read_quarantine(
      R"({"quarantine":[{"id":4,"pbx":"hq","arrived":99,"reason":"syntax","detail":"d","bytes":123,"text":"x\u0000y"}],)"
      R"("rows":8,"total_bytes":1000})");
  assert_true(read.ok());
  assert_true(read.value().rows == 8 && read.value().total_bytes == 1000);
  const auto& row = read.value().shown.at(0);
  assert_true(row.id == 4 && row.arrived_s == 99 && row.bytes == 123);
  assert_text(row.pbx, "hq");
  assert_text(row.reason, "syntax");
  assert_text(row.detail, "d");
  assert_int_equal(row.text.size(), 3);
}

void what_is_not_from_ucm_is_malformed(void**) {
  for (const std::string_view answer : {"", "[]", "{}", "no", R"({"status":null})", R"({"metric":[]})"}) {
    assert_true(read_status(answer).error().fault == Fault::malformed);
    assert_true(read_metrics(answer).error().fault == Fault::malformed);
    assert_true(read_quarantine(answer).error().fault == Fault::malformed);
    assert_true(part(answer, "status").error().fault == Fault::malformed);
  }
  // Of the right name and the wrong kind: nothing in it, and no harm.
  assert_true(read_status(R"({"status":[1]})").ok());
  assert_int_equal(read_metrics(R"({"metrics":{"a":1}})").value().at(0).host.size(), 0);
}

void a_part_is_given_as_json(void**) {
  assert_text(part(R"({"status":{"b":1,"a":"x"}})", "status").value(), R"({"b":1,"a":"x"})");
}

}  // namespace

int inquiry_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_status_is_read_whole),
      cmocka_unit_test(metrics_keep_their_digits),
      cmocka_unit_test(the_quarantine_is_read_with_its_size),
      cmocka_unit_test(what_is_not_from_ucm_is_malformed),
      cmocka_unit_test(a_part_is_given_as_json),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
