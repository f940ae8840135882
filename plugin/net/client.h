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

// Whom to believe. Verified by default.
struct TlsTrust {
  std::string ca_file;      // PEM; "" = the system's authorities
  bool verify_peer = true;  // the chain leads to an authority; the certificate's dates
  bool verify_host = true;  // the certificate names the host
  std::string pinned_key;   // "sha256//BASE64" of the SubjectPublicKeyInfo. It stands in place of the
                           // authorities and of the name, unless ca_file is given: then both must hold
  int security_level = 2;        // OpenSSL's: 1 lets in the 1024-bit keys of UCM62xx
  std::string certificate_file;  // ours, PEM; "" = none
  std::string key_file;
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
  // Gets the bytes of a body with status 2xx as they come, in place of ClientAnswer::body. False: enough, the
  // exchange ends well at once.
  std::function<bool(std::string_view)> sink;
};

// How far it came.
enum class Reach {
  answered,   // an HTTP answer, whatever its status
  resolve,    // the name has no address
  connect,    // nothing listens there
  tls,        // no trust, or no common cipher or version
  timeout,    // timeout_ms
  cut,        // the connection ended before the answer did, or it was no HTTP
  too_large,  // most_bytes
};

struct PeerCertificate {
  std::int64_t expires_s = 0;  // epoch seconds
  std::string pin;             // "sha256//BASE64"
  bool self_signed = false;
};

struct ClientAnswer {
  Reach reach = Reach::cut;
  std::string what;  // unless answered: one sentence with what to do about it; names the pin of a certificate
                     // that is not trusted. No credentials in it
  int status = 0;
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

  // REQUIRES: `loop` outlives it. Call prepare_client() before the first thread starts.
  [[nodiscard]] static Result<std::unique_ptr<Client>> create(Loop& loop);
  // Exchanges must be destroyed before it.
  virtual ~Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // `done` runs later on the loop's thread, once, and may destroy the Exchange and ask anew; never inside
  // ask(). At most kMostAtOnce exchanges are on the wire, the others wait their turn; their time has not
  // begun.
  [[nodiscard]] virtual std::unique_ptr<Exchange> ask(ClientRequest request, Done done) = 0;
  [[nodiscard]] virtual std::size_t on_the_wire() const noexcept = 0;

  static constexpr std::size_t kMostAtOnce = 128;

 protected:
  Client() = default;
};

// libcurl's global state; any number of times, before threads start.
void prepare_client();

}  // namespace ucm::net
