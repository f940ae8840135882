// libmicrohttpd behind a narrow door: what a request brings, what is said to it. It decides nothing.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/guard.h"
#include "base/result.h"
#include "net/acceptor.h"
#include "net/connection.h"
#include "net/listener.h"
#include "net/tls.h"

struct MHD_Daemon;
struct MHD_Response;

namespace ucm::net {

// What happens on the connections, told from inside HttpServer::run() and its destructor. Those that return a
// bool cut the connection with false.
class HttpEvents {
 public:
  HttpEvents() = default;
  HttpEvents(const HttpEvents&) = delete;
  HttpEvents& operator=(const HttpEvents&) = delete;
  virtual ~HttpEvents() = default;

  virtual Connection& opened(MHD_Connection* library, int descriptor, const sockaddr& peer) = 0;
  [[nodiscard]] virtual bool head(Connection& connection, std::string_view method) = 0;
  [[nodiscard]] virtual bool more(Connection& connection, std::string_view bytes) = 0;
  // Also when a suspended request is resumed.
  [[nodiscard]] virtual bool whole(Connection& connection) = 0;
  virtual void done(Connection& connection) = 0;
  virtual void closed(Connection& connection) = 0;
  virtual void complaint(std::string_view line) = 0;
};

struct Field {
  const char* name = nullptr;
  std::string value;
};

// When HttpServer::run() wants to be called again, besides when its descriptor is readable.
enum class Due { when_readable, at_once, soon };

class HttpServer {
 public:
  // `certificates` makes it HTTPS, `client_ca` (PEM) asks for client certificates.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(HttpEvents& events, const Endpoint& endpoint,
                                                                 std::unique_ptr<Certificates> certificates,
                                                                 std::string client_ca);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();  // REQUIRES: no connection is suspended

  [[nodiscard]] int descriptor() const;  // readable when run() has something to do
  [[nodiscard]] Due run();
  // False when it is closed already. opened() is called at once (libmicrohttpd 0.9) or in run() (1.0).
  [[nodiscard]] bool add(Arrival arrival);

  [[nodiscard]] static std::string_view header(MHD_Connection* connection, const char* name);
  [[nodiscard]] static std::size_t header_bytes(MHD_Connection* connection);
  // Whether the header tells one length of the body and no other. What tells two is read in two ways by two
  // programs.
  [[nodiscard]] static bool is_framed(MHD_Connection* connection);
  // Of the certificate in use; looks whether the file has changed. Empty over http://.
  [[nodiscard]] std::optional<std::int64_t> certificate_expires_s();
  [[nodiscard]] bool certified(MHD_Connection* connection) const;  // true when no client CA is given

  [[nodiscard]] bool respond(MHD_Connection* connection, unsigned status, std::string_view body,
                             std::span<const Field> fields = {});
  static void suspend(MHD_Connection* connection);
  static void resume(MHD_Connection* connection);

 private:
  struct StopDaemon {
    void operator()(MHD_Daemon* daemon) const;
  };
  struct DropResponse {
    void operator()(MHD_Response* response) const;
  };
  using ResponseOwner = std::unique_ptr<MHD_Response, DropResponse>;
  struct Said {
    std::string body;
    ResponseOwner response;
  };
  HttpServer(HttpEvents& events, std::unique_ptr<Certificates> certificates, std::string client_ca,
             int request_s);
  struct Callbacks;
  [[nodiscard]] static ResponseOwner make_response(std::string_view body, std::span<const Field> fields);

  HttpEvents& events_;
  std::uint64_t told_ = 0;  // events
  Wall wall_;               // around what the library calls
  std::unique_ptr<Certificates> certificates_;
  std::string client_ca_;
  int request_s_;
  std::map<unsigned, Said> said_;  // the last answer of each status: nearly always the next one too
  std::unique_ptr<MHD_Daemon, StopDaemon> daemon_;
};

}  // namespace ucm::net
