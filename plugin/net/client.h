// An HTTPS client on the loop: any number of exchanges at the same time, none of which blocks. The only door
// to libcurl.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/loop.h"

namespace ucm::net {

// Whom to believe. Verified by default. Exchanges of different trusts never share a connection.
struct TlsTrust {
  std::string ca_file;      // PEM; "" = the system's authorities. Read again when it has changed
  bool verify_peer = true;  // the chain leads to an authority; the certificate's dates
  bool verify_host = true;  // the certificate names the host
  std::string pinned_key;   // "sha256//BASE64" of the SubjectPublicKeyInfo. It stands in place of the
                           // authorities, the dates and the name, unless ca_file is given: then all must hold
  int security_level = 2;  // OpenSSL's, whatever else is believed: 1 lets in the 1024-bit keys of UCM62xx,
                           // 0 also TLS 1.0 and 1.1
  std::string certificate_file;  // ours, PEM, with its chain; "" = none
  std::string key_file;          // PEM without a passphrase; "" = in certificate_file
  bool operator==(const TlsTrust&) const = default;
};

struct ClientRequest {
  std::string url;  // https only
  bool post = false;
  std::string body;  // of a POST, JSON
  std::string user;  // HTTP authentication as a 401 asks for it (Digest or Basic); "" = none
  std::string password;
  std::int64_t timeout_ms = 10'000;             // from the start to the last byte
  std::size_t most_bytes = 64UL * 1024 * 1024;  // of the body
  TlsTrust trust;
  // Gets the bytes of a body with status 2xx as they come, in place of ClientAnswer::body; most_bytes counts
  // them too. False: enough, the exchange ends well at once. It may ask anew and destroy any Exchange, its
  // own too, but not the Client.
  std::function<bool(std::string_view)> sink;
};

// How far it came.
enum class Reach {
  answered,   // an HTTP answer, whatever its status
  resolve,    // the name has no address, or the URL no name; a URL with credentials in it is none of ours
  connect,    // nothing listens there
  tls,        // no trust, no common cipher or version, no TLS at all, or a file of TlsTrust cannot be used
  timeout,    // timeout_ms, at whatever stage
  cut,        // the connection ended before the answer did, or it was no HTTP
  too_large,  // most_bytes, or 256 KiB of headers
};

struct PeerCertificate {
  std::int64_t expires_s = 0;  // epoch seconds
  std::string pin;             // "sha256//BASE64"
  bool self_signed = false;
};

struct ClientAnswer {
  Reach reach = Reach::cut;
  std::string what;  // unless answered: one sentence with what to do about it; names the pin of a certificate
                     // that is not trusted. Printable, no credentials, no path or query of the URL in it
  int status = 0;    // of what was answered, or was too large
  // The next three of what was answered, otherwise empty.
  std::string content_type;
  std::string challenge;  // the first WWW-Authenticate's scheme of a final 401: "Digest"
  std::string body;
  std::int64_t elapsed_ms = 0;  // from the start of the exchange; waiting for a place not included
  std::optional<PeerCertificate> certificate;  // of an exchange that came as far as showing one
};

class Client {
 public:
  using Done = std::function<void(ClientAnswer)>;
  // Stands for one exchange; destroying it ends the exchange without calling Done.
  class Exchange {
   public:
    Exchange() = default;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    virtual ~Exchange() = default;
  };

  // `idle_ms`: how long a connection is kept for the next exchange. Config fault when libcurl is not one with
  // OpenSSL. REQUIRES: `loop` outlives it and runs with SIGPIPE blocked or ignored. Call prepare_client()
  // before the first thread starts.
  [[nodiscard]] static Result<std::unique_ptr<Client>> create(Loop& loop, std::int64_t idle_ms = kIdle_ms);
  // Ends all exchanges without calling Done and waits for nothing, not for a name server either. An Exchange
  // that outlives it does nothing any more.
  virtual ~Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // `done` runs later on the loop's thread, once, never inside ask(), and may destroy any Exchange, ask anew
  // and destroy the Client. At most kMostAtOnce exchanges are on the wire, the others wait their turn; their
  // time has not begun. Redirects are not followed, and credentials are shown once an exchange at most.
  [[nodiscard]] virtual std::unique_ptr<Exchange> ask(ClientRequest request, Done done) = 0;
  [[nodiscard]] virtual std::size_t on_the_wire() const noexcept = 0;

  static constexpr std::size_t kMostAtOnce = 128;
  static constexpr std::int64_t kIdle_ms = 30'000;

 protected:
  Client() = default;
};

// libcurl's global state; any number of times, before threads start.
void prepare_client();

}  // namespace ucm::net
