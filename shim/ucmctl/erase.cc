// Has the agent take a person's records out of its ledger.
#include <chrono>
#include <iostream>
#include <thread>

#include "base/text.h"
#include "service/erasure_inquiry.h"
#include "shim/ucmctl/asking.h"
#include "shim/ucmctl/columns.h"
#include "shim/ucmctl/commands.h"

namespace ucm::ctl {

namespace {

constexpr auto kPause = std::chrono::milliseconds(200);

bool confirmed() {
  std::cerr << "This takes every number and name out of the calls in which the number occurs. Totals stay; "
               "it cannot "
               "be undone. Type yes to go on: "
            << std::flush;
  std::string word;
  return static_cast<bool>(std::getline(std::cin, word)) && trimmed(word) == "yes";
}

Outcome told(const service::ErasureStatus& status) {
  if (status.state != "done") {
    return {kFinding, "",
            text("ucmctl: not erased: {}\n", status.detail.empty() ? status.state : harmless(status.detail))};
  }
  std::string out = text("Erased: {} legs, {} calls, {} quarantined records.\n", status.legs, status.calls,
                         status.quarantined);
  std::string left;
  if (!status.detail.empty()) left = text("ucmctl: {}\n", harmless(status.detail));
  if (!status.aside.empty()) {
    left +=
        "ucmctl: these files in the state directory were set aside, because they could not be used, and may "
        "hold the "
        "number.\nThey are not looked into: delete them, with the -wal and -shm beside them, when you need "
        "them no "
        "longer.\nRetention does so otherwise.\n";
    for (const std::string& name : status.aside) left += text("  {}\n", harmless(name));
  }
  return {left.empty() ? kFine : kFinding, std::move(out), std::move(left)};
}

}  // namespace

Outcome erase(const EraseWish& wish) {
  if (!service::is_number(wish.number)) {
    return complaint(kWrongUse, "that is no number: three characters or more, as the records have it");
  }
  if (!wish.yes && !confirmed()) return {kWrongUse, "", "ucmctl: nothing was erased\n"};
  std::string request = service::erasure_request(wish.pbx, wish.number);
  for (;;) {
    const auto answer = asked(wish.socket, request);
    if (!answer) return failed(answer.error());
    const auto status = service::read_erasure(answer.value());
    if (!status) return failed(status.error());
    if (status.value().over()) return told(status.value());
    request = R"({"get":"erase"})";
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace ucm::ctl
