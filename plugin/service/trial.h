// A live round with the APIs of a configuration: what each PBX is, what it lets us ask, and whether its clock
// and its records fit what is configured. Nothing is kept, and nothing is changed on a PBX.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/patience.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/pbx_status.h"
#include "net/client.h"
#include "service/inquiry.h"
#include "service/settings.h"
#include "service/zone_watch.h"

namespace ucm::service {

struct ActionTrial {
  enum class Fared { answered, not_permitted, not_offered, failing, not_tried };
  std::string name;
  std::string gives = {};  // what it is good for
  Fared fared = Fared::not_tried;
  std::string what = {};  // unless answered: one sentence
};
[[nodiscard]] std::string_view word_for(ActionTrial::Fared fared) noexcept;  // "not permitted"

// Of one PBX with an API block. No password, no cookie, no number of a telephone in it.
struct PbxTrial {
  std::string pbx;
  std::string url;
  std::string user;
  bool legacy = false;
  std::string untried;  // why it was not asked at all; "" = it was

  bool let_in = false;                              // user and password were accepted
  api::Trouble trouble = api::Trouble::none;        // that ended the round before its end
  std::string what;                                 // then: one sentence for the operator
  std::optional<std::int64_t> tries_left;           // of a refused password, where the PBX says
  std::optional<net::PeerCertificate> certificate;  // where one was shown, trusted or not
  std::int64_t logins = 0;                          // more than one: something ends our sessions
  std::vector<ActionTrial> actions;                 // all of this API, in the order of api::actions()
  std::optional<SystemStatus> system;               // of the new API, as all of the next two
  Versions versions;
  std::optional<std::int64_t> clock_ahead_s;
  std::optional<std::int64_t> day_records;  // of the last 24 hours; empty: cdrapi did not answer
  bool day_is_full = false;                 // as many as one answer holds: there may be more
  std::int64_t week_records = 0;            // of the first page of a week, where the day held too few calls
  ZoneWatch zone{api::ZoneSetting()};
};

// What a running agent says; `silence` is why there is none.
struct AgentView {
  std::string socket;
  std::optional<StatusReport> report;
  std::string silence;

  [[nodiscard]] const PbxReport* of(std::string_view pbx) const noexcept;  // null when it does not know it
};
[[nodiscard]] AgentView look_at_agent(const std::string& socket);

// Why this API must be left alone for a while: the agent was refused there, with a user and password that it
// has from the same place. Empty: it may be asked.
[[nodiscard]] std::string rest_of(const AgentView& agent, const PbxSettings& pbx);

// Asks every PBX with an API, many at a time, each question after question. One login each: a refused one
// ends the round of its PBX. A PBX takes at most three times its Timeout and some seconds. In the order of
// the settings. `force`: even if rest_of() speaks against it. REQUIRES: the process has one thread.
[[nodiscard]] Result<std::vector<PbxTrial>> try_apis(const Settings& settings, const AgentView& agent,
                                                     bool force, const Clock& clock);

}  // namespace ucm::service
