// How far a live round came: connection, TLS, login.
#include "base/text.h"
#include "service/options.h"
#include "shim/ucmctl/columns.h"
#include "shim/ucmctl/trial_view.h"

namespace ucm::ctl {

namespace {

using service::PbxTrial;
using Trouble = decltype(PbxTrial::trouble);

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kFewDays = 14;  // until a certificate expires

std::string pin_line(const TrialMatter& matter) {
  const std::string option = service::spelled("PinnedPublicKey", matter.dialect);
  const bool toml = matter.dialect == service::Dialect::toml;
  return text("{}{}\"{}\"", option, toml ? " = " : " ", matter.trial.certificate->pin);
}

bool no_connection(const PbxTrial& trial) {
  const bool silent = trial.trouble == Trouble::connect || trial.trouble == Trouble::timeout;
  return silent && !trial.let_in && !trial.certificate;
}

std::string trusted_by(const service::ApiSettings& api) {
  std::string by = "the authorities of this machine";
  if (!api.ca_file.empty()) by = "CACert";
  if (!api.pinned_key.empty()) by = api.ca_file.empty() ? "PinnedPublicKey" : "CACert and PinnedPublicKey";
  const bool any_name = !api.verify_host && (api.pinned_key.empty() || !api.ca_file.empty());
  return text("trusted by {}{}", by, any_name ? ", for any name (VerifyHost is off)" : "");
}

TrialLine distrusted(const TrialMatter& matter) {
  TrialLine line{.severity = Severity::error, .topic = "TLS", .word = "failing"};
  line.told = matter.trial.certificate ? "the certificate is not trusted" : "no certificate was shown";
  line.remedy = matter.trial.what;
  if (!matter.trial.certificate) return line;
  line.remedy += ". The line for the API block, once compared:";
  line.paste = pin_line(matter);
  return line;
}

TrialLine not_verified(const TrialMatter& matter) {
  return {
      .severity = Severity::warning,
      .topic = "TLS",
      .word = "not verified",
      .told = "VerifyPeer is off: whoever answers there gets the proof of the password",
      .remedy = "compare the key's pin with the PBX and put it in place of VerifyPeer into the API block:",
      .paste = pin_line(matter)};
}

TrialLine tls(const TrialMatter& matter) {
  const PbxTrial& trial = matter.trial;
  const service::ApiSettings& api = *matter.settings.api;
  if (trial.trouble == Trouble::tls) return distrusted(matter);
  if (!trial.certificate) return {.topic = "TLS", .word = "not tried"};
  const bool pin_alone = !api.pinned_key.empty() && api.ca_file.empty();
  if (!api.verify_peer && api.pinned_key.empty()) return not_verified(matter);
  const std::int64_t days = (trial.certificate->expires_s - matter.now_s) / kDay;
  if (days < 0)
    return {.topic = "TLS", .word = "ok", .told = trusted_by(api) + "; the certificate has expired"};
  TrialLine line{.topic = "TLS", .word = "ok"};
  line.told = text("{}; the certificate expires in {} days", trusted_by(api), days);
  if (pin_alone || days >= kFewDays) return line;
  line.severity = Severity::warning;
  line.word = "expiring";
  line.remedy =
      text("renew its certificate: it expires in {} days, and then it is not trusted any more", days);
  return line;
}

std::string login_remedy(const PbxTrial& trial) {
  if (trial.trouble != Trouble::auth) return trial.what;
  std::string remedy = trial.what + ". It was tried once and is not tried again";
  if (trial.tries_left) remedy += text("; the PBX says that {} more tries are left", *trial.tries_left);
  return remedy;
}

std::string who(const PbxTrial& trial) {
  return trial.user.empty() ? "without a user" : text("user \"{}\"", trial.user);
}

TrialLine login(const PbxTrial& trial) {
  if (!trial.let_in) {
    const bool refused = trial.trouble == Trouble::auth || trial.trouble == Trouble::permission;
    return {.severity = Severity::error,
            .topic = "login",
            .word = refused ? "refused" : "failing",
            .told = who(trial),
            .remedy = login_remedy(trial)};
  }
  if (trial.logins <= 1) return {.topic = "login", .word = "ok", .told = who(trial)};
  return {
      .severity = Severity::notice,
      .topic = "login",
      .word = "ok",
      .told = text("{}; {} times, because something ended the session: does another program use this user?",
                   who(trial), trial.logins)};
}

TrialLine untried(const PbxTrial& trial) {
  return {.severity = Severity::warning,
          .topic = "login",
          .word = "not tried",
          .told = "the running agent was refused",
          .remedy = text("{}. Nothing was asked now. Correct User and PasswordFile and restart the agent; "
                         "--force asks all the same",
                         trial.untried)};
}

}  // namespace

void add_connection(const TrialMatter& matter, std::vector<TrialLine>& lines) {
  const PbxTrial& trial = matter.trial;
  if (!trial.untried.empty()) {
    lines.push_back(untried(trial));
    return;
  }
  if (no_connection(trial)) {
    lines.push_back({.severity = Severity::error,
                     .topic = "connection",
                     .word = "failing",
                     .told = trial.trouble == Trouble::timeout ? "no answer in time" : "there is none",
                     .remedy = trial.what});
    return;
  }
  lines.push_back({.topic = "connection", .word = "ok"});
  lines.push_back(tls(matter));
  if (trial.trouble == Trouble::tls) return;
  lines.push_back(login(trial));
  if (!trial.let_in || trial.trouble == Trouble::none) return;
  lines.push_back({.severity = Severity::warning,
                   .topic = "round",
                   .word = "cut short",
                   .told = "not everything could be asked",
                   .remedy = trial.what});
}

}  // namespace ucm::ctl
