#include <algorithm>

#include "net/listener.h"
#include "net/open.h"

namespace ucm::net {

namespace {

constexpr int kMostConnections = 65'535;  // a ticket has 16 bits for them

Limits filled(Limits limits) {
  const Limits defaults;
  if (limits.record_bytes == 0) limits.record_bytes = defaults.record_bytes;
  if (limits.header_bytes == 0) limits.header_bytes = defaults.header_bytes;
  if (limits.connections <= 0) limits.connections = defaults.connections;
  if (limits.connections_a_sender <= 0) limits.connections_a_sender = defaults.connections_a_sender;
  if (limits.idle_s <= 0) limits.idle_s = defaults.idle_s;
  if (limits.request_s <= 0) limits.request_s = defaults.request_s;
  limits.connections = std::min(limits.connections, kMostConnections);
  return limits;
}

}  // namespace

Result<std::unique_ptr<Listener>> listen(Loop& loop, Places& places, const Endpoint& endpoint, Intake& intake,
                                         Log& log) {
  Endpoint complete = endpoint;
  complete.limits = filled(endpoint.limits);
  switch (endpoint.scheme) {
    case Scheme::tcp:
      return open_tcp(loop, places, complete, intake, log);
    case Scheme::http:
    case Scheme::https:
      return open_http(loop, places, complete, intake, log);
  }
  return Error{Fault::config, "no such scheme"};
}

}  // namespace ucm::net
