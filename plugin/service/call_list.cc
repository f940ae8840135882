#include "service/call_list.h"

#include <utility>

#include "base/text.h"
#include "ledger/listing.h"
#include "model/masked.h"
#include "wire/json.h"

namespace ucm::service {

namespace {

Result<void> known(ledger::Database& database, const CallQuestion& question) {
  const std::string& pbx = question.where.pbx;
  if (!pbx.empty()) {
    const Result<bool> knows = ledger::knows_pbx(database, pbx);
    if (!knows) return knows.error();
    if (!knows.value()) return Error{Fault::refused, text("the ledger knows no PBX \"{}\"", pbx)};
  }
  if (question.scope.empty()) return {};
  const Result<bool> knows = ledger::knows_scope(database, pbx, question.scope);
  if (!knows) return knows.error();
  if (knows.value()) return {};
  return Error{Fault::refused,
               text("the ledger knows no scope \"{}\"{}{}. ucmctl report lists those that have calls",
                    question.scope, pbx.empty() ? "" : " of ", pbx)};
}

}  // namespace

Result<std::vector<CallRow>> calls_of(const CallQuestion& question) {
  Result<ledger::Database> opened = ledger::look_into(question.where.file);
  if (!opened) return opened.error();
  if (const auto checked = known(opened.value(), question); !checked) return checked.error();
  const ledger::CallChoice choice{question.where.pbx, question.scope, question.outcome,
                                  question.where.since_s, question.where.until_s};
  const auto shown = [&question](const std::string& number) {
    return question.numbers ? number : masked_number(number);
  };
  std::vector<CallRow> calls;
  auto listed = ledger::list_calls(opened.value(), choice, question.limit, [&](ledger::ListedCall call) {
    calls.push_back({std::move(call.pbx), call.began_s, std::move(call.direction), std::move(call.outcome),
                     call.wait_s, call.talk_s, std::move(call.trunks), std::move(call.queues),
                     shown(call.src), shown(call.dst)});
  });
  if (!listed) return listed.error();
  return calls;
}

std::string to_json(const std::vector<CallRow>& calls) {
  using wire::Json;
  Json all = Json::array();
  for (const CallRow& call : calls) {
    Json one = Json::object();
    one.set("pbx", Json::string(call.pbx));
    one.set("began", Json::integer(call.began_s));
    one.set("direction", Json::string(call.direction));
    one.set("outcome", Json::string(call.outcome));
    one.set("wait_s", Json::integer(call.wait_s));
    one.set("talk_s", Json::integer(call.talk_s));
    one.set("trunks", Json::string(call.trunks));
    one.set("queues", Json::string(call.queues));
    one.set("from", Json::string(call.from));
    one.set("to", Json::string(call.to));
    all.push(one);
  }
  return all.line();
}

}  // namespace ucm::service
