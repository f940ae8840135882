// HTTP and HTTPS listeners: who may push, what is too much, who waits for which answer.
#include <sys/socket.h>

#include <array>
#include <map>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "net/acceptor.h"
#include "net/connection.h"
#include "net/credentials.h"
#include "net/exchange.h"
#include "net/http_server.h"
#include "net/open.h"
#include "net/places.h"

namespace ucm::net {

namespace {

constexpr std::int64_t kSweepHttpMs = 500;
constexpr std::int64_t kSoonMs = 50;

class HttpListener final : public Listener, private HttpEvents {
 public:
  HttpListener(Loop& loop, Places& places, const Endpoint& endpoint, Intake& intake, Log& log)
      : loop_(loop),
        places_(places),
        endpoint_(endpoint),
        intake_(intake),
        log_(log),
        credentials_(endpoint.user, endpoint.password) {}
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;
  ~HttpListener() override;

  [[nodiscard]] Result<void> start();

  [[nodiscard]] const Endpoint& endpoint() const override { return endpoint_; }
  [[nodiscard]] std::uint16_t port() const override { return acceptor_->port(); }
  [[nodiscard]] std::size_t connections() const override { return connections_.size() + coming_.size(); }
  [[nodiscard]] std::uint64_t accepted() const override { return accepted_; }
  [[nodiscard]] std::optional<std::int64_t> certificate_expires_s() override {
    return server_->certificate_expires_s();
  }
  void answer(Ticket ticket, Reply reply) override;
  void flush() override;
  void hold(bool) override {}

 private:
  Connection& opened(MHD_Connection* library, int descriptor, const sockaddr& peer) override;
  bool head(Connection& connection, std::string_view method) override;
  bool more(Connection& connection, std::string_view bytes) override;
  bool whole(Connection& connection) override;
  void done(Connection& connection) override;
  void closed(Connection& connection) override { connections_.remove(connection); }
  void complaint(std::string_view line) override;

  void arrived(Arrival arrival);
  void run();
  void sweep();
  bool refuse(const Connection& connection);

  struct Coming {
    std::unique_ptr<Places::Place> place;
    bool stranger = false;
  };

  Loop& loop_;
  Places& places_;
  Endpoint endpoint_;
  Intake& intake_;
  Log& log_;
  Credentials credentials_;
  Connections connections_;
  std::map<int, Coming> coming_;  // by descriptor: what the library has taken and not opened yet
  std::uint64_t accepted_ = 0;
  bool running_ = false;
  bool delivered_ = false;  // in the last run
  bool answered_ = false;   // since the last run
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<Loop::Watch> watch_;
  std::unique_ptr<Loop::Timer> sweeper_;
  std::unique_ptr<Loop::Timer> again_;
  std::unique_ptr<Loop::Timer> turn_;
};

HttpListener::~HttpListener() {
  acceptor_.reset();
  watch_.reset();
  connections_.each([](const Connection& connection) {
    if (connection.resting) HttpServer::resume(connection.library);
  });
  server_.reset();
}

Result<void> HttpListener::start() {
  std::unique_ptr<Certificates> certificates;
  std::string client_ca;
  if (endpoint_.scheme == Scheme::https) {
    auto opened = Certificates::open(endpoint_.certificate_file, endpoint_.key_file, log_);
    if (!opened) return Error{Fault::config, text("{}: {}", endpoint_.url, opened.error().what)};
    certificates = std::move(opened).value();
    if (!endpoint_.client_ca_file.empty()) {
      auto read = read_pem(endpoint_.client_ca_file, "ClientCAFile");
      if (!read) return Error{Fault::config, text("{}: {}", endpoint_.url, read.error().what)};
      client_ca = std::move(read).value();
    }
  }
  auto server = HttpServer::start(*this, endpoint_, std::move(certificates), std::move(client_ca));
  if (!server) return Error{Fault::config, text("{}: {}", endpoint_.url, server.error().what)};
  server_ = std::move(server).value();
  auto listening = bind_and_listen(endpoint_.host, endpoint_.port, endpoint_.url);
  if (!listening) return listening.error();
  watch_ = loop_.watch(server_->descriptor(), true, false, [this](bool, bool) { run(); });
  acceptor_ = std::make_unique<Acceptor>(loop_, log_, endpoint_.url, std::move(listening).value(),
                                         [this](Arrival arrival) { arrived(std::move(arrival)); });
  return {};
}

void HttpListener::arrived(Arrival arrival) {
  ++accepted_;
  const int descriptor = arrival.descriptor.get();
  const auto cut = [descriptor] { ::shutdown(descriptor, SHUT_RDWR); };
  const Places::Gate gate{endpoint_, intake_, log_};
  const bool stranger = !intake_.knows(arrival.sender);
  auto place =
      stranger ? places_.admit_stranger(gate, arrival.sender, cut) : places_.admit(gate, arrival.sender, cut);
  if (!place) return;
  coming_.insert_or_assign(descriptor, Coming{std::move(place), stranger});
  if (!sweeper_) sweeper_ = loop_.every(kSweepHttpMs, [this] { sweep(); });
  if (!server_->add(std::move(arrival))) coming_.erase(descriptor);
}

void HttpListener::run() {
  if (running_) return;
  running_ = true;
  delivered_ = answered_ = false;
  const Due due = server_->run();
  running_ = false;
  coming_.clear();  // all of them are opened now, or closed
  if (due == Due::when_readable) return;
  again_ = loop_.once(due == Due::soon ? kSoonMs : 0, [this] {
    again_.reset();
    run();
  });
}

// What came in while answers were being sent needs an end of turn of its own, even if nothing else happens.
void HttpListener::flush() {
  if (!answered_) return;
  run();
  if (delivered_) turn_ = loop_.once(0, [] {});
}

void HttpListener::sweep() {
  if (connections() == 0) return sweeper_.reset();
  connections_.sweep(system_clock().mono_ms(), endpoint_.limits, [this](const Connection& connection) {
    intake_.refused(Refusal::too_slow, connection.sender);
  });
}

void HttpListener::answer(Ticket ticket, Reply reply) {
  Connection* connection = connections_.find(ticket);
  if (connection == nullptr || !connection->resting) return;
  connection->reply = std::move(reply);
  connection->resting = false;
  if (connection->place) connection->place->resting = false;
  answered_ = true;
  HttpServer::resume(connection->library);
}

Connection& HttpListener::opened(MHD_Connection* library, int descriptor, const sockaddr& peer) {
  Connection& connection = connections_.add(system_clock().mono_ms());
  connection.library = library;
  connection.descriptor = descriptor;
  connection.sender = address_of(peer);
  if (const auto coming = coming_.find(descriptor); coming != coming_.end()) {
    connection.place = std::move(coming->second.place);
    connection.stranger = coming->second.stranger;
    coming_.erase(coming);
  }
  return connection;
}

bool HttpListener::head(Connection& connection, std::string_view method) {
  MHD_Connection* library = connection.library;
  connection.in_request = true;
  Head head;
  head.known = !connection.stranger;
  if (head.known) {
    if (!connection.certified) connection.certified = server_->certified(library);
    head.certified = *connection.certified;
    head.credentials =
        credentials_.check(HttpServer::header(library, "Authorization"), method, system_clock().mono_ms());
  }
  head.carries_record = method == "POST" || method == "PUT";
  head.framed = HttpServer::is_framed(library);
  head.header_bytes = HttpServer::header_bytes(library);
  const auto announced = whole_number(HttpServer::header(library, "Content-Length"));
  head.announced_bytes = announced && *announced > 0 ? static_cast<std::uint64_t>(*announced) : 0;
  const Ruling ruling = judge(head, endpoint_.limits);
  connection.exchange.begin(ruling, head, endpoint_.limits.record_bytes);
  // A refused body that has not been sent yet, or is too long to be read only to be thrown away.
  const bool waits = equal_ignoring_case(HttpServer::header(library, "Expect"), "100-continue");
  const bool unread = waits || head.announced_bytes > kMostThrownAway || !head.framed;
  if (ruling != Ruling::take && unread) return refuse(connection);
  return true;
}

bool HttpListener::more(Connection& connection, std::string_view bytes) {
  if (connection.exchange.more(bytes)) return true;
  const auto refusal = refusal_of(connection.exchange.ruling());
  if (refusal) intake_.refused(*refusal, connection.sender);
  return false;
}

bool HttpListener::whole(Connection& connection) {
  if (connection.reply) {
    static const std::array<Field, 1> later{{{"Retry-After", "5"}}};
    const Reply reply = *std::exchange(connection.reply, std::nullopt);
    const std::span<const Field> fields =
        reply.verdict == Verdict::unavailable ? later : std::span<const Field>();
    return server_->respond(connection.library, status_of(reply.verdict), reply.text, fields);
  }
  if (connection.exchange.ruling() != Ruling::take) return refuse(connection);
  if (connection.exchange.empty()) {
    const Answer nothing = answer_to(Ruling::take);
    return server_->respond(connection.library, nothing.status, nothing.text);
  }
  // First: a connection that is suspended must not be closed, as it is when this throws.
  intake_.deliver(connections_.ticket(connection), connection.sender, connection.exchange.take_body());
  HttpServer::suspend(connection.library);
  connection.resting = true;
  if (connection.place) connection.place->resting = true;
  delivered_ = true;
  return true;
}

bool HttpListener::refuse(const Connection& connection) {
  const Ruling ruling = connection.exchange.ruling();
  const Answer answer = answer_to(ruling);
  if (const auto refusal = refusal_of(ruling)) intake_.refused(*refusal, connection.sender);
  std::vector<Field> fields;
  if (answer.status == 401) {
    const bool stale = ruling == Ruling::stale_credentials;
    fields.push_back({"WWW-Authenticate", credentials_.digest_challenge(stale, system_clock().mono_ms())});
    fields.push_back({"WWW-Authenticate", Credentials::basic_challenge()});
  }
  if (answer.status == 400) fields.push_back({"Connection", "close"});
  if (answer.status == 405) fields.push_back({"Allow", "POST, PUT"});
  return server_->respond(connection.library, answer.status, answer.text, fields);
}

void HttpListener::done(Connection& connection) {
  connection.exchange.reset();
  connection.reply.reset();
  connection.in_request = false;
  connection.answered = true;
  connections_.retire_ticket(connection);
}

void HttpListener::complaint(std::string_view line) {
  log_.say_rarely("net/http-library", Severity::info, text("HTTP server: {}", line));
}

}  // namespace

Result<std::unique_ptr<Listener>> open_http(Loop& loop, Places& places, const Endpoint& endpoint,
                                            Intake& intake, Log& log) {
  auto listener = std::make_unique<HttpListener>(loop, places, endpoint, intake, log);
  if (auto started = listener->start(); !started) return started.error();
  return std::unique_ptr<Listener>(std::move(listener));
}

}  // namespace ucm::net
