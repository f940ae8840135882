// What ucmctl does, apart from its command line: each command gives what to print and how to end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "service/config.h"

namespace ucm::ctl {

enum Exit { kFine = 0, kFinding = 1, kWrongUse = 2, kNoAnswer = 3 };

struct Outcome {
  Exit exit = kFine;
  std::string out;        // for standard output
  std::string complaint;  // for standard error
};

// `what` on a line of standard error, and how to end.
[[nodiscard]] Outcome complaint(Exit exit, std::string_view what);

// An empty `socket` means the first of the usual places where one stands.
[[nodiscard]] Outcome status(const std::string& socket, bool json);
[[nodiscard]] Outcome metrics(const std::string& socket, bool json);
struct QuarantineWish {
  std::int64_t limit = 20;
  bool json = false;
  bool masked = false;  // by the agent; one that cannot is shown nothing of
};
[[nodiscard]] Outcome quarantine(const std::string& socket, const QuarantineWish& wish);

// A captured push or API answer, masked; `file` "" or "-" is standard input.
[[nodiscard]] Outcome mask(const std::string& file);

// Without a dialect it is known by the file's name, else by what stands in it.
struct CheckWish {
  std::string socket = {};  // "" = as configured
  bool offline = false;     // the PBXes are left alone
  bool force = false;       // those too that a running agent leaves alone after a refused password
};
[[nodiscard]] Outcome check(const std::string& file, std::optional<service::Dialect> dialect,
                            const CheckWish& wish = {});

struct RecordingWish {
  std::string config;
  std::optional<service::Dialect> dialect;
  std::string socket;  // "" = as configured
  std::string pbx;
  std::string call;    // session, uniqueid or AcctId; not looked at with `file`
  std::string file;    // "" = all of the call
  std::string output;  // "" = its own name, in the current folder
  bool overwrite = false;
  bool list = false;  // only names them
};
// Where a ledger is: the file, a configuration, or an agent's socket; all "" = where it usually is.
struct LedgerPlace {
  std::string ledger;
  std::string config;
  std::optional<service::Dialect> dialect;
  std::string socket;
};
// Calls that began from `since` to before `until`, moments as moment() reads them; `until` "" = now.
struct Span {
  std::string since = "24h";
  std::string until = {};
  std::string pbx = {};
};
[[nodiscard]] Outcome report(const LedgerPlace& place, const Span& span, bool json);

struct CallsWish {
  std::string scope;
  std::string outcome;
  std::int64_t limit = 50;
  bool numbers = false;
  bool json = false;
};
[[nodiscard]] Outcome calls(const LedgerPlace& place, const Span& span, const CallsWish& wish);

struct EraseWish {
  std::string socket;
  std::string pbx;
  std::string number;
  bool yes = false;  // else it asks on the terminal
};
[[nodiscard]] Outcome erase(const EraseWish& wish);

[[nodiscard]] Outcome recording(const RecordingWish& wish);

}  // namespace ucm::ctl
