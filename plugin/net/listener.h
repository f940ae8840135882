// Listeners for CDR pushes. They know bytes, addresses and credentials; what a record is they do not know.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "net/address.h"
#include "net/loop.h"

namespace ucm::net {

enum class Scheme { tcp, http, https };

// Each limit is enforced where bytes enter. 0 means the default shown.
struct Limits {
  std::size_t record_bytes = 256UL * 1024;  // of a body or a document
  std::size_t header_bytes = 16UL * 1024;   // of a request's line and headers together
  int connections = 1024;                   // at once, of one listener
  int connections_a_sender = 128;           // of them
  int idle_s = 75;     // a connection on which nothing arrives; on tcp:// closed only when its
                       // place is needed: a record sent into it then would be lost
  int request_s = 30;  // from a request's first byte to its last, headers included; on tcp://
                       // from the first byte of a document to its last
};

struct Endpoint {
  std::string url;  // as configured, for messages
  Scheme scheme = Scheme::http;
  std::string host;        // an address, or "" and "*" for all of them
  std::uint16_t port = 0;  // 0: the system picks one
  std::string user;        // "" = no credentials asked for
  std::string password;
  std::string certificate_file;     // https
  std::string key_file;             // https
  std::string client_ca_file;       // https; "" = no client certificate asked for
  std::string tls_minimum = "1.2";  // https; is_tls_version() of it
  Limits limits;
};

// "1.0", "1.1", "1.2", "1.3".
[[nodiscard]] bool is_tls_version(std::string_view version) noexcept;

// "http://0.0.0.0:5000", "tcp://[::]:5001"; a path after the port is allowed and ignored.
[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view url);

// What the sender of an HTTP request is told. One switch makes the status of it.
enum class Verdict {
  accepted,        // 200
  not_understood,  // 202, kept in quarantine
  unknown_sender,  // 403, for a sender that only its record gives away
  too_many,        // 413, of more records than are taken at once
  unavailable,     // 503 with Retry-After
};

struct Reply {
  Verdict verdict = Verdict::accepted;
  std::string text;  // the body of the answer; plain text, one line
};

// Why a sender was turned away before anything of it was handed over.
enum class Refusal {
  unknown_sender,  // no PBX names its address: 403, or the connection is closed
  credentials,  // wrong ones, 401. Not counted for a request that brings none: that is the normal first step
  too_large,    // 413
  too_many,     // one more than there is room for: it, or one that makes room for it, is closed
  too_slow,     // over idle_s or request_s with a request half sent: closed
};
inline constexpr std::size_t kRefusals = 5;

using Ticket = std::uint64_t;

// One TCP connection as its reader sees it.
class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;
  virtual void bytes(std::string_view more) = 0;
  virtual void closed() = 0;                               // by the peer, in order or not; called once, last
  [[nodiscard]] virtual bool inside_document() const = 0;  // for Limits::request_s
};

class Places;

// Where listeners hand over what arrives. All calls come on the loop's thread. From inside of them, no
// listener is destroyed or held.
class Intake {
 public:
  Intake() = default;
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;
  virtual ~Intake() = default;

  [[nodiscard]] virtual bool knows(const Address& sender) = 0;
  // A whole body, not empty, from a sender that is known and has shown its credentials. It is answered once,
  // by Listener::answer, in this turn or a later one; until then its connection rests.
  virtual void deliver(Ticket ticket, const Address& sender, std::string body) = 0;
  [[nodiscard]] virtual std::unique_ptr<Stream> open(const Address& sender) = 0;
  // Whether streams of this sender may be read now; while not, what they send waits in the kernel.
  [[nodiscard]] virtual bool has_room(const Address& sender) = 0;
  virtual void refused(Refusal refusal, const Address& sender) = 0;
};

class Listener {
 public:
  Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  // Closes every connection at once, answered or not, and the socket.
  virtual ~Listener() = default;

  [[nodiscard]] virtual const Endpoint& endpoint() const = 0;
  [[nodiscard]] virtual std::uint16_t port() const = 0;  // the real one
  [[nodiscard]] virtual std::size_t connections() const = 0;
  [[nodiscard]] virtual std::uint64_t accepted() const = 0;  // connections, since the start

  // When its own certificate expires, epoch seconds; empty where it has none.
  [[nodiscard]] virtual std::optional<std::int64_t> certificate_expires_s() { return std::nullopt; }

  // REQUIRES: the ticket was delivered by this listener and not answered yet. A sender that has gone is fine.
  virtual void answer(Ticket ticket, Reply reply) = 0;
  // Sends what answer() prepared, without waiting for the loop to come round. Once per turn. What arrives
  // meanwhile is delivered at once and gets a turn of its own.
  virtual void flush() = 0;

  // TCP has no answer: while records cannot be kept its door is shut, so that the PBX sees the connection
  // refused and keeps them; open connections are not read. HTTP stays open and answers. Idempotent.
  virtual void hold(bool closed) = 0;
};

// Binds and listens. Tickets of different listeners never collide. Network or config faults say what to do.
// REQUIRES: `loop`, `places`, `intake` and `log` outlive the listener.
[[nodiscard]] Result<std::unique_ptr<Listener>> listen(Loop& loop, Places& places, const Endpoint& endpoint,
                                                       Intake& intake, Log& log);

}  // namespace ucm::net
