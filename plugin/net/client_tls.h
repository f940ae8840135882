// What a server shows in a TLS handshake, and whether it is believed. The only door to OpenSSL's TLS.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "net/client.h"

struct x509_store_st;

namespace ucm::net {

// Why there is no connection to trust. One switch makes the sentence of it.
enum class Flaw {
  none,
  file,             // one of ours cannot be used; the detail says which and why
  pin,              // another key than the pinned one
  weak,             // a key or a signature under security_level
  self_signed,      // by nobody else, and not among the authorities
  authority,        // its chain leads to none of them
  name,             // it is somebody else's
  expired,          // see its dates
  early,            // it is not valid yet
  certificate,      // otherwise wrong; the detail says how
  nothing_common,   // no version or cipher that both sides take
  no_tls,           // what came is no TLS
  own_certificate,  // the server wants one of ours, or another
  alert,            // the server ended the handshake; the detail says how it calls that
  broken,           // the handshake failed; the detail says how
  cut,              // the connection ended, and nobody said why
};

// Of one connection, from its handshake on. It lives as long as the connection or an exchange on it.
struct Examination {
  std::optional<PeerCertificate> certificate;
  Flaw flaw = Flaw::none;
  std::string detail;       // may hold the server's own words
  int alert = 0;            // the last fatal one that the server sent; 0: none
  int reason = 0;           // OpenSSL's, of a handshake that failed; 0: none
  bool shaken = false;      // the handshake was good
  bool wants_ours = false;  // the server asked for a certificate of ours
  bool served = false;      // it has answered something
  bool closed = false;      // it said that nothing more will come; a connection that is cut says nothing
};

// Why the connection failed, as far as TLS knows. After a good handshake, which in TLS 1.3 ends before the
// server has looked at our certificate, it is none or own_certificate.
[[nodiscard]] Flaw flaw_of(Examination& seen);

// One trust, applied to any number of connections. Reads the authorities again when their file has changed.
class TlsSide {
 public:
  explicit TlsSide(TlsTrust trust) : trust_(std::move(trust)) {}

  [[nodiscard]] const TlsTrust& trust() const noexcept { return trust_; }
  // Readies an SSL_CTX for one connection to `host`; from then on `seen` is filled in. False: one of the
  // files cannot be used, `seen` says which.
  [[nodiscard]] bool prepare(void* ssl_context, std::string host, const std::shared_ptr<Examination>& seen);
  // Of a connection that prepare() readied; nullptr for another.
  [[nodiscard]] static std::shared_ptr<Examination> examination_of(void* ssl);

 private:
  struct DropStore {
    void operator()(x509_store_st* store) const noexcept;
  };
  struct Stamp {
    std::filesystem::file_time_type written;
    std::uintmax_t size = 0;
    bool operator==(const Stamp&) const = default;
  };
  [[nodiscard]] bool read_authorities(Examination& seen);

  TlsTrust trust_;
  std::unique_ptr<x509_store_st, DropStore> authorities_;
  Stamp stamp_;  // of ca_file
};

}  // namespace ucm::net
