// HTTP and HTTPS: libmicrohttpd in external-epoll mode. The only door to it.
#include <microhttpd.h>

#include <sys/random.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <map>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "net/acceptor.h"
#include "net/connection.h"
#include "net/exchange.h"
#include "net/open.h"

namespace ucm::net {

namespace {

constexpr const char* kRealm = "ucm";
constexpr unsigned kNonceLife_s = 300;
constexpr unsigned kNonces = 4096;
constexpr std::size_t kReserveBytes = 8192;  // of a connection's memory, for what is not the request's header
constexpr int kRunsAtOnce = 8;
constexpr std::int64_t kSweepMs = 500;

struct StopDaemon {
  void operator()(MHD_Daemon* daemon) const { MHD_stop_daemon(daemon); }
};
using DaemonOwner = std::unique_ptr<MHD_Daemon, StopDaemon>;
struct DropResponse {
  void operator()(MHD_Response* response) const { MHD_destroy_response(response); }
};
using ResponseOwner = std::unique_ptr<MHD_Response, DropResponse>;
struct FreeText {
  void operator()(char* text) const { MHD_free(text); }
};
using TextOwner = std::unique_ptr<char, FreeText>;

ResponseOwner make_response(unsigned status, std::string_view body) {
  std::string line(body);
  line += '\n';
  ResponseOwner response(MHD_create_response_from_buffer(line.size(), line.data(), MHD_RESPMEM_MUST_COPY));
  if (!response) return response;
  MHD_add_response_header(response.get(), "Content-Type", "text/plain; charset=utf-8");
  if (status == 405) MHD_add_response_header(response.get(), "Allow", "POST, PUT");
  if (status == 503) MHD_add_response_header(response.get(), "Retry-After", "5");
  return response;
}

std::string_view header_of(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

class HttpListener final : public Listener {
 public:
  HttpListener(Loop& loop, const Endpoint& endpoint, Intake& intake, Log& log)
      : loop_(loop), endpoint_(endpoint), intake_(intake), log_(log) {}
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;
  ~HttpListener() override;

  [[nodiscard]] Result<void> start();

  [[nodiscard]] const Endpoint& endpoint() const override { return endpoint_; }
  [[nodiscard]] std::uint16_t port() const override { return acceptor_->port(); }
  [[nodiscard]] std::size_t connections() const override { return connections_.size(); }
  [[nodiscard]] std::uint64_t accepted() const override { return accepted_; }
  void answer(Ticket ticket, Reply reply) override;
  void flush() override { run(); }
  void hold(bool) override {}

 private:
  void arrived(Arrival arrival);
  void run();
  void sweep();

  void opened(MHD_Connection* library, void** context);
  void closed(Connection& connection);
  MHD_Result head(Connection& connection, std::string_view method);
  MHD_Result whole(Connection& connection);
  MHD_Result refuse(Connection& connection);
  MHD_Result say(Connection& connection, unsigned status, std::string_view body);
  MHD_Result ask_for_credentials(Connection& connection, const Answer& answer, bool stale);
  [[nodiscard]] Shown credentials_of(MHD_Connection* library) const;

  static MHD_Result on_request(void* self, MHD_Connection* library, const char* url, const char* method,
                               const char* version, const char* data, std::size_t* size, void** request);
  static void on_done(void* self, MHD_Connection* library, void** request, MHD_RequestTerminationCode);
  static void on_connection(void* self, MHD_Connection* library, void** context,
                            MHD_ConnectionNotificationCode code);
  static void on_message(void* self, const char* format, va_list values);

  struct Said {
    std::string body;
    ResponseOwner response;
  };

  Loop& loop_;
  Endpoint endpoint_;
  Intake& intake_;
  Log& log_;
  std::array<char, 32> random_{};
  std::map<unsigned, Said> said_;  // the last answer of each status: nearly always the next one too
  Connections connections_;
  std::uint64_t accepted_ = 0;
  bool running_ = false;
  bool delivered_ = false;
  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<Loop::Watch> watch_;
  std::unique_ptr<Loop::Timer> sweeper_;
  std::unique_ptr<Loop::Timer> again_;
  DaemonOwner daemon_;
};

HttpListener::~HttpListener() {
  acceptor_.reset();
  watch_.reset();
  connections_.each([](Connection& connection) {
    if (connection.resting) MHD_resume_connection(connection.library);
    connection.resting = false;
  });
  daemon_.reset();
}

Result<void> HttpListener::start() {
  auto listening = bind_and_listen(endpoint_.host, endpoint_.port, endpoint_.url);
  if (!listening) return listening.error();
  if (::getrandom(random_.data(), random_.size(), 0) != static_cast<ssize_t>(random_.size())) {
    return Error{Fault::config, "the system gives no random numbers"};
  }
  const auto pool = static_cast<std::intptr_t>(endpoint_.limits.header_bytes + kReserveBytes);
  std::vector<MHD_OptionItem> options{
      {MHD_OPTION_EXTERNAL_LOGGER, reinterpret_cast<std::intptr_t>(&HttpListener::on_message), this},
      {MHD_OPTION_NOTIFY_COMPLETED, reinterpret_cast<std::intptr_t>(&HttpListener::on_done), this},
      {MHD_OPTION_NOTIFY_CONNECTION, reinterpret_cast<std::intptr_t>(&HttpListener::on_connection), this},
      {MHD_OPTION_CONNECTION_LIMIT, endpoint_.limits.connections, nullptr},
      {MHD_OPTION_CONNECTION_MEMORY_LIMIT, pool, nullptr},
      {MHD_OPTION_DIGEST_AUTH_RANDOM, static_cast<std::intptr_t>(random_.size()), random_.data()},
      {MHD_OPTION_NONCE_NC_SIZE, kNonces, nullptr},
      {MHD_OPTION_END, 0, nullptr}};
  const unsigned flags =
      MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG;
  daemon_.reset(MHD_start_daemon(flags, 0, nullptr, nullptr, &HttpListener::on_request, this,
                                 MHD_OPTION_ARRAY, options.data(), MHD_OPTION_END));
  if (!daemon_) return Error{Fault::config, text("cannot start the HTTP server for {}", endpoint_.url)};
  const MHD_DaemonInfo* info = MHD_get_daemon_info(daemon_.get(), MHD_DAEMON_INFO_EPOLL_FD);
  if (info == nullptr) return Error{Fault::config, "the HTTP library was built without epoll"};
  watch_ = loop_.watch(info->epoll_fd, true, false, [this](bool, bool) { run(); });
  acceptor_ = std::make_unique<Acceptor>(loop_, log_, endpoint_.url, std::move(listening).value(),
                                         [this](Arrival arrival) { arrived(std::move(arrival)); });
  return {};
}

void HttpListener::arrived(Arrival arrival) {
  if (connections_.size() >= static_cast<std::size_t>(endpoint_.limits.connections)) {
    log_.say_rarely(
        "net/connections", Severity::warning,
        text("{} connections are open on {}: a new one is closed", connections_.size(), endpoint_.url));
    intake_.refused(Refusal::too_many, arrival.sender);
    return;
  }
  ++accepted_;
  if (!sweeper_) sweeper_ = loop_.every(kSweepMs, [this] { sweep(); });
  // The library closes the descriptor in any case.
  MHD_add_connection(daemon_.get(), arrival.descriptor.release(), reinterpret_cast<sockaddr*>(&arrival.peer),
                     arrival.peer_size);
}

// The library may have more to do without a new event on its descriptor, and what came in while answers were
// being sent needs an end of turn of its own.
void HttpListener::run() {
  if (running_) return;
  running_ = true;
  delivered_ = false;
  MHD_UNSIGNED_LONG_LONG wait = 0;
  bool more = true;
  for (int i = 0; more && i < kRunsAtOnce; ++i) {
    MHD_run(daemon_.get());
    more = MHD_get_timeout(daemon_.get(), &wait) == MHD_YES && wait == 0;
  }
  running_ = false;
  if (more || delivered_)
    again_ = loop_.once(0, [this, more] {
      if (more) run();
    });
}

void HttpListener::sweep() {
  if (connections_.size() == 0) return sweeper_.reset();
  connections_.sweep(system_clock().mono_ms(), endpoint_.limits, [this](const Connection& connection) {
    intake_.refused(Refusal::too_slow, connection.sender);
  });
}

void HttpListener::answer(Ticket ticket, Reply reply) {
  Connection* connection = connections_.find(ticket);
  if (connection == nullptr || !connection->resting) return;
  connection->reply = std::move(reply);
  connection->resting = false;
  MHD_resume_connection(connection->library);
}

void HttpListener::opened(MHD_Connection* library, void** context) {
  Connection& connection = connections_.add(system_clock().mono_ms());
  connection.library = library;
  connection.descriptor = MHD_get_connection_info(library, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
  connection.sender =
      address_of(*MHD_get_connection_info(library, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
  *context = &connection;
}

MHD_Result HttpListener::head(Connection& connection, std::string_view method) {
  MHD_Connection* library = connection.library;
  connection.in_request = true;
  Head head;
  head.known = intake_.knows(connection.sender);
  if (head.known) head.credentials = credentials_of(library);
  head.carries_record = method == "POST" || method == "PUT";
  head.header_bytes = MHD_get_connection_info(library, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
  const auto announced = whole_number(header_of(library, "Content-Length"));
  head.announced_bytes = announced && *announced > 0 ? static_cast<std::uint64_t>(*announced) : 0;
  const Ruling ruling = judge(head, endpoint_.limits);
  connection.exchange.begin(ruling, head, endpoint_.limits.record_bytes);
  // A refused body that has not been sent yet, or is too long to be read only to be thrown away.
  const bool waits = equal_ignoring_case(header_of(library, "Expect"), "100-continue");
  if (ruling != Ruling::take && (waits || head.announced_bytes > kMostThrownAway)) return refuse(connection);
  return MHD_YES;
}

MHD_Result HttpListener::whole(Connection& connection) {
  if (connection.reply) {
    const Reply reply = *std::exchange(connection.reply, std::nullopt);
    return say(connection, status_of(reply.verdict), reply.text);
  }
  if (connection.exchange.ruling() != Ruling::take) return refuse(connection);
  if (connection.exchange.empty()) return say(connection, 200, answer_to(Ruling::take).text);
  MHD_suspend_connection(connection.library);
  connection.resting = true;
  delivered_ = true;
  intake_.deliver(connections_.ticket(connection), connection.sender, connection.exchange.take_body());
  return MHD_YES;
}

MHD_Result HttpListener::refuse(Connection& connection) {
  const Ruling ruling = connection.exchange.ruling();
  const Answer answer = answer_to(ruling);
  if (const auto refusal = refusal_of(ruling)) intake_.refused(*refusal, connection.sender);
  if (answer.status != 401) return say(connection, answer.status, answer.text);
  return ask_for_credentials(connection, answer, ruling == Ruling::stale_credentials);
}

MHD_Result HttpListener::say(Connection& connection, unsigned status, std::string_view body) {
  Said& last = said_[status];
  if (!last.response || last.body != body) last = {std::string(body), make_response(status, body)};
  return last.response ? MHD_queue_response(connection.library, status, last.response.get()) : MHD_NO;
}

MHD_Result HttpListener::ask_for_credentials(Connection& connection, const Answer& answer, bool stale) {
  const ResponseOwner response = make_response(answer.status, answer.text);
  if (!response) return MHD_NO;
  MHD_add_response_header(response.get(), "WWW-Authenticate", R"(Basic realm="ucm", charset="UTF-8")");
  return MHD_queue_auth_fail_response2(connection.library, kRealm, kRealm, response.get(),
                                       stale ? MHD_YES : MHD_NO, MHD_DIGEST_ALG_MD5);
}

Shown HttpListener::credentials_of(MHD_Connection* library) const {
  if (endpoint_.user.empty()) return Shown::nothing_asked;
  const std::string_view shown = header_of(library, "Authorization");
  if (shown.empty()) return Shown::none;
  if (starts_with_ignoring_case(shown, "Basic ")) {
    char* password = nullptr;
    const TextOwner user(MHD_basic_auth_get_username_password(library, &password));
    const TextOwner owned(password);
    if (!user || !owned) return Shown::wrong;
    const bool right = same_secret(user.get(), endpoint_.user) & same_secret(owned.get(), endpoint_.password);
    return right ? Shown::right : Shown::wrong;
  }
  if (!starts_with_ignoring_case(shown, "Digest ")) return Shown::wrong;
  const int checked = MHD_digest_auth_check2(library, kRealm, endpoint_.user.c_str(),
                                             endpoint_.password.c_str(), kNonceLife_s, MHD_DIGEST_ALG_MD5);
  if (checked == MHD_YES) return Shown::right;
  return checked == MHD_INVALID_NONCE ? Shown::stale : Shown::wrong;
}

MHD_Result HttpListener::on_request(void* self, MHD_Connection* library, const char*, const char* method,
                                    const char*, const char* data, std::size_t* size, void** request) {
  auto& listener = *static_cast<HttpListener*>(self);
  if (*request == nullptr) {
    *request = MHD_get_connection_info(library, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    return listener.head(*static_cast<Connection*>(*request), method);
  }
  auto& connection = *static_cast<Connection*>(*request);
  if (*size == 0) return listener.whole(connection);
  const bool goes_on = connection.exchange.more({data, *size});
  *size = 0;
  if (!goes_on) {
    if (const auto refusal = refusal_of(connection.exchange.ruling())) {
      listener.intake_.refused(*refusal, connection.sender);
    }
  }
  return goes_on ? MHD_YES : MHD_NO;
}

void HttpListener::on_done(void* self, MHD_Connection*, void** request, MHD_RequestTerminationCode) {
  if (*request == nullptr) return;
  auto& connection = *static_cast<Connection*>(*request);
  connection.exchange.reset();
  connection.reply.reset();
  connection.in_request = false;
  connection.answered = true;
  static_cast<HttpListener*>(self)->connections_.retire_ticket(connection);
}

void HttpListener::on_connection(void* self, MHD_Connection* library, void** context,
                                 MHD_ConnectionNotificationCode code) {
  auto& listener = *static_cast<HttpListener*>(self);
  if (code == MHD_CONNECTION_NOTIFY_STARTED) return listener.opened(library, context);
  if (*context != nullptr) listener.connections_.remove(*static_cast<Connection*>(*context));
}

void HttpListener::on_message(void* self, const char* format, va_list values) {
  std::array<char, 512> line{};
  std::vsnprintf(line.data(), line.size(), format, values);
  static_cast<HttpListener*>(self)->log_.say_rarely("net/http-library", Severity::info,
                                                    text("HTTP server: {}", trimmed(line.data())));
}

}  // namespace

Result<std::unique_ptr<Listener>> open_http(Loop& loop, const Endpoint& endpoint, Intake& intake, Log& log) {
  auto listener = std::make_unique<HttpListener>(loop, endpoint, intake, log);
  if (auto started = listener->start(); !started) return started.error();
  return std::unique_ptr<Listener>(std::move(listener));
}

}  // namespace ucm::net
