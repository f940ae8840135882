#include "net/client_tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/guard.h"
#include "base/text.h"
#include "net/client_certificate.h"

namespace ucm::net {

namespace {

// What the callbacks of a connection need. Its SSL_CTX owns it: OpenSSL calls them for as long as that lives,
// which may be longer than the exchange that opened the connection.
struct Examiner {
  TlsTrust trust;
  std::string host;
  std::shared_ptr<Examination> seen;
};

void drop_examiner(void*, void* examiner, CRYPTO_EX_DATA*, int, long, void*) noexcept {
  const std::unique_ptr<Examiner> gone(static_cast<Examiner*>(examiner));
}

int examiner_slot() {
  static const int slot = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, drop_examiner);
  return slot;
}

Examiner* examiner_of(const SSL* ssl) {
  return static_cast<Examiner*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), examiner_slot()));
}

// An SSL_CTX_set_cert_verify_callback.
int on_certificate(X509_STORE_CTX* chain, void* context) noexcept {
  const auto& examiner = *static_cast<const Examiner*>(context);
  const auto not_judged = [](const char*) noexcept {};
  const Flaw flaw = guarded([&] { return judge(chain, examiner.trust, examiner.host, *examiner.seen); },
                            not_judged, Flaw::broken);
  examiner.seen->flaw = flaw;
  ERR_clear_error();
  X509_STORE_CTX_set_error(chain, flaw == Flaw::none ? X509_V_OK : X509_V_ERR_CERT_UNTRUSTED);
  return flaw == Flaw::none ? 1 : 0;
}

// An SSL_CTX_set_info_callback.
void on_state(const SSL* ssl, int where, int value) noexcept {
  const Examiner* examiner = examiner_of(ssl);
  if (examiner == nullptr) return;
  Examination& seen = *examiner->seen;
  constexpr unsigned octet = 8;
  const auto alert = static_cast<unsigned>(value);
  if (where == SSL_CB_HANDSHAKE_DONE) seen.shaken = true;
  if (where == SSL_CB_READ_ALERT && alert >> octet == SSL3_AL_FATAL) seen.alert = value & 0xff;
  if (where == SSL_CB_READ_ALERT && (alert & 0xffU) == SSL_AD_CLOSE_NOTIFY) seen.closed = true;
  if (where != SSL_CB_CONNECT_EXIT || value > 0 || seen.reason != 0) return;
  const unsigned long error = ERR_peek_last_error();
  if (error == 0) return;  // it waits for the other side, or that has gone
  seen.reason = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : SSL_R_SSL_HANDSHAKE_FAILURE;
}

// An SSL_CTX_set_cert_cb: the server asks for a certificate of ours.
int on_wish(SSL*, void* context) noexcept {
  static_cast<const Examiner*>(context)->seen->wants_ours = true;
  return 1;
}

// A passphrase is not asked for: the library's own way is to stop and read the terminal.
int on_passphrase(char*, int, int, void*) noexcept {
  return -1;
}

bool unusable(Examination& seen, std::string_view what, const std::string& path) {
  const unsigned long error = ERR_peek_error();  // the first is the cause of the others
  const char* reason =
      ERR_SYSTEM_ERROR(error) ? std::strerror(ERR_GET_REASON(error)) : ERR_reason_error_string(error);
  seen.flaw = Flaw::file;
  seen.detail = text("{} '{}' cannot be used ({})", what, path, reason == nullptr ? "unknown" : reason);
  ERR_clear_error();
  return false;
}

bool show_ours(SSL_CTX* context, const TlsTrust& trust, Examination& seen) {
  if (trust.certificate_file.empty()) return true;
  const std::string& key = trust.key_file.empty() ? trust.certificate_file : trust.key_file;
  SSL_CTX_set_default_passwd_cb(context, on_passphrase);
  if (SSL_CTX_use_certificate_chain_file(context, trust.certificate_file.c_str()) != 1) {
    return unusable(seen, "our certificate", trust.certificate_file);
  }
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return unusable(seen, "the key of our certificate", key);
  }
  return true;
}

Flaw flaw_of_alert(int alert) {
  switch (alert) {
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_EXPIRED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case TLS13_AD_CERTIFICATE_REQUIRED:
      return Flaw::own_certificate;
    case SSL_AD_HANDSHAKE_FAILURE:
    case SSL_AD_PROTOCOL_VERSION:
    case SSL_AD_INSUFFICIENT_SECURITY:
      return Flaw::nothing_common;
    default:
      return Flaw::alert;
  }
}

Flaw flaw_of_reason(int reason) {
  switch (reason) {
    case 0:
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      return Flaw::cut;
    case SSL_R_DH_KEY_TOO_SMALL:
    case SSL_R_EE_KEY_TOO_SMALL:
    case SSL_R_CA_KEY_TOO_SMALL:
    case SSL_R_CA_MD_TOO_WEAK:
    case SSL_R_WRONG_SIGNATURE_TYPE:
      return Flaw::weak;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
    case SSL_R_NO_CIPHERS_AVAILABLE:
    case SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED:
      return Flaw::nothing_common;
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_UNEXPECTED_MESSAGE:
      return Flaw::no_tls;
    default:
      return Flaw::broken;
  }
}

}  // namespace

Flaw flaw_of(Examination& seen) {
  if (seen.flaw != Flaw::none) return seen.flaw;
  if (seen.alert != 0) {
    seen.detail = SSL_alert_desc_string_long(seen.alert);
    const bool asked_in_vain = seen.wants_ours && !seen.shaken;
    const Flaw flaw = asked_in_vain ? Flaw::own_certificate : flaw_of_alert(seen.alert);
    return seen.shaken && flaw != Flaw::own_certificate ? Flaw::none : flaw;
  }
  if (seen.shaken) return seen.wants_ours && !seen.served ? Flaw::own_certificate : Flaw::none;
  const Flaw flaw = flaw_of_reason(seen.reason);
  const char* reason = ERR_reason_error_string(ERR_PACK(ERR_LIB_SSL, 0, seen.reason));
  if (flaw == Flaw::broken && reason != nullptr) seen.detail = reason;
  return flaw;
}

void TlsSide::DropStore::operator()(x509_store_st* store) const noexcept {
  X509_STORE_free(store);
}

bool TlsSide::read_authorities(Examination& seen) {
  Stamp stamp;
  if (!trust_.ca_file.empty()) {
    std::error_code unread;  // said below: a file that is not there cannot be loaded either
    stamp = {std::filesystem::last_write_time(trust_.ca_file, unread),
             std::filesystem::file_size(trust_.ca_file, unread)};
  }
  if (authorities_ && stamp == stamp_) return true;
  std::unique_ptr<x509_store_st, DropStore> store(X509_STORE_new());
  const char* path = trust_.ca_file.c_str();
  const bool loaded =
      store && (trust_.ca_file.empty() ? X509_STORE_set_default_paths(store.get()) == 1
                                       : X509_STORE_load_locations(store.get(), path, nullptr) == 1);
  if (!loaded) return unusable(seen, "CACert", trust_.ca_file);
  // As with curl: a certificate in the file is believed itself, whoever signed it.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  authorities_ = std::move(store);
  stamp_ = stamp;
  ERR_clear_error();
  return true;
}

bool TlsSide::prepare(void* ssl_context, std::string host, const std::shared_ptr<Examination>& seen) {
  auto* context = static_cast<SSL_CTX*>(ssl_context);
  ERR_clear_error();
  const bool old = trust_.security_level <= 0;  // the digests of TLS 1.0 and 1.1 pass no other level
  const std::string ciphers = text("DEFAULT@SECLEVEL={}", std::clamp(trust_.security_level, 0, 5));
  const bool chain = trust_.verify_peer && (trust_.pinned_key.empty() || !trust_.ca_file.empty());
  if (SSL_CTX_set_min_proto_version(context, old ? TLS1_VERSION : TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(context, ciphers.c_str()) != 1) {
    return unusable(*seen, "TLSSecurityLevel", std::to_string(trust_.security_level));
  }
  if (!show_ours(context, trust_, *seen) || (chain && !read_authorities(*seen))) return false;
  if (chain) SSL_CTX_set1_cert_store(context, authorities_.get());

  auto examiner = std::make_unique<Examiner>(Examiner{trust_, std::move(host), seen});
  SSL_CTX_set_cert_verify_callback(context, on_certificate, examiner.get());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_cb(context, on_wish, examiner.get());
  SSL_CTX_set_info_callback(context, on_state);
  // What was believed once in a connection stays so: the server cannot show another certificate.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  if (SSL_CTX_set_ex_data(context, examiner_slot(), examiner.get()) != 1) return false;
  static_cast<void>(examiner.release());
  return true;
}

std::shared_ptr<Examination> TlsSide::examination_of(void* ssl) {
  const Examiner* examiner = ssl == nullptr ? nullptr : examiner_of(static_cast<const SSL*>(ssl));
  return examiner == nullptr ? nullptr : examiner->seen;
}

}  // namespace ucm::net
