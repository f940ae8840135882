// Looks whether the recordings that records name are on the PBX, some in each interval; and, where the
// firmware lists them, how many there are.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "metrics/book.h"
#include "service/errand.h"
#include "service/settings.h"

namespace ucm::service {

class RecordingWatch final : public Errand {
 public:
  // REQUIRES: everything given by reference outlives it.
  RecordingWatch(const PbxSettings& settings, metrics::Book& book, Log& log, Moment first_due);

  // A new record. Its recording is looked for some minutes later: it is written when the call has ended.
  void heard(const Leg& leg);

  [[nodiscard]] std::optional<api::Question> next(Moment now) override;
  void answered(const api::Reply& reply, Moment now) override;
  void broken(Moment now) override;
  [[nodiscard]] Result<void> keep(ledger::Ledger&, std::size_t&) override { return {}; }
  void kept(Moment now) override;
  void lost() override { heard_.clear(); }
  [[nodiscard]] bool waiting() const override { return !heard_.empty(); }

 private:
  struct Wanted {
    std::vector<api::Question> places;  // where it may be; the first is asked next
    std::int64_t due_ms = 0;
  };
  [[nodiscard]] std::optional<api::Question> listing(Moment now) const;
  void listed(const api::Reply& reply);
  void looked(const api::Reply& reply);

  const PbxSettings& settings_;
  metrics::Book& book_;
  Log& log_;
  bool legacy_;
  std::vector<Wanted> heard_;  // of legs of this turn
  std::deque<Wanted> wanted_;
  std::string head_;  // first bytes of what is being looked at
  bool listing_asked_ = false;
  bool looking_ = false;  // a recording is being asked for
  std::int64_t listing_due_ms_;
  std::int64_t budget_due_ms_ = 0;
  int budget_ = 0;  // looks left in this interval
};

}  // namespace ucm::service
