// Fetches the records of a PBX, so that those the push missed are counted too. Page by page, at most one of
// them in memory, with a pause as long as the PBX took for the last one.
#pragma once

#include <set>
#include <string>

#include "api/hour.h"
#include "api/walk.h"
#include "service/errand.h"
#include "service/settings.h"
#include "service/zone_watch.h"
#include "wire/api_records.h"

namespace ucm::service {

// Pages of all PBXes that wait for the ledger. A thousand PBXes that are asked for the first time must not
// fill the memory.
struct PagesHeld {
  std::size_t now = 0;
  static constexpr std::size_t kMost = 16;
};

class Backfill final : public Errand {
 public:
  // REQUIRES: everything given by reference outlives it.
  Backfill(std::size_t pbx, const PbxSettings& settings, ZoneWatch& zone, Log& log, PagesHeld& held,
           Moment first_due);
  ~Backfill() override;

  [[nodiscard]] std::optional<api::Question> next(Moment now) override;
  void answered(const api::Reply& reply, Moment now) override;
  [[nodiscard]] bool asks_for_less() override { return walk_.halved(); }
  void broken(Moment now) override;
  [[nodiscard]] Result<void> keep(ledger::Ledger& ledger, std::size_t& budget) override;
  void kept(Moment now) override;
  void lost() override;
  [[nodiscard]] bool waiting() const override { return page_.has_value(); }

  void resume(std::optional<std::int64_t> read_until_s) { read_until_s_ = read_until_s; }
  void pushed(std::int64_t wall_s) noexcept { last_push_s_ = wall_s; }

  // For values and status.
  [[nodiscard]] std::optional<std::int64_t> last_good_s() const noexcept { return last_good_s_; }
  [[nodiscard]] std::optional<std::int64_t> read_until_s() const noexcept { return read_until_s_; }
  [[nodiscard]] std::int64_t left_s() const noexcept { return walk_.left_s(); }
  [[nodiscard]] std::int64_t gap(std::int64_t now_ms) noexcept { return gap_.sum(now_ms); }
  [[nodiscard]] const std::string& doubt() const noexcept { return doubt_; }  // "" = none
  // Legs that were new in the turn that kept() closes, with the recordings they name.
  using Seen = std::function<void(const Leg& leg)>;
  void set_on_new(Seen seen) { on_new_ = std::move(seen); }

 private:
  // A page on its way into the ledger: some of its records are decoded in each turn.
  struct Fetched {
    wire::CdrReader reader;
    wire::Decoded part;
    std::size_t kept = 0;  // legs of the part that are on disk
    std::size_t next = 0;  // that were admitted in this turn
    std::optional<std::int64_t> read_until_s;
    bool ends_run = false;
    bool in_turn = false;  // this turn has looked at it
    [[nodiscard]] bool last() const { return !reader.more(); }
  };
  void hold(Fetched page);
  void let_go();
  void finish_run(Moment now);
  void give_up_run(Moment now);
  [[nodiscard]] bool end_behind_the_last(const api::Reply& reply, bool understood);
  [[nodiscard]] Result<void> set_aside(ledger::Ledger& ledger);

  std::size_t pbx_;
  const PbxSettings& settings_;
  ZoneWatch& zone_;
  PagesHeld& held_;
  Log& log_;
  api::Walk walk_;
  std::optional<Fetched> page_;
  std::optional<std::int64_t> read_until_s_;
  std::optional<std::int64_t> last_good_s_;
  std::int64_t due_ms_;
  std::int64_t began_s_ = 0;
  std::int64_t last_push_s_ = 0;
  std::int64_t run_items_ = 0;
  std::int64_t fresh_ = 0;   // new legs of this turn
  bool csv_ = false;         // the firmware knows nothing else
  std::string page_digest_;  // of the last page of this window
  std::string doubt_;
  std::set<std::string> cut_;        // digests of pages that ended inside their first record
  std::set<std::string> set_aside_;  // digests of records that are in the quarantine
  api::LastHour gap_;
  Seen on_new_;
};

}  // namespace ucm::service
