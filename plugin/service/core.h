// The joined rooms: listeners, ledger, control socket, on one loop. One turn is the whole program: what has
// arrived is admitted, one commit keeps it, everybody is answered, a snapshot is put up when it is due.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/hour.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "base/steady.h"
#include "ledger/ledger.h"
#include "metrics/snapshot.h"
#include "net/control.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/places.h"
#include "service/alerts.h"
#include "service/asking.h"
#include "service/backlog.h"
#include "service/inbox.h"
#include "service/senders.h"
#include "service/settings.h"

namespace ucm::service {

// One configured listener. It may fail to open and be tried again.
struct Door {
  net::Endpoint endpoint;
  std::unique_ptr<Inbox> inbox;
  std::unique_ptr<net::Listener> listener;  // null while it cannot be opened
  std::string fault;                        // why
  std::uint64_t accepted_seen = 0;          // of its connections, what the counters have
};

class Core {
 public:
  // Opens everything that can be opened now; what cannot is logged and tried again while it runs.
  // REQUIRES: `board`, `log` and `clock` outlive it.
  [[nodiscard]] static Result<std::unique_ptr<Core>> create(const Settings& settings, metrics::Board& board,
                                                            Log& log, const Clock& clock);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  void run();  // until ask_to_stop(); the last turn is committed when it returns

  // Any thread.
  void ask_to_stop() noexcept;
  void ask_to_flush() noexcept;

  // For the answers on the control socket.
  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  [[nodiscard]] ledger::Ledger& ledger() noexcept { return ledger_; }
  [[nodiscard]] const std::vector<Door>& doors() const noexcept { return doors_; }
  [[nodiscard]] const metrics::Board& board() const noexcept { return board_; }
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }  // of the ledger; "" = none
  [[nodiscard]] std::int64_t started_s() const noexcept { return started_s_; }
  [[nodiscard]] std::optional<std::int64_t> last_record_s(std::size_t pbx) const {
    return last_record_s_[pbx];
  }
  [[nodiscard]] const PbxAsking* asking(std::size_t pbx) const {
    return asking_ ? asking_->of(pbx) : nullptr;
  }
  // What was turned away within the last hour, by reason, and of whom the last was.
  struct Refused {
    api::LastHour hour;
    std::int64_t last_s = 0;
    net::Address from;
  };
  [[nodiscard]] std::map<std::string_view, Refused>& refused() noexcept { return refused_; }
  [[nodiscard]] std::int64_t now_ms() const { return clock_.mono_ms(); }
  [[nodiscard]] const ZoneWatch& zone(std::size_t pbx) const { return zones_[pbx]; }
  [[nodiscard]] const AlertsOn& alerts(std::size_t pbx) const { return alerts_[pbx]->on(); }
  [[nodiscard]] std::int64_t now_s() const { return clock_.wall_s(); }

 private:
  Core(const Settings& settings, metrics::Board& board, Log& log, const Clock& clock,
       std::unique_ptr<net::Loop> loop, const net::Affordable& affordable);
  [[nodiscard]] Result<void> begin_asking();
  void open_doors();
  void open_control();
  void count_refused(net::Refusal refusal, const net::Address& sender);
  void note_refused(std::string_view reason, const net::Address& from);

  void tick();
  void clock_moved(std::int64_t moved_s);
  void end_of_turn();
  void settle_the_turn(bool ticked, bool everything);
  [[nodiscard]] Result<void> keep_all(bool ticked, bool everything);
  [[nodiscard]] Result<void> keep_pushes();
  [[nodiscard]] Result<bool> keep_some(Delivery& delivery);
  void decode(Delivery& delivery);
  [[nodiscard]] Result<void> keep(const Delivery& delivery, const Leg& leg);
  [[nodiscard]] Result<void> keep(const Delivery& delivery, const wire::Rejected& rejected);
  [[nodiscard]] Result<void> remember_pushes();
  void resume_pushes();
  void answer_kept(const std::vector<Delivery>& deliveries);
  void give_up(const Error& cause);
  void refuse_pushes();
  void note_large(std::size_t bytes);  // of a body, or of the answers of a tick
  void give_memory_back();
  void write_counters(bool now);
  void flush_doors();
  void recovered();
  void judge(const std::vector<ledger::Ended>& ended);
  void look_around();
  [[nodiscard]] PbxOutlook outlook(std::size_t pbx);
  [[nodiscard]] bool is_refused(std::size_t pbx) const;
  [[nodiscard]] std::optional<double> buffer_left_s(std::size_t pbx) const;
  void note_whether_refusing();
  void note_kept(const std::vector<Delivery>& deliveries);
  void begin_refusing();
  void tell_alerts();
  [[nodiscard]] bool alerts_wait() const;
  [[nodiscard]] Result<void> keep_last_alerts();
  [[nodiscard]] Result<void> resume_alerts();
  [[nodiscard]] Result<void> keep_alerts();
  void alerts_kept();
  [[nodiscard]] Result<void> tell_configuration();
  void look_at_certificates(std::int64_t now_s);
  void tell_of_agent(metrics::Urgency urgency, std::string_view what, std::string words);
  void publish_when_due(bool now);
  [[nodiscard]] bool publish_once();
  void warn_of_full_books();
  void show_levels();
  [[nodiscard]] bool takes_pushes() const;

  Settings settings_;
  metrics::Board& board_;
  Log& log_;
  const Clock& clock_;
  Senders senders_;
  ledger::Ledger ledger_;
  std::unique_ptr<net::Loop> loop_;
  Backlog backlog_;
  net::Places places_;
  std::vector<Door> doors_;
  std::unique_ptr<net::Control> control_;
  std::unique_ptr<net::Loop::Timer> ticker_;
  Steadiness steadiness_;
  std::vector<std::optional<std::int64_t>> last_record_s_;
  std::vector<std::optional<std::int64_t>> kept_push_ms_;  // when a pushed record was last kept, by PBX
  std::vector<api::LastHour> pushed_;                      // records of the last hour, by PBX
  std::vector<ZoneWatch> zones_;                           // by PBX
  std::vector<std::unique_ptr<Alerts>> alerts_;            // by PBX
  std::unique_ptr<Asking> asking_;                         // null where no PBX has an API
  struct Refusing {
    std::int64_t since_ms = 0;
    bool by_door = false;       // one of several, maybe
    std::vector<double> rates;  // records a second until then, by PBX
  };
  std::optional<Refusing> refusing_;  // empty while all pushes can be taken
  std::int64_t taking_since_ms_ = 0;

  std::map<std::string_view, Refused> refused_;
  std::optional<std::int64_t> certificate_days_;  // of the listener whose own ends first
  bool certificate_told_ = false;
  std::vector<bool> warned_full_;

  std::string trouble_;
  std::int64_t retry_ms_ = 0;
  std::int64_t reopen_ms_ = 0;
  std::int64_t forget_ms_ = 0;
  std::int64_t lazily_ms_ = 0;
  std::int64_t remember_ms_ = 0;
  std::int64_t counters_ms_ = 0;  // when they were last written beside the ledger
  bool resumed_ = false;          // what the ledger remembers of pushes and alerts
  std::int64_t look_ms_ = 0;
  std::int64_t published_ms_ = 0;
  std::int64_t publish_every_ms_ = 0;
  std::int64_t started_s_ = 0;
  bool ticked_ = false;
  bool changed_ = true;  // something that a snapshot shows
  bool more_due_ = false;
  bool stopping_ = false;       // the loop has ended, and what has arrived is still kept
  std::size_t many_bytes_ = 0;  // of large bodies, since memory was given back
  std::int64_t trim_ms_ = 0;    // when it is
  std::atomic<bool> stop_{false};
  std::atomic<bool> flush_{false};
};

}  // namespace ucm::service
