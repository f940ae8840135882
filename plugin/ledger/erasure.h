// Takes a person's numbers and names out of the ledger, in steps so small that no push waits for them, and
// changes no counter: what is counted stays, and what makes a record a duplicate.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ledger/database.h"
#include "model/person.h"

namespace ucm::ledger {

// What stands in the place of a session with somebody's number in it: the same for the same session, and told
// from it by nobody who lacks the ledger's secret.
[[nodiscard]] std::string erased_session(std::string_view secret, std::string_view session);
inline constexpr std::string_view kErasedHead = "erased-";

enum class ErasureStep { legs_sought, calls_sought, settling, calls, legs, quarantine, disk, done, failed };
[[nodiscard]] std::string_view word_for(ErasureStep step) noexcept;

struct ErasureReport {
  ErasureStep step = ErasureStep::done;
  std::string what;  // why it failed; or what is left to say
  std::int64_t legs = 0;
  std::int64_t calls = 0;
  std::int64_t quarantined = 0;
};

// What it needs of the ledger whose file it works in; each for the time of one step.
struct ErasureGround {
  Database& database;
  std::int64_t newest_leg = 0;
  std::function<bool(std::int64_t pbx, const std::string& session)> open;  // has not settled
  std::function<std::string(std::int64_t pbx, std::string_view session)> erased_name;
  std::function<void(std::int64_t rows, std::int64_t bytes)> let_go;  // quarantined records
};

class Erasure {
 public:
  // Of this PBX, 0 = of every one.
  Erasure(SoughtNumber number, std::int64_t pbx) : number_(std::move(number)), pbx_(pbx) {}

  // One step, within a transaction; true when the next one may follow at once. Calls that are not settled yet
  // are waited for.
  [[nodiscard]] Result<bool> step(const ErasureGround& ground);
  // Outside of a transaction, until it gives true: what was erased is gone from the log too.
  [[nodiscard]] Result<bool> clear_log(Database& database);
  void break_off(std::string_view why);

  [[nodiscard]] bool running() const noexcept;
  [[nodiscard]] bool at_disk() const noexcept { return report_.step == ErasureStep::disk; }
  [[nodiscard]] const ErasureReport& report() const noexcept { return report_; }
  [[nodiscard]] const SoughtNumber& number() const noexcept { return number_; }

 private:
  using Session = std::pair<std::int64_t, std::string>;  // PBX and what its legs have in common
  [[nodiscard]] Result<bool> seek_legs(const ErasureGround& ground);
  [[nodiscard]] Result<bool> seek_calls(const ErasureGround& ground);
  [[nodiscard]] Result<bool> erase_calls(const ErasureGround& ground);
  [[nodiscard]] Result<bool> erase_legs(const ErasureGround& ground);
  [[nodiscard]] Result<bool> erase_quarantined(const ErasureGround& ground);
  [[nodiscard]] Result<void> recall_erased(const ErasureGround& ground);
  [[nodiscard]] bool settled(const ErasureGround& ground);
  void turn_to(ErasureStep step);

  SoughtNumber number_;
  std::int64_t pbx_;
  std::set<Session> sessions_;
  std::set<Session> erased_;  // names of calls that were erased before
  std::vector<Session> due_;  // calls to be erased
  std::int64_t at_ = 0;       // the id of the row behind which this step goes on
  int tries_ = 0;
  ErasureReport report_{ErasureStep::legs_sought, {}, 0, 0, 0};
};

}  // namespace ucm::ledger
