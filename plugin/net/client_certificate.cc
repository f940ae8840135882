#include "net/client_certificate.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>

#include "base/digest.h"

namespace ucm::net {

namespace {

std::string pin_of(X509* leaf) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), &bytes);
  const auto drop = [](unsigned char* gone) { OPENSSL_free(gone); };
  const std::unique_ptr<unsigned char, decltype(drop)> owner(bytes, drop);
  if (size <= 0) return {};
  return "sha256//" +
         sha256_base64({reinterpret_cast<const char*>(owner.get()), static_cast<std::size_t>(size)});
}

PeerCertificate shown_by(X509* leaf) {
  PeerCertificate shown;
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &end) == 1) shown.expires_s = ::timegm(&end);
  shown.pin = pin_of(leaf);
  shown.self_signed = (X509_get_extension_flags(leaf) & EXFLAG_SS) != 0;
  return shown;
}

bool is_weak(X509* leaf, int level) {
  constexpr std::array<int, 6> bits{0, 80, 112, 128, 192, 256};
  const EVP_PKEY* key = X509_get0_pubkey(leaf);
  const auto row = static_cast<std::size_t>(std::clamp(level, 0, static_cast<int>(bits.size()) - 1));
  return key == nullptr || EVP_PKEY_get_security_bits(key) < bits.at(row);
}

bool names(X509* leaf, const std::string& host) {
  constexpr int no_address = -2;
  const int by_address = X509_check_ip_asc(leaf, host.c_str(), 0);
  if (by_address != no_address) return by_address == 1;
  return X509_check_host(leaf, host.c_str(), host.size(), 0, nullptr) == 1;
}

std::string common_name(const X509* leaf) {
  std::array<char, 128> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, name.data(), name.size());
  return name.data();
}

Flaw flaw_of_chain(int error, std::string& detail) {
  switch (error) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return Flaw::self_signed;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
      return Flaw::authority;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Flaw::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Flaw::early;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return Flaw::weak;
    default:
      detail = X509_verify_cert_error_string(error);
      return Flaw::certificate;
  }
}

}  // namespace

Flaw judge(X509_STORE_CTX* chain, const TlsTrust& trust, const std::string& host, Examination& seen) {
  X509* leaf = X509_STORE_CTX_get0_cert(chain);
  if (leaf == nullptr) return Flaw::broken;
  seen.certificate = shown_by(leaf);
  // The pin first: who sits in between shall not be mistaken for a weak key.
  const bool pinned = !trust.pinned_key.empty();
  if (pinned && seen.certificate->pin != trust.pinned_key) return Flaw::pin;
  if (is_weak(leaf, trust.security_level)) return Flaw::weak;
  if (pinned && trust.ca_file.empty()) return Flaw::none;
  if (trust.verify_peer && X509_verify_cert(chain) != 1) {
    return flaw_of_chain(X509_STORE_CTX_get_error(chain), seen.detail);
  }
  if (trust.verify_host && !names(leaf, host)) {
    seen.detail = common_name(leaf);
    return Flaw::name;
  }
  return Flaw::none;
}

}  // namespace ucm::net
