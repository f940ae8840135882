#include "net/http_server.h"

#include <microhttpd.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <limits>
#include <vector>

#include "base/clock.h"
#include "base/text.h"

namespace ucm::net {

namespace {

constexpr std::size_t kReserveBytes = 8192;  // of a connection's memory, for what is not the request's header
constexpr int kRunsAtOnce = 8;
constexpr int kFruitlessRuns = 3;

template <class Pointer>
std::intptr_t number(Pointer pointer) {
  return reinterpret_cast<std::intptr_t>(pointer);
}

}  // namespace

struct HttpServer::Callbacks {
  static HttpEvents& tell(void* server) {
    auto& told = *static_cast<HttpServer*>(server);
    ++told.told_;
    return told.events_;
  }
  static Wall& wall(void* server) { return static_cast<HttpServer*>(server)->wall_; }

  static MHD_Result on_request(void* server, MHD_Connection* library, const char*, const char* method,
                               const char*, const char* data, std::size_t* size, void** request) {
    HttpEvents& events = tell(server);
    const auto goes_on = [&] {
      if (*request == nullptr) {
        *request = MHD_get_connection_info(library, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
        return *request != nullptr && events.head(*static_cast<Connection*>(*request), method);
      }
      auto& connection = *static_cast<Connection*>(*request);
      if (*size == 0) return events.whole(connection);
      return events.more(connection, {data, std::exchange(*size, 0)});
    };
    return wall(server).keep(goes_on, false) ? MHD_YES : MHD_NO;
  }

  static void on_done(void* server, MHD_Connection*, void** request, MHD_RequestTerminationCode) {
    if (*request == nullptr) return;
    wall(server).keep([&] { tell(server).done(*static_cast<Connection*>(*request)); });
  }

  static void on_connection(void* server, MHD_Connection* library, void** context,
                            MHD_ConnectionNotificationCode code) {
    HttpEvents& events = tell(server);
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
      const int descriptor = MHD_get_connection_info(library, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
      const sockaddr* peer =
          MHD_get_connection_info(library, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
      wall(server).keep([&] { *context = &events.opened(library, descriptor, *peer); });
    } else if (*context != nullptr) {
      wall(server).keep([&] { events.closed(*static_cast<Connection*>(*context)); });
    }
  }

  static void on_message(void* server, const char* format, va_list values) {
    std::array<char, 512> line{};
    std::vsnprintf(line.data(), line.size(), format, values);
    wall(server).keep([&] { static_cast<HttpServer*>(server)->events_.complaint(trimmed(line.data())); });
  }
};

void HttpServer::StopDaemon::operator()(MHD_Daemon* daemon) const {
  MHD_stop_daemon(daemon);
}

void HttpServer::DropResponse::operator()(MHD_Response* response) const {
  MHD_destroy_response(response);
}

HttpServer::HttpServer(HttpEvents& events, std::unique_ptr<Certificates> certificates, std::string client_ca,
                       int request_s)
    : events_(events),
      certificates_(std::move(certificates)),
      client_ca_(std::move(client_ca)),
      request_s_(request_s) {}

HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpEvents& events, const Endpoint& endpoint,
                                                      std::unique_ptr<Certificates> certificates,
                                                      std::string client_ca) {
  const Limits& limits = endpoint.limits;
  std::unique_ptr<HttpServer> server(
      new HttpServer(events, std::move(certificates), std::move(client_ca), limits.request_s));
  unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG;
  std::vector<MHD_OptionItem> options{
      {MHD_OPTION_EXTERNAL_LOGGER, number(&Callbacks::on_message), server.get()},
      {MHD_OPTION_NOTIFY_COMPLETED, number(&Callbacks::on_done), server.get()},
      {MHD_OPTION_NOTIFY_CONNECTION, number(&Callbacks::on_connection), server.get()},
      // The listener keeps to its limit itself: the library closes what is over its own untold.
      {MHD_OPTION_CONNECTION_LIMIT, std::numeric_limits<int>::max(), nullptr},
      {MHD_OPTION_CONNECTION_MEMORY_LIMIT, static_cast<std::intptr_t>(limits.header_bytes + kReserveBytes),
       nullptr}};
  if (server->certificates_) {
    flags |= MHD_USE_TLS;
    options.push_back({MHD_OPTION_HTTPS_CERT_CALLBACK, 0, Certificates::callback()});
    options.push_back(
        {MHD_OPTION_HTTPS_PRIORITIES, 0, const_cast<char*>(tls_priorities(endpoint.tls_minimum))});
  }
  if (!server->client_ca_.empty()) {
    options.push_back({MHD_OPTION_HTTPS_MEM_TRUST, 0, server->client_ca_.data()});
  }
  options.push_back({MHD_OPTION_END, 0, nullptr});
  server->daemon_.reset(MHD_start_daemon(flags, 0, nullptr, nullptr, &Callbacks::on_request, server.get(),
                                         MHD_OPTION_ARRAY, options.data(), MHD_OPTION_END));
  if (!server->daemon_) return Error{Fault::config, "the HTTP library does not start"};
  if (server->descriptor() < 0) return Error{Fault::config, "the HTTP library was built without epoll"};
  return server;
}

int HttpServer::descriptor() const {
  const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_EPOLL_FD);
  return info == nullptr ? -1 : info->epoll_fd;
}

// The library (0.9.75) always has more to do at once while a TLS handshake is under way, even when all it
// waits for is the peer. Runs in which nothing happened are therefore not repeated without end: the
// descriptor tells when the peer goes on, and what else there may be is looked for a little later.
Due HttpServer::run() {
  const Certificates::Serving serving(certificates_.get());
  int fruitless = 0;
  for (int i = 0; i < kRunsAtOnce; ++i) {
    const std::uint64_t told = told_;
    MHD_UNSIGNED_LONG_LONG wait = 0;
    MHD_run(daemon_.get());
    wall_.let_go();
    if (MHD_get_timeout(daemon_.get(), &wait) != MHD_YES || wait != 0) return Due::when_readable;
    fruitless = told == told_ ? fruitless + 1 : 0;
    if (fruitless == kFruitlessRuns) return Due::soon;
  }
  return Due::at_once;
}

bool HttpServer::add(Arrival arrival) {
  if (certificates_) certificates_->refresh(system_clock().mono_ms(), 2 * request_s_ + 60);
  // The library closes the descriptor in any case.
  const MHD_Result added = MHD_add_connection(daemon_.get(), arrival.descriptor.release(),
                                              reinterpret_cast<sockaddr*>(&arrival.peer), arrival.peer_size);
  wall_.let_go();
  return added == MHD_YES;
}

std::string_view HttpServer::header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::size_t HttpServer::header_bytes(MHD_Connection* connection) {
  return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
}

std::optional<std::int64_t> HttpServer::certificate_expires_s() {
  if (!certificates_) return std::nullopt;
  certificates_->refresh(system_clock().mono_ms(), 2 * request_s_ + 60);
  return certificates_->expires_s();
}

bool HttpServer::is_framed(MHD_Connection* connection) {
  struct Seen {
    std::optional<std::string_view> length;
    bool differ = false;
    bool chunked = false;
    bool odd = false;
  } seen;
  MHD_get_connection_values(
      connection, MHD_HEADER_KIND,
      [](void* into, MHD_ValueKind, const char* key, const char* value) {
        Seen& headers = *static_cast<Seen*>(into);
        const std::string_view name(key);
        headers.odd = headers.odd || name.find_first_of(" \t") != std::string_view::npos;
        if (equal_ignoring_case(name, "Content-Length")) {
          const std::string_view length(value == nullptr ? "" : value);
          headers.differ = headers.differ || headers.length.value_or(length) != length;
          headers.length = length;
        }
        headers.chunked = headers.chunked || equal_ignoring_case(name, "Transfer-Encoding");
        return MHD_YES;
      },
      &seen);
  return !seen.odd && !seen.differ && !(seen.chunked && seen.length);
}

bool HttpServer::certified(MHD_Connection* connection) const {
  if (client_ca_.empty()) return true;
  const MHD_ConnectionInfo* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
  return info != nullptr && peer_is_certified(info->tls_session);
}

HttpServer::ResponseOwner HttpServer::make_response(std::string_view body, std::span<const Field> fields) {
  std::string line(body);
  if (!line.ends_with('\n')) line += '\n';
  ResponseOwner response(MHD_create_response_from_buffer(line.size(), line.data(), MHD_RESPMEM_MUST_COPY));
  if (!response) return response;
  MHD_add_response_header(response.get(), "Content-Type", "text/plain; charset=utf-8");
  for (const Field& field : fields) {
    MHD_add_response_header(response.get(), field.name, field.value.c_str());
  }
  return response;
}

// An answer with fields of its own is not kept: its fields may differ each time.
bool HttpServer::respond(MHD_Connection* connection, unsigned status, std::string_view body,
                         std::span<const Field> fields) {
  if (!fields.empty()) {
    const ResponseOwner once = make_response(body, fields);
    return once && MHD_queue_response(connection, status, once.get()) == MHD_YES;
  }
  Said& last = said_[status];
  if (!last.response || last.body != body) last = {std::string(body), make_response(body, fields)};
  return last.response && MHD_queue_response(connection, status, last.response.get()) == MHD_YES;
}

void HttpServer::suspend(MHD_Connection* connection) {
  MHD_suspend_connection(connection);
}

void HttpServer::resume(MHD_Connection* connection) {
  MHD_resume_connection(connection);
}

}  // namespace ucm::net
