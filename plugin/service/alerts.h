// The alerts of one PBX: what happens goes in, notifications come out. Knows no socket and no disk.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/ledger.h"
#include "metrics/book.h"
#include "service/alert_calls.h"
#include "service/alert_fraud.h"
#include "service/alert_ports.h"
#include "service/alert_state.h"
#include "service/alerts_on.h"

namespace ucm::service {

class Alerts {
 public:
  using ScopeOf = std::function<std::string(metrics::ScopeKind, std::string_view name)>;
  // REQUIRES: `settings` and `zone` outlive it.
  Alerts(const PbxSettings& settings, const ZoneWatch& zone, ScopeOf scope_of, std::int64_t started_s);
  Alerts(const Alerts&) = delete;
  Alerts& operator=(const Alerts&) = delete;

  // What earlier runs left: alerts that are on, countries, and the calls of two days. Once, before the first
  // call.
  [[nodiscard]] Result<void> resume(std::size_t pbx, ledger::Ledger& ledger, std::int64_t now_s);
  // The same, from what written() gave.
  void resume(std::string_view on, std::string_view countries, std::int64_t now_s);
  void recall(const Call& call, const metrics::CountedAs& as, std::int64_t now_s);

  void ended(const ledger::Ended& end, std::int64_t now_s);
  void observe(const PbxRound& round, Moment now) { state_.observe(round, now); }
  void restarted(std::int64_t uptime_s, std::int64_t now_s) { state_.restarted(uptime_s, now_s); }
  void firmware_changed(const std::string& what, std::int64_t now_s) { state_.firmware_changed(what, now_s); }
  // This machine's clock was set by so much. Alerts go on as if it had always been so; calls are judged anew
  // by the hours that they are in now.
  [[nodiscard]] Result<void> clock_moved(std::size_t pbx, ledger::Ledger& ledger, std::int64_t moved_s,
                                         std::int64_t now_s);
  // Once a second or so: what is so at this moment, and what is over.
  void look(const PbxOutlook& outlook, Moment now);

  [[nodiscard]] const AlertsOn& on() const noexcept { return on_; }
  [[nodiscard]] std::vector<metrics::Notice> take(std::int64_t now_s,
                                                  std::size_t most = AlertsOn::kMostWaiting) {
    return on_.take(now_s, most);
  }
  [[nodiscard]] std::int64_t take_lost() noexcept { return on_.take_lost(); }

  void given(std::uint64_t number, metrics::Notice notice) { on_.given(number, std::move(notice)); }
  void heard(std::uint64_t last) { on_.heard(last); }

  // Alerts that are on, and countries; as text.
  [[nodiscard]] std::pair<std::string, std::string> written() const {
    return {on_.written(), fraud_.written()};
  }
  // A part of the ledger's turn, by pbx of it.
  [[nodiscard]] bool waiting() const noexcept;
  [[nodiscard]] Result<void> keep(std::size_t pbx, ledger::Ledger& ledger);
  void kept();

 private:
  AlertsOn on_;
  AlertPorts ports_;
  AlertState state_;
  std::optional<AlertCalls> calls_;  // always
  AlertFraud fraud_;
  std::uint64_t kept_ = 0;     // changes that are on disk
  std::uint64_t keeping_ = 0;  // or will be with this turn
  std::int64_t raising_ = 0;   // likewise, of those to be counted
  bool resumed_ = false;
};

}  // namespace ucm::service
