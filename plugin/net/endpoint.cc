// A listener's URL, read.
#include <array>
#include <utility>

#include "base/text.h"
#include "net/listener.h"

namespace ucm::net {

namespace {

struct SchemeName {
  std::string_view name;
  Scheme scheme;
};
constexpr std::array<SchemeName, 3> kSchemes{
    {{"tcp://", Scheme::tcp}, {"http://", Scheme::http}, {"https://", Scheme::https}}};

Error unusable(std::string_view url, std::string_view why) {
  return Error{Fault::config, text("listen URL '{}': {}; write it like http://0.0.0.0:5000", url, why)};
}

// "host:port" or "[host]:port", without a path.
std::pair<std::string_view, std::string_view> split_authority(std::string_view authority) {
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return {authority, ""};
    std::string_view rest = authority.substr(end + 1);
    if (rest.starts_with(':')) rest.remove_prefix(1);
    return {authority.substr(1, end - 1), rest};
  }
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos) return {authority, ""};
  return {authority.substr(0, colon), authority.substr(colon + 1)};
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view url) {
  Endpoint endpoint;
  endpoint.url = std::string(url);
  std::string_view rest;
  for (const SchemeName& row : kSchemes) {
    if (!starts_with_ignoring_case(url, row.name)) continue;
    endpoint.scheme = row.scheme;
    rest = url.substr(row.name.size());
  }
  if (rest.empty()) return unusable(url, "it begins with none of tcp://, http:// and https://");
  if (rest.find('@') != std::string_view::npos) {
    return unusable(url.substr(0, url.find("://") + 3), "user and password go into User and PasswordFile");
  }
  const auto [host, port_text] = split_authority(rest.substr(0, rest.find('/')));
  const auto port = whole_number(port_text);
  if (!port || *port < 0 || *port > 65535) return unusable(url, "it has no port between 0 and 65535");
  if (!host.empty() && host != "*" && !parse_address(host)) {
    return unusable(url, "its host is no IP address (use 0.0.0.0, [::] or * for all)");
  }
  endpoint.host = std::string(host);
  endpoint.port = static_cast<std::uint16_t>(*port);
  return endpoint;
}

}  // namespace ucm::net
