// The commands that read the ledger's file themselves.
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "service/inquiry.h"
#include "shim/ucmctl/asking.h"
#include "shim/ucmctl/commands.h"
#include "shim/ucmctl/configuration.h"
#include "shim/ucmctl/ledger_views.h"
#include "shim/ucmctl/moment.h"

namespace ucm::ctl {

namespace {

constexpr std::string_view kFile = "ledger.db";
constexpr std::array<std::string_view, 2> kUsualLedgers{"/var/lib/collectd/ucm/ledger.db",
                                                        "/var/lib/ucm/ledger.db"};

Outcome no_ledger(const Error& error) {
  return complaint(kNoAnswer,
                   text("{}. --ledger, --config or --socket say where it is; it belongs to the user "
                        "that the agent runs as: try sudo",
                        error.what));
}

// As said, as configured, as the agent says, or where it usually is.
Result<std::string> ledger_of(const LedgerPlace& place) {
  if (!place.ledger.empty()) return place.ledger;
  if (!place.config.empty()) {
    auto read = read_configuration(place.config, place.dialect);
    if (!read) return Error{Fault::config, read.error().what};
    const auto& findings = read.value().findings;
    if (!read.value().whole && !findings.empty()) {
      return Error{Fault::config, text("{}: {}", place.config, findings.front().message)};
    }
    return text("{}/{}", read.value().settings.state_directory, kFile);
  }
  auto answer = asked(place.socket, R"({"get":"status"})");
  if (answer) {
    auto status = service::read_status(answer.value());
    if (status) return text("{}/{}", status.value().state_directory, kFile);
  }
  std::error_code unread;
  for (const std::string_view path : kUsualLedgers) {
    if (place.socket.empty() && std::filesystem::exists(path, unread)) return std::string(path);
  }
  return Error{Fault::storage,
               place.socket.empty() ? "no ledger stands where one usually does" : "no agent answers there"};
}

Result<service::LedgerQuestion> question_of(const LedgerPlace& place, const Span& span) {
  const std::int64_t now_s = system_clock().wall_s();
  const auto since = moment(span.since, now_s);
  const auto until = span.until.empty() ? std::optional(now_s + 1) : moment(span.until, now_s);
  if (!since || !until) {
    return Error{Fault::config, text("\"{}\" is no moment: write 2026-11-25, \"2026-11-25 08:00\", 24h or 7d",
                                     since ? span.until : span.since)};
  }
  if (*since >= *until) return Error{Fault::config, "--since is not before --until"};
  auto file = ledger_of(place);
  if (!file) return file.error();
  return service::LedgerQuestion{std::move(file).value(), span.pbx, *since, *until};
}

Outcome refused(const Error& error) {
  const bool wrongly_asked = error.fault == Fault::config || error.fault == Fault::refused;
  return wrongly_asked ? complaint(kWrongUse, error.what) : no_ledger(error);
}

}  // namespace

Outcome report(const LedgerPlace& place, const Span& span, bool json) {
  const auto question = question_of(place, span);
  if (!question) return refused(question.error());
  const auto audited = service::audit_ledger(question.value());
  if (!audited) return no_ledger(audited.error());
  if (!span.pbx.empty() && audited.value().compared == 0) {
    return complaint(kWrongUse, text("the ledger knows no PBX \"{}\"", span.pbx));
  }
  const Exit exit = audited.value().differences.empty() ? kFine : kFinding;
  if (json) return {exit, service::to_json(audited.value()) + "\n", ""};
  return {exit, report_view(audited.value()), ""};
}

Outcome calls(const LedgerPlace& place, const Span& span, const CallsWish& wish) {
  auto where = question_of(place, span);
  if (!where) return refused(where.error());
  const auto found =
      service::calls_of({std::move(where).value(), wish.scope, wish.outcome, wish.limit, wish.numbers});
  if (!found) return refused(found.error());
  if (wish.json) return {kFine, service::to_json(found.value()) + "\n", ""};
  return {kFine, calls_view(found.value()), ""};
}

}  // namespace ucm::ctl
