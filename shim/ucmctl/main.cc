// The command line of ucmctl.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
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
    "Show what was pushed and not understood. It holds telephone numbers: mind who reads along, or use "
    "--masked.";

constexpr const char* kMaskHelp =
    "Mask a captured push or API answer (JSON, XML, CSV, broken or not) so that it can be pasted in public: "
    "telephone numbers, names, addresses and passwords are replaced, times and structure stay. Needs no "
    "agent.";

constexpr const char* kRecordingHelp =
    "Fetch the recordings of a call from its PBX; only where its block says Recordings true. Their names "
    "hold "
    "telephone numbers.";

constexpr const char* kCallsHelp =
    "List calls of the ledger. With --numbers it shows whole telephone numbers: mind who reads along.";

constexpr const char* kEraseHelp =
    "Take a person's numbers and names out of the ledger; totals stay. Asks the running agent. The telephone "
    "numbers of the others in those calls go too.";

struct Wanted {
  std::string socket;
  std::string file;
  std::string dialect;
  ucm::ctl::CheckWish check;
  ucm::ctl::RecordingWish recording;
  ucm::ctl::LedgerPlace place;
  ucm::ctl::Span span;
  ucm::ctl::CallsWish calls;
  ucm::ctl::EraseWish erase;
  ucm::ctl::QuarantineWish quarantine;
  bool json = false;
};

void take_configuration(CLI::App* command, Wanted& wanted) {
  command->add_option("--config", wanted.file, "collectd.conf, a file that it includes, or ucm.toml")
      ->required();
  command->add_option("--dialect", wanted.dialect, "collectd or toml; by default known by the file")
      ->check(CLI::IsMember({"collectd", "toml"}));
}

void declare_check(CLI::App& app, Wanted& wanted) {
  auto* check = app.add_subcommand(
      "check", "Try a configuration without running it, and ask its PBXes what they allow");
  take_configuration(check, wanted);
  check->add_flag("--offline", wanted.check.offline, "Leave the PBXes alone");
  check->add_flag("--force", wanted.check.force,
                  "Ask those too that a running agent leaves alone after a refused password");
}

void declare_recording(CLI::App& app, Wanted& wanted) {
  auto* recording = app.add_subcommand("recording", kRecordingHelp);
  take_configuration(recording, wanted);
  auto& wish = wanted.recording;
  recording->add_option("PBX", wish.pbx, "Its name in the configuration")->required();
  auto* call =
      recording->add_option("CALL", wish.call, "Session, uniqueid or AcctId; asks the running agent");
  recording->add_option("--file", wish.file, "One recording by its name, as a record has it; needs no agent")
      ->excludes(call);
  recording->add_option("--output", wish.output, "File to write; by default its own name, in this folder");
  recording->add_flag("--overwrite", wish.overwrite, "Even if that file exists");
  recording->add_flag("--list", wish.list, "Only name the recordings of the call");
  recording->callback([&wish] {
    if (wish.call.empty() && wish.file.empty()) throw CLI::RequiredError("CALL or --file");
  });
}

void take_ledger(CLI::App* command, Wanted& wanted) {
  auto* ledger =
      command->add_option("--ledger", wanted.place.ledger, "The file; by default the running agent's");
  command->add_option("--config", wanted.file, "The configuration that says where it is")->excludes(ledger);
  command->add_option("--dialect", wanted.dialect, "collectd or toml; by default known by the file")
      ->check(CLI::IsMember({"collectd", "toml"}));
  command
      ->add_option(
          "--since", wanted.span.since,
          "Calls that began then or later: 2026-11-25, \"2026-11-25 08:00\" (local time of this machine), "
          "24h or 7d ago")
      ->capture_default_str();
  command->add_option("--until", wanted.span.until, "Calls that began before; by default now");
  command->add_option("--pbx", wanted.span.pbx, "Of this PBX alone");
  command->fallthrough();
}

void declare_ledger(CLI::App& app, Wanted& wanted) {
  auto* report =
      app.add_subcommand("report", "Say whether the counters are what the records say, and add up calls");
  take_ledger(report, wanted);
  report->add_flag("--json", wanted.json,
                   "An object: agree, compared, differences, left_out, since, until, totals");

  auto* calls = app.add_subcommand("calls", kCallsHelp);
  take_ledger(calls, wanted);
  calls->add_option("--scope", wanted.calls.scope, "In this scope: all, inbound, trunk-main, queue-6500");
  calls->add_option("--outcome", wanted.calls.outcome, "Of this outcome")
      ->check(CLI::IsMember({"answered", "voicemail", "ivr", "busy", "no_answer", "failed", "other"}));
  calls->add_option("--limit", wanted.calls.limit, "How many, the latest first")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  calls->add_flag("--numbers", wanted.calls.numbers, "Whole numbers, not masked ones");
  calls->add_flag("--json", wanted.calls.json, "An array of objects");

  auto* erase = app.add_subcommand("erase", kEraseHelp);
  erase->add_option("--number", wanted.erase.number, "As the records have it; +, 00 or nothing before it")
      ->required();
  erase->add_option("--pbx", wanted.erase.pbx, "At this PBX alone");
  erase->add_flag("--yes", wanted.erase.yes, "Do not ask back");
  erase->fallthrough();
}

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
  quarantine->add_option("--limit", wanted.quarantine.limit, "How many, the newest first")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  quarantine->add_flag("--json", wanted.quarantine.json, "As the agent answers it");
  quarantine->add_flag("--masked", wanted.quarantine.masked,
                       "Replace telephone numbers and names, so that it can be pasted in public; shows up to "
                       "16 KiB of each record");

  auto* mask = app.add_subcommand("mask", kMaskHelp);
  mask->add_option("FILE", wanted.file, "At most 8 MiB; by default standard input");

  declare_check(app, wanted);
  declare_recording(app, wanted);
  declare_ledger(app, wanted);

  // Make docs/options.md and docs/metrics.md.
  app.add_subcommand("options", "Print the manual's page of options")->group("");
  app.add_subcommand("values", "Print the manual's page of values")->group("");
}

std::optional<Dialect> dialect_of(const std::string& name) {
  if (name == "toml") return Dialect::toml;
  if (name == "collectd") return Dialect::collectd;
  return std::nullopt;
}

Outcome recorded(const Wanted& wanted) {
  ucm::ctl::RecordingWish wish = wanted.recording;
  wish.config = wanted.file;
  wish.dialect = dialect_of(wanted.dialect);
  wish.socket = wanted.socket;
  return ucm::ctl::recording(wish);
}

Outcome checked(const Wanted& wanted) {
  ucm::ctl::CheckWish wish = wanted.check;
  wish.socket = wanted.socket;
  return ucm::ctl::check(wanted.file, dialect_of(wanted.dialect), wish);
}

ucm::ctl::LedgerPlace place_of(const Wanted& wanted) {
  return {wanted.place.ledger, wanted.file, dialect_of(wanted.dialect), wanted.socket};
}

Outcome erased(const Wanted& wanted) {
  ucm::ctl::EraseWish wish = wanted.erase;
  wish.socket = wanted.socket;
  return ucm::ctl::erase(wish);
}

Outcome carried_out(const std::string& command, const Wanted& wanted) {
  if (command == "status") return ucm::ctl::status(wanted.socket, wanted.json);
  if (command == "metrics") return ucm::ctl::metrics(wanted.socket, wanted.json);
  if (command == "quarantine") return ucm::ctl::quarantine(wanted.socket, wanted.quarantine);
  if (command == "mask") return ucm::ctl::mask(wanted.file);
  if (command == "check") return checked(wanted);
  if (command == "recording") return recorded(wanted);
  if (command == "report") return ucm::ctl::report(place_of(wanted), wanted.span, wanted.json);
  if (command == "calls") return ucm::ctl::calls(place_of(wanted), wanted.span, wanted.calls);
  if (command == "erase") return erased(wanted);
  if (command == "values") return {ucm::ctl::kFine, ucm::metrics::reference(), ""};
  return {ucm::ctl::kFine, ucm::service::options_page(), ""};
}

// What a line without any command asks for in vain.
std::string no_command(const CLI::App& app) {
  std::vector<std::string> names;
  std::string all;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_group().empty()) continue;
    names.push_back(command->get_name());
    all += (all.empty() ? "" : ", ") + names.back();
  }
  const std::vector<std::string> left = app.remaining();
  std::string what = "a command is missing.";
  if (!left.empty()) {
    what = ucm::text("{} is no {}.", left.front(), left.front().starts_with('-') ? "option" : "command");
    const auto near = ucm::nearest(left.front(), names);
    if (near) what += ucm::text(" Is {} meant?", *near);
  }
  return ucm::text("ucmctl: {} The commands are: {}. ucmctl --help says what they do.\n", what, all);
}

int run(int argc, char** argv) {
  CLI::App app{"Ask a running ucm, or try its configuration."};
  Wanted wanted;
  declare(app, wanted);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& stopped) {
    // --help and --version come this way too, with 0.
    const bool lacks = stopped.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError);
    if (lacks && app.get_subcommands().empty()) {
      std::fputs(no_command(app).c_str(), stderr);
      return ucm::ctl::kWrongUse;
    }
    return app.exit(stopped) == 0 ? ucm::ctl::kFine : ucm::ctl::kWrongUse;
  }
  const Outcome outcome = carried_out(app.get_subcommands().front()->get_name(), wanted);
  std::fputs(outcome.out.c_str(), stdout);
  std::fputs(outcome.complaint.c_str(), stderr);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fputs("ucmctl: what it has to say could not all be written: is the disk full?\n", stderr);
    return ucm::ctl::kFinding;
  }
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
