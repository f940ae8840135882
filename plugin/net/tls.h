// Certificates for the HTTPS listener. The only door to GnuTLS' sessions.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"

namespace ucm::net {

// A certificate chain with its key, re-read when a file of them changes. A pair that does not fit together,
// as it is while it is being replaced, leaves the old one in use.
class Certificates {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Certificates>> open(std::string certificate_file,
                                                                  std::string key_file, Log& log);
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;
  ~Certificates();

  // Looks at the files, at most once a second. `handshake_s`: after so long nobody uses an old pair any more.
  void refresh(std::int64_t now_ms, int handshake_s);

  // When the pair in use expires, or the first certificate of its chain that does; epoch seconds.
  [[nodiscard]] std::int64_t expires_s() const;

  // Handshakes on this thread use `certificates` while this lives: the library's callback has no other way to
  // know.
  class Serving {
   public:
    explicit Serving(const Certificates* certificates);
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;
    ~Serving();
  };
  // A gnutls_certificate_retrieve_function2*.
  [[nodiscard]] static void* callback();

  struct Pair;

 private:
  struct Retired {
    std::unique_ptr<Pair> pair;
    std::int64_t since_ms = 0;
  };
  Certificates(std::string certificate_file, std::string key_file, Log& log);
  [[nodiscard]] Result<std::unique_ptr<Pair>> load() const;

  std::string certificate_file_;
  std::string key_file_;
  Log& log_;
  std::unique_ptr<Pair> pair_;
  std::deque<Retired> retired_;
  std::int64_t looked_ms_ = 0;
};

// GnuTLS' words for "this version and every later one"; those of before 1.2 are spoken only where they are
// asked for. REQUIRES: is_tls_version(minimum)
[[nodiscard]] const char* tls_priorities(std::string_view minimum) noexcept;

// Whether the peer of a gnutls_session_t showed a certificate that the session's CAs signed.
[[nodiscard]] bool peer_is_certified(void* session);

// A PEM file for `option`, or what is wrong with it and what to do.
[[nodiscard]] Result<std::string> read_pem(const std::string& path, const char* option);

}  // namespace ucm::net
