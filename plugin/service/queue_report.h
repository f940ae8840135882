// Callers of queues, from queueapi's calldetail: each counted once, when the report shows how it ended.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "service/errand.h"
#include "service/settings.h"
#include "service/zone_watch.h"

namespace ucm::service {

// The report is asked by whole days of the PBX. A caller who was not answered is counted when two reports in
// a row say the same: the first may have been made while the queue still rang.
class QueueReport final : public Errand {
 public:
  // REQUIRES: `settings`, `zone` and `log` outlive it.
  QueueReport(std::size_t pbx, const PbxSettings& settings, std::int64_t retention_s, const ZoneWatch& zone,
              Log& log, Moment first_due);

  [[nodiscard]] std::optional<api::Question> next(Moment now) override;
  void answered(const api::Reply& reply, Moment now) override;
  void broken(Moment) override {}  // still due
  [[nodiscard]] Result<void> keep(ledger::Ledger& ledger, std::size_t& budget) override;
  void kept(Moment now) override;
  void lost() override { next_ = kept_; }
  [[nodiscard]] bool waiting() const override { return !calls_.empty(); }

  void resume(std::optional<std::int64_t> read_until_s) { read_until_s_ = read_until_s; }

 private:
  std::size_t pbx_;
  const PbxSettings& settings_;
  std::int64_t retention_s_;
  const ZoneWatch& zone_;
  Log& log_;
  std::vector<QueueCall> calls_;  // that have ended
  std::size_t next_ = 0;
  std::size_t kept_ = 0;
  // What the last report said of each caller.
  struct Said {
    bool answered = false;
    std::int64_t wait_s = 0;
    std::int64_t talk_s = 0;
    bool counted = false;
    bool operator==(const Said&) const = default;
  };
  [[nodiscard]] bool has_ended(const QueueCall& call, const Said& before, std::int64_t now_s) const;
  std::map<std::string, Said> said_;
  std::optional<std::int64_t> read_until_s_;
  std::int64_t asked_s_ = 0;
  std::int64_t due_ms_;
};

}  // namespace ucm::service
