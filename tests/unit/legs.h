// Legs of invented calls, as a UCM would write them.
#pragma once

#include <string>

#include "base/text.h"
#include "model/leg.h"

namespace ucm {

// A date of 2026-02-02 as text: seconds after 02:00:00.
[[nodiscard]] inline std::string at(std::int64_t seconds) {
  const std::int64_t whole = 2 * 3600 + seconds;
  return text("2026-02-{:02} {:02}:{:02}:{:02}", 2 + whole / 86'400, whole / 3600 % 24, whole / 60 % 60,
              whole % 60);
}

// One phone rung, from `start` on: for `rings` seconds, and if it was answered talked to for `talk`.
[[nodiscard]] inline Leg dialled(const std::string& session, const std::string& disposition,
                                 std::int64_t start, std::int64_t rings, std::int64_t talk = 0) {
  Leg leg;
  leg.session = session;
  leg.uniqueid = session + ".1";
  leg.src = "1001";
  leg.dst = "1002";
  leg.channel = "PJSIP/1001-00000001";
  leg.dstchannel = "PJSIP/1002-00000002";
  leg.channel_ext = "1001";
  leg.dstchannel_ext = "1002";
  leg.lastapp = "Dial";
  leg.action_type = "DIAL";
  leg.disposition = disposition;
  leg.start = at(start);
  leg.duration = rings + talk;
  leg.billsec = talk;
  leg.end = at(start + leg.duration);
  if (disposition == "ANSWERED") leg.answer = at(start + rings);
  if (disposition == "NO ANSWER") leg.answer = leg.end;
  return leg;
}

}  // namespace ucm
