#include "shim/ucmctl/commands.h"

#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/clock.h"
#include "base/text.h"
#include "service/inquiry.h"
#include "shim/ucmctl/asking.h"
#include "shim/ucmctl/columns.h"
#include "shim/ucmctl/views.h"

namespace ucm::ctl {

namespace {

constexpr int kPatience_ms = 5000;
constexpr std::array<std::string_view, 2> kUsualSockets{"/run/ucm/ucm.sock",
                                                        "/var/lib/collectd/ucm/ucm.sock"};

constexpr std::string_view kAdvice =
    "* Does collectd (or ucmd) run?  systemctl status collectd\n"
    "* Does it load the plugin?  Its log says so: journalctl -u collectd | grep ucm\n"
    "* May you open the socket?  It belongs to the user that the agent runs as, often root: try sudo.\n"
    "* Does it stand elsewhere?  StateDirectory and ControlSocket of the configuration say where; name it "
    "with --socket.\n";

constexpr std::string_view kNotMasked =
    "the running agent is too old to mask records, so nothing is shown; restart it with this version";

std::string usual_socket() {
  std::error_code failed;
  for (const std::string_view path : kUsualSockets) {
    if (std::filesystem::exists(path, failed)) return std::string(path);
  }
  return {};
}

Outcome no_answer(std::string_view why) {
  return {kNoAnswer, "", text("ucmctl: {}\n{}", why, kAdvice)};
}

Outcome raw(std::string_view answer, std::string_view member, Exit exit = kFine) {
  auto json = service::part(answer, member);
  if (!json) return failed(json.error());
  return {exit, json.value() + "\n", ""};
}

}  // namespace

Outcome failed(const Error& error) {
  if (error.fault == Fault::network) return no_answer(error.what);
  return {kFinding, "", text("ucmctl: {}\n", error.what)};
}

Result<std::string> asked(const std::string& socket, std::string_view request) {
  const std::string path = socket.empty() ? usual_socket() : socket;
  if (path.empty()) {
    return Error{Fault::network,
                 text("there is no socket at {} nor {}", kUsualSockets.front(), kUsualSockets.back())};
  }
  return service::inquire(path, request, kPatience_ms);
}

Outcome complaint(Exit exit, std::string_view what) {
  return {exit, "", text("ucmctl: {}\n", harmless(what))};
}

Outcome status(const std::string& socket, bool json) {
  auto answer = asked(socket, R"({"get":"status"})");
  if (!answer) return failed(answer.error());
  auto report = service::read_status(answer.value());
  if (!report) return failed(report.error());
  const Exit exit = in_trouble(report.value()) ? kFinding : kFine;
  if (json) return raw(answer.value(), "status", exit);
  return {exit, status_view(report.value(), system_clock().wall_s()), ""};
}

Outcome metrics(const std::string& socket, bool json) {
  auto answer = asked(socket, R"({"get":"metrics"})");
  if (!answer) return failed(answer.error());
  if (json) return raw(answer.value(), "metrics");
  auto readings = service::read_metrics(answer.value());
  if (!readings) return failed(readings.error());
  return {kFine, metrics_view(std::move(readings).value()), ""};
}

Outcome quarantine(const std::string& socket, const QuarantineWish& wish) {
  const auto answer = asked(socket, text(R"({{"get":"quarantine","limit":{}{}}})", wish.limit,
                                         wish.masked ? R"(,"masked":true)" : ""));
  if (!answer) return failed(answer.error());
  auto report = service::read_quarantine(answer.value());
  if (!report) return failed(report.error());
  if (wish.masked && !report.value().masked) return complaint(kFinding, kNotMasked);
  if (wish.json) return raw(answer.value(), "quarantine");
  return {kFine, quarantine_view(report.value()), ""};
}

}  // namespace ucm::ctl
