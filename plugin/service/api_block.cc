#include "service/api_block.h"

#include <algorithm>

#include "base/text.h"
#include "service/block.h"
#include "service/secrets.h"

namespace ucm::service {

namespace {

constexpr std::string_view kScheme = "https://";

bool is_legacy(const ApiSettings& api) {
  return equal_ignoring_case(api.kind, "legacy");
}

// Host, perhaps a port, perhaps a path; nothing else.
bool url_is_sound(const ConfigNode& node, const ApiSettings& api, const Remarks& remarks) {
  const std::string option = spelled("URL", remarks.dialect);
  if (api.url.empty()) {
    remarks.error(
        node, option,
        "is missing: where is the API? https://ADDRESS:8089/api, or https://ADDRESS:8443 of the legacy one");
    return false;
  }
  if (api.url.find('@') != std::string::npos) {
    remarks.error(node, option, "must not hold credentials: they belong in User and PasswordFile");
    return false;
  }
  if (!starts_with_ignoring_case(api.url, kScheme)) {
    remarks.error(node, option,
                  text("\"{}\" does not begin with https://: the PBX's API speaks nothing else", api.url));
    return false;
  }
  const std::string_view rest = std::string_view(api.url).substr(kScheme.size());
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const bool odd = rest.find_first_of(" ?#\\\"<>") != std::string_view::npos;
  if (authority.empty() || authority.starts_with(':') || odd) {
    remarks.error(node, option, text("\"{}\" is not of the form https://HOST:PORT/path", api.url));
    return false;
  }
  return true;
}

bool kind_is_sound(const ConfigNode& node, const ApiSettings& api, const Remarks& remarks) {
  if (is_legacy(api) || equal_ignoring_case(api.kind, "new")) return true;
  remarks.error(node, spelled("Kind", remarks.dialect),
                text("\"{}\" is neither new (UCM63xx, CloudUCM) nor legacy (port 8443)", api.kind));
  return false;
}

bool credentials_are_whole(const ConfigNode& node, const ApiSettings& api, const Remarks& remarks) {
  const std::string user = spelled("User", remarks.dialect);
  const std::string file = spelled("PasswordFile", remarks.dialect);
  if (api.user.empty() && !is_legacy(api)) {
    remarks.error(node, user, "is missing: the new API lets nobody in without one");
    return false;
  }
  if (!api.user.empty() && api.password.empty()) {
    remarks.error(node, user, text("needs a {} or {}", spelled("Password", remarks.dialect), file));
    return false;
  }
  if (api.user.empty() && !api.password.empty()) {
    remarks.error(node, user, "is missing: without it the password is given to nobody");
    return false;
  }
  return true;
}

bool certificate_is_whole(const ConfigNode& node, const ApiSettings& api, const Remarks& remarks) {
  if (api.certificate_file.empty() == api.key_file.empty()) return true;
  const std::string_view missing = api.certificate_file.empty() ? "ClientCert" : "ClientKey";
  remarks.error(node, spelled(missing, remarks.dialect), "is missing: certificate and key go together");
  return false;
}

void remark_on(const ConfigNode& node, const ApiSettings& api, const Remarks& remarks) {
  if (!api.verify_peer && api.pinned_key.empty()) {
    remarks.warning(
        node, spelled("VerifyPeer", remarks.dialect),
        text("is off: whoever answers at {} gets the password's proof. A {} costs one line; ucmctl check "
             "prints it",
             api.url, spelled("PinnedPublicKey", remarks.dialect)));
  }
}

}  // namespace

api::Access access_of(const ApiSettings& settings) {
  api::Access access;
  access.kind = is_legacy(settings) ? api::ApiKind::legacy : api::ApiKind::current;
  access.url = settings.url;
  while (access.url.ends_with('/')) access.url.pop_back();
  if (access.kind == api::ApiKind::legacy) {
    if (access.url.ends_with("/cdrapi"))
      access.url.resize(access.url.size() - std::string_view("/cdrapi").size());
  } else if (access.url.find('/', kScheme.size()) == std::string::npos) {
    access.url += "/api";
  }
  access.user = settings.user;
  access.password = settings.password;
  access.timeout_ms = settings.timeout_ms;
  access.trust = {.ca_file = settings.ca_file,
                  .verify_peer = settings.verify_peer,
                  .verify_host = settings.verify_host,
                  .pinned_key = settings.pinned_key,
                  .security_level = static_cast<int>(settings.security_level),
                  .certificate_file = settings.certificate_file,
                  .key_file = settings.key_file};
  return access;
}

std::optional<ApiSettings> read_api(const ConfigNode& node, const std::string& pbx, Dialect dialect,
                                    std::vector<Finding>& findings) {
  const Remarks remarks{text("{} {} / {}", spelled("PBX", dialect), pbx, spelled("API", dialect)), dialect,
                        findings};
  ApiSettings api;
  Target target;
  target.api = &api;
  if (!read_block(without_password_beside_file(node, remarks), kApi, target, remarks).sound)
    return std::nullopt;
  if (!url_is_sound(node, api, remarks) || !kind_is_sound(node, api, remarks) ||
      !credentials_are_whole(node, api, remarks) || !certificate_is_whole(node, api, remarks)) {
    return std::nullopt;
  }
  remark_on(node, api, remarks);
  return api;
}

}  // namespace ucm::service
