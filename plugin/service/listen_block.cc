#include "service/listen_block.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "service/block.h"
#include "service/secrets.h"

namespace ucm::service {

namespace {

// Without what stands before an @: it may be a password.
std::string without_credentials(std::string_view url) {
  const auto at = url.rfind('@');
  if (at == std::string_view::npos) return std::string(url);
  const auto scheme = url.find("://");
  const std::size_t head = scheme == std::string_view::npos ? 0 : scheme + 3;
  return text("{}...{}", url.substr(0, std::min(head, at)), url.substr(at));
}

bool everywhere(std::string_view host) {
  constexpr std::string_view kAll[] = {"", "*", "0.0.0.0", "::", "[::]"};
  return std::ranges::find(kAll, host) != std::end(kAll);
}

bool collide(const net::Endpoint& a, const net::Endpoint& b) {
  return a.port != 0 && a.port == b.port && (a.host == b.host || everywhere(a.host) || everywhere(b.host));
}

std::string in(const Remarks& remarks, std::string_view name) {
  return spelled(name, remarks.dialect);
}

// What the options of a listener ask for must be asked for whole: half of it would let in whom it should not.
bool credentials_whole(const ConfigNode& node, const net::Endpoint& endpoint, const BlockReading& said,
                       const Remarks& remarks) {
  const bool any_password = said.says("Password") || said.says("PasswordFile");
  if (endpoint.user.empty() && any_password) {
    remarks.error(node, in(remarks, "User"), "is missing: without it the password is asked of nobody");
    return false;
  }
  if (!endpoint.user.empty() && endpoint.password.empty()) {
    remarks.error(node, in(remarks, "User"),
                  text("needs a {} or {}", in(remarks, "Password"), in(remarks, "PasswordFile")));
    return false;
  }
  if (endpoint.user.find(':') != std::string::npos) {
    remarks.error(node, in(remarks, "User"), "must not hold a ':', Basic authentication ends the name there");
    return false;
  }
  return true;
}

bool certificate_whole(const ConfigNode& node, const net::Endpoint& endpoint, const Remarks& remarks) {
  if (endpoint.scheme != net::Scheme::https) return true;
  if (!endpoint.certificate_file.empty() && !endpoint.key_file.empty()) return true;
  const std::string_view missing = endpoint.certificate_file.empty() ? "CertificateFile" : "KeyFile";
  remarks.error(node, in(remarks, missing), "is missing: an https:// listener needs certificate and key");
  return false;
}

void warn_of_idle_options(const ConfigNode& node, const net::Endpoint& endpoint, const BlockReading& said,
                          const Remarks& remarks) {
  if (endpoint.scheme != net::Scheme::https) {
    for (const std::string_view name : {"CertificateFile", "KeyFile", "ClientCAFile", "TLSMinimum"}) {
      if (said.says(name))
        remarks.warning(node, in(remarks, name), "does nothing: the listener is not https://");
    }
  }
  if (endpoint.scheme == net::Scheme::tcp && said.says("User")) {
    remarks.warning(node, in(remarks, "User"),
                    "does nothing: tcp:// knows no credentials, only the addresses in From protect it");
  }
}

}  // namespace

std::optional<net::Endpoint> read_listen(const ConfigNode& node, const net::Limits& limits,
                                         const std::vector<net::Endpoint>& others, Dialect dialect,
                                         std::vector<Finding>& findings) {
  const std::string block = spelled("Listen", dialect);
  const Remarks nameless{block, dialect, findings};
  if (node.values.size() != 1) {
    nameless.error(node, "", "needs one URL, like \"http://0.0.0.0:5000\"");
    return std::nullopt;
  }
  const std::string url = without_credentials(node.values.front());
  const Remarks remarks{text("{} {}", block, url), dialect, findings};
  if (url != node.values.front()) {
    remarks.error(node, "", "credentials do not belong in the URL but in User and PasswordFile");
    return std::nullopt;
  }
  auto parsed = net::parse_endpoint(url);
  if (!parsed) {
    remarks.error(node, "", parsed.error().what);
    return std::nullopt;
  }
  net::Endpoint endpoint = std::move(parsed).value();
  endpoint.limits = limits;
  Target target;
  target.endpoint = &endpoint;
  target.limits = &endpoint.limits;
  const BlockReading said = read_block(without_password_beside_file(node, remarks), kListen, target, remarks);
  if (!said.sound) return std::nullopt;
  if (!credentials_whole(node, endpoint, said, remarks)) return std::nullopt;
  if (!certificate_whole(node, endpoint, remarks)) return std::nullopt;
  warn_of_idle_options(node, endpoint, said, remarks);
  for (const net::Endpoint& other : others) {
    if (!collide(endpoint, other)) continue;
    remarks.error(node, "", text("port {} is taken by {} already", endpoint.port, other.url));
    return std::nullopt;
  }
  return endpoint;
}

}  // namespace ucm::service
