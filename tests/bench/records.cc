#include "records.h"

#include <array>
#include <ctime>
#include <string_view>

#include "base/text.h"

namespace bench {

namespace {

struct Kind {
  std::string_view disposition;
  std::string_view userfield;
  std::string_view lastapp;
  std::string_view action;  // ends where a number of its own follows
  int names;                // which of Invention's numbers; 0 = none
};

// What a day at a PBX is made of, in the order in which it is dealt out.
constexpr std::array<Kind, 10> kKinds{{
    {"ANSWERED", "Inbound", "Dial", "DIAL", 0},
    {"ANSWERED", "Outbound", "Dial", "DIAL", 0},
    {"NO ANSWER", "Inbound", "Dial", "RINGGROUP[640", 2},
    {"ANSWERED", "Inbound", "Queue", "QUEUE[650", 1},
    {"ANSWERED", "Internal", "Dial", "DIAL", 0},
    {"ANSWERED", "Inbound", "VoiceMail", "VM[2001]", 0},
    {"ANSWERED", "Inbound", "Dial", "QUEUE[650", 1},
    {"BUSY", "Outbound", "Dial", "DIAL", 0},
    {"ANSWERED", "Outbound", "Dial", "DIAL", 0},
    {"FAILED", "Outbound", "Dial", "DIAL", 0},
}};

std::string local_time(std::int64_t seconds) {
  const std::time_t at = seconds;
  std::tm parts{};
  gmtime_r(&at, &parts);
  std::array<char, 32> written{};
  const std::size_t size = std::strftime(written.data(), written.size(), "%Y-%m-%d %H:%M:%S", &parts);
  return {written.data(), size};
}

std::string action_of(const Kind& kind, std::int64_t n, const Invention& invention) {
  if (kind.names == 0) return std::string(kind.action);
  const int names = kind.names == 1 ? invention.queues : invention.ringgroups;
  return ucm::text("{}{}]", kind.action, n / 10 % names);
}

}  // namespace

std::string record(std::int64_t n, const Invention& invention) {
  const Kind& kind = kKinds.at(static_cast<std::size_t>(n % static_cast<std::int64_t>(kKinds.size())));
  const std::int64_t starts = invention.began_s + n / 50;
  const std::int64_t rings = 3 + n % 17;
  const bool answered = kind.disposition == "ANSWERED";
  const bool unfinished = kind.disposition == "BUSY" || kind.disposition == "FAILED";
  const std::int64_t billsec = answered ? 20 + n % 400 : 0;
  const std::int64_t session = n / invention.legs;
  const std::int64_t session_starts = invention.began_s + session * invention.legs / 50;
  const std::string start = local_time(starts);
  const std::string answer = unfinished ? "" : local_time(starts + rings);
  const std::string end = unfinished ? "" : local_time(starts + rings + billsec);
  const std::string trunk = ucm::text("line-{}", n % invention.trunks);
  const bool inbound = kind.userfield == "Inbound";
  const bool outbound = kind.userfield == "Outbound";
  const std::string outside = ucm::text("212555{:04}", n * 7 % 10'000);
  const std::string inside = ucm::text("20{:02}", n % 60);
  const std::string& src = inbound ? outside : inside;
  const std::string dst = outbound ? outside : ucm::text("20{:02}", (n + 7) % 60);
  return ucm::text(
      R"({{ "AcctId": "{0}", "src": "{1}", "dst": "{2}", "dcontext": "from-internal", )"
      R"("clid": "\"{1}\" <{1}>", "channel": "PJSIP\/{1}-{0:08x}", "dstchannel": "PJSIP\/{2}-{0:08x}", )"
      R"("lastapp": "{3}", "lastdata": "PJSIP\/{2}\/sip:{2}@10.1.2.3:5060&PJSIP\/{2}\/sip:{2}@10.1.2.4:5062,)"
      R"(30,tTkKg", "start": "{4}", "answer": "{5}", "end": "{6}", "duration": "{7}", )"
      R"("billsec": "{8}", "disposition": "{9}", "amaflags": "DOCUMENTATION", "uniqueid": "{10}.{0}", )"
      R"("userfield": "{11}", "channel_ext": "{1}", "dstchannel_ext": "{2}", "service": "s", )"
      R"("caller_name": "Caller {12}", "recordfiles": "2026-10\/auto-{10}-{1}-{2}.wav@", "dstanswer": "{13}", )"
      R"("session": "{17}{18:06}-1000", "action_owner": "{1}", "action_type": "{14}", )"
      R"("src_trunk_name": "{15}", "dst_trunk_name": "{16}", "new_src": "{1}", "reason": "", )"
      R"("sn": "20EZ0000AB" }})",
      n, src, dst, kind.lastapp, start, answer, end, rings + billsec, billsec, kind.disposition, starts,
      kind.userfield, n % 97, answered ? dst : "", action_of(kind, n, invention), inbound ? trunk : "",
      outbound ? trunk : "", session_starts, session);
}

}  // namespace bench
