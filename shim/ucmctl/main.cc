// The command line of ucmctl.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <string>

#include "metrics/reference.h"
#include "service/manual.h"
#include "service/version.h"
#include "shim/ucmctl/commands.h"

namespace {

using ucm::ctl::Outcome;
using ucm::service::Dialect;

constexpr const char* kClosing =
    "Ends with 0 when all is well, 1 with a finding, 2 after wrong use, 3 when nothing answers.";

constexpr const char* kQuarantineHelp =
    "Show what was pushed and not understood. It holds telephone numbers: mind who reads along.";

struct Wanted {
  std::string socket;
  std::string file;
  std::string dialect;
  std::int64_t limit = 20;
  bool json = false;
};

void declare(CLI::App& app, Wanted& wanted) {
  app.footer(kClosing);
  app.set_version_flag("--version", "ucmctl " + std::string(ucm::service::kVersion));
  app.require_subcommand(1);
  app.add_option("--socket", wanted.socket,
                 "Control socket; by default /run/ucm/ucm.sock or /var/lib/collectd/ucm/ucm.sock");

  auto* status = app.add_subcommand("status", "Show how ucm is doing, and what to do about it");
  status->add_flag("--json", wanted.json, "As the agent answers it");

  auto* metrics = app.add_subcommand("metrics", "Show the current values");
  metrics->add_flag("--json", wanted.json, "An array of {host, scope, type, instance, value}");

  auto* quarantine = app.add_subcommand("quarantine", kQuarantineHelp);
  quarantine->add_option("--limit", wanted.limit, "How many, the newest first")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  quarantine->add_flag("--json", wanted.json, "As the agent answers it");

  auto* check = app.add_subcommand("check", "Try a configuration without running it");
  check->add_option("--config", wanted.file, "collectd.conf, a file that it includes, or ucm.toml")
      ->required();
  check->add_option("--dialect", wanted.dialect, "collectd or toml; by default known by the file")
      ->check(CLI::IsMember({"collectd", "toml"}));

  // Make docs/options.md and docs/metrics.md.
  app.add_subcommand("options", "Print the manual's page of options")->group("");
  app.add_subcommand("values", "Print the manual's page of values")->group("");
}

std::optional<Dialect> dialect_of(const std::string& name) {
  if (name == "toml") return Dialect::toml;
  if (name == "collectd") return Dialect::collectd;
  return std::nullopt;
}

Outcome carried_out(const std::string& command, const Wanted& wanted) {
  if (command == "status") return ucm::ctl::status(wanted.socket, wanted.json);
  if (command == "metrics") return ucm::ctl::metrics(wanted.socket, wanted.json);
  if (command == "quarantine") return ucm::ctl::quarantine(wanted.socket, wanted.limit, wanted.json);
  if (command == "check") return ucm::ctl::check(wanted.file, dialect_of(wanted.dialect));
  if (command == "values") return {ucm::ctl::kFine, ucm::metrics::reference(), ""};
  return {ucm::ctl::kFine, ucm::service::options_page(), ""};
}

int run(int argc, char** argv) {
  CLI::App app{"Ask a running ucm, or try its configuration."};
  Wanted wanted;
  declare(app, wanted);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stopped) {
    // --help and --version come this way too, with 0.
    return app.exit(stopped) == 0 ? ucm::ctl::kFine : ucm::ctl::kWrongUse;
  }
  const Outcome outcome = carried_out(app.get_subcommands().front()->get_name(), wanted);
  std::fputs(outcome.out.c_str(), stdout);
  std::fputs(outcome.complaint.c_str(), stderr);
  if (std::fflush(stdout) != 0) return ucm::ctl::kFinding;
  return outcome.exit;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& failed) {
    std::fprintf(stderr, "ucmctl: %s\n", failed.what());
    return ucm::ctl::kFinding;
  }
}
