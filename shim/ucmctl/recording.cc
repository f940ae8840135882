// Fetches the recordings of a call.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "service/recording_fetch.h"
#include "service/trial.h"
#include "shim/ucmctl/columns.h"
#include "shim/ucmctl/commands.h"
#include "shim/ucmctl/configuration.h"

namespace ucm::ctl {

namespace {

using service::FetchedRecording;
using service::KnownRecording;
using service::PbxSettings;

Outcome not_configured(const Configuration& configuration, const std::string& name) {
  std::string names;
  for (const PbxSettings& pbx : configuration.settings.pbxes) names += (names.empty() ? "" : ", ") + pbx.name;
  return complaint(kWrongUse,
                   text("the configuration has no usable PBX \"{}\"; it has: {}. ucmctl check says "
                        "what is wrong with it",
                        name, names.empty() ? "none" : names));
}

// Why this configuration lets nothing be fetched from that PBX; "" = it does.
std::string forbidden(const PbxSettings& pbx, service::Dialect dialect) {
  if (!pbx.recordings) {
    return text("fetching recordings from PBX {} is off: write {} into its PBX block", pbx.name,
                dialect == service::Dialect::toml ? "recordings = true" : "Recordings true");
  }
  if (!pbx.api) return text("PBX {} has no API block: recordings come by its API", pbx.name);
  return {};
}

Result<std::vector<KnownRecording>> wanted_ones(const RecordingWish& wish, const std::string& socket) {
  if (wish.file.empty()) return service::recordings_of(socket, wish.pbx, wish.call);
  auto named = service::recording_named(wish.file);
  if (!named) return Error{Fault::config, text("\"{}\" is not the name of one recording", wish.file)};
  return std::vector<KnownRecording>{std::move(*named)};
}

Outcome not_found(const Error& error) {
  if (error.fault == Fault::network) {
    return complaint(kNoAnswer, error.what +
                                    ". The agent knows the recordings of a call: does it run? With "
                                    "--file NAME none is needed");
  }
  return complaint(error.fault == Fault::config ? kWrongUse : kFinding, error.what);
}

std::string path_of(const KnownRecording& recording) {
  const auto& [folder, file] = recording.file;
  return folder.empty() ? file : folder + '/' + file;
}

Outcome listed(const std::vector<KnownRecording>& recordings) {
  Outcome outcome;
  for (const KnownRecording& recording : recordings) outcome.out += harmless(path_of(recording)) + '\n';
  return outcome;
}

Outcome told(const std::vector<FetchedRecording>& fetched, std::size_t wanted) {
  Outcome outcome;
  for (const FetchedRecording& each : fetched) {
    if (!each.error) {
      outcome.out += text("{}  {}\n", harmless(each.path), amount_of_bytes(each.bytes));
      continue;
    }
    outcome.exit = each.error->fault == Fault::network ? kNoAnswer : kFinding;
    outcome.complaint += text("ucmctl: {}: {}\n", harmless(each.path), harmless(each.error->what));
  }
  const std::size_t left = wanted - fetched.size();
  if (left > 0) outcome.complaint += text("ucmctl: {} more not tried\n", left);
  return outcome;
}

}  // namespace

Outcome recording(const RecordingWish& wish) {
  const auto read = read_configuration(wish.config, wish.dialect);
  if (!read) return complaint(kWrongUse, read.error().what);
  const Configuration& configuration = read.value();
  const auto pbx = std::ranges::find(configuration.settings.pbxes, wish.pbx, &PbxSettings::name);
  if (pbx == configuration.settings.pbxes.end()) return not_configured(configuration, wish.pbx);
  const std::string why_not = forbidden(*pbx, configuration.dialect);
  if (!why_not.empty()) return complaint(kFinding, why_not);

  const std::string& socket = wish.socket.empty() ? configuration.settings.control_socket : wish.socket;
  auto recordings = wanted_ones(wish, socket);
  if (!recordings) return not_found(recordings.error());
  const std::size_t wanted = recordings.value().size();
  if (wanted == 0)
    return complaint(kFinding,
                     "no record of that call names a recording: give its session, its "
                     "uniqueid or the AcctId of one of its records");
  if (wish.list) return listed(recordings.value());
  if (wanted > 1 && !wish.output.empty()) {
    return complaint(kWrongUse,
                     text("the call has {} recordings: --list names them, --file chooses one", wanted));
  }
  const std::string rest = service::rest_of(service::look_at_agent(socket), *pbx);
  if (!rest.empty())
    return complaint(kFinding, rest + ". Correct User and PasswordFile and restart the agent");
  const auto fetched =
      service::fetch_recordings(*pbx, std::move(recordings).value(), wish.output, wish.overwrite);
  if (!fetched) return complaint(kFinding, fetched.error().what);
  return told(fetched.value(), wanted);
}

}  // namespace ucm::ctl
