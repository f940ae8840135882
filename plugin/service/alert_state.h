// Alerts about how things are: the API, trunks, queues, the push, the certificate, the buffer, the clock.
// What goes on at one bound goes off at another, so that nothing flaps.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/pbx_status.h"
#include "service/alert_ports.h"
#include "service/errand.h"

namespace ucm::service {

// What one round of questions found; null where nothing is known.
struct PbxRound {
  const std::vector<TrunkState>* trunks = nullptr;
  const std::vector<Channel>* bridged = nullptr;
  const std::vector<Channel>* unbridged = nullptr;
  const std::set<std::string, std::less<>>* queues = nullptr;
  std::optional<std::int64_t> drift_s;  // how far the PBX's clock is ahead
};

// What is known of a PBX at every moment.
struct PbxOutlook {
  bool asked = false;   // its API
  bool api_up = false;  // REQUIRES: asked
  std::optional<std::int64_t> certificate_days;
  bool pushes = false;  // somebody may push as this PBX
  std::optional<std::int64_t> last_push_s;
  bool unavailable = false;             // pushes are answered with 503
  bool refusing = false;                // its pushes cannot be taken
  std::optional<double> buffer_left_s;  // then: until the PBX's buffer overflows
};

class AlertState {
 public:
  AlertState(const AlertPorts& ports, std::int64_t started_s)
      : ports_(ports), started_s_(started_s), listening_s_(started_s) {}

  void observe(const PbxRound& round, Moment now);
  void look(const PbxOutlook& outlook, Moment now);
  void restarted(std::int64_t uptime_s, std::int64_t now_s);
  void firmware_changed(const std::string& what, std::int64_t now_s);
  // What an earlier run left on and is not watched any more goes off. `outlook`: whether there is an API.
  void end_unwatched(bool asked);
  // The wall clock was set by so much.
  void shift(std::int64_t moved_s) noexcept {
    started_s_ += moved_s;
    listening_s_ += moved_s;
    silence_ms_ = 0;
  }

 private:
  // How long something has been down, or up again.
  struct Spell {
    std::optional<std::int64_t> down_ms;  // since
    std::optional<std::int64_t> up_ms;
    void note(bool down, std::int64_t now_ms);
  };
  void observe_trunks(const std::vector<TrunkState>& trunks, Moment now);
  void observe_trunk(const TrunkState& trunk, Moment now);
  void observe_bridged(const std::vector<Channel>& bridged, std::int64_t pbx_now_s, std::int64_t now_s);
  void observe_queues(const PbxRound& round, std::int64_t pbx_now_s, std::int64_t now_s);
  void observe_clock(std::int64_t drift_s, std::int64_t now_s);
  void look_at_api(bool up, Moment now);
  void look_at_push(const PbxOutlook& outlook, Moment now);
  [[nodiscard]] bool is_silent(std::int64_t last_s, Moment now);
  void look_at_certificate(std::int64_t days, std::int64_t now_s);
  void look_at_buffer(const PbxOutlook& outlook, Moment now);

  const AlertPorts& ports_;
  std::int64_t started_s_;
  std::int64_t listening_s_;     // since when pushes could be taken
  std::int64_t silence_ms_ = 0;  // when hours of silence are counted again
  std::map<std::string, Spell, std::less<>> trunks_;
  Spell api_;
  Spell pushes_;
};

}  // namespace ucm::service
