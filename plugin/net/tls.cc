#include "net/tls.h"

#include <fcntl.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <compare>
#include <cstring>
#include <limits>
#include <utility>

#include "base/text.h"
#include "net/descriptor.h"
#include "net/listener.h"

namespace ucm::net {

namespace {

constexpr std::int64_t kLookMs = 1000;
constexpr std::size_t kLargestPem = 1024UL * 1024;
constexpr unsigned kLongestChain = 16;

// What tells one content of a file from another without reading it.
struct Stamp {
  std::uint64_t inode = 0;
  std::int64_t size = -1;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

Stamp stamp_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

gnutls_datum_t datum(std::string& text) {
  return {reinterpret_cast<unsigned char*>(text.data()), static_cast<unsigned>(text.size())};
}

struct DropPublic {
  void operator()(gnutls_pubkey_t key) const { gnutls_pubkey_deinit(key); }
};
using PublicKey = std::unique_ptr<std::remove_pointer_t<gnutls_pubkey_t>, DropPublic>;

std::string id_of(gnutls_pubkey_t key) {
  std::array<unsigned char, 64> id{};
  std::size_t size = id.size();
  if (gnutls_pubkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, id.data(), &size) != 0) return {};
  return {reinterpret_cast<const char*>(id.data()), size};
}

struct DropCertificate {
  void operator()(gnutls_x509_crt_t certificate) const { gnutls_x509_crt_deinit(certificate); }
};

// Of the one in a chain that expires first.
std::int64_t expiry_of(gnutls_pcert_st* chain, unsigned length) {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  for (unsigned i = 0; i < length; ++i) {
    gnutls_x509_crt_t made = nullptr;
    if (gnutls_pcert_export_x509(&chain[i], &made) != 0) continue;
    const std::unique_ptr<std::remove_pointer_t<gnutls_x509_crt_t>, DropCertificate> certificate(made);
    first = std::min<std::int64_t>(first, gnutls_x509_crt_get_expiration_time(certificate.get()));
  }
  return first;
}

bool belong_together(gnutls_pubkey_t certified, gnutls_privkey_t secret) {
  gnutls_pubkey_t made = nullptr;
  if (gnutls_pubkey_init(&made) != 0) return false;
  const PublicKey ours(made);
  if (gnutls_pubkey_import_privkey(ours.get(), secret, 0, 0) != 0) return false;
  const std::string id = id_of(certified);
  return !id.empty() && id == id_of(ours.get());
}

// Trivial, and only a pointer to what Serving's maker owns.
thread_local const Certificates::Pair* serving = nullptr;

}  // namespace

struct Certificates::Pair {
  std::array<gnutls_pcert_st, kLongestChain> chain{};
  unsigned length = 0;
  gnutls_privkey_t key = nullptr;
  std::int64_t expires_s = 0;
  Stamp certificate_stamp;
  Stamp key_stamp;

  Pair() = default;
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() {
    for (unsigned i = 0; i < length; ++i) gnutls_pcert_deinit(&chain.at(i));
    gnutls_privkey_deinit(key);
  }
};

namespace {

int retrieve(gnutls_session_t, const gnutls_datum_t*, int, const gnutls_pk_algorithm_t*, int,
             gnutls_pcert_st** chain, unsigned* length, gnutls_privkey_t* key) {
  if (serving == nullptr) return -1;
  const Certificates::Pair& pair = *serving;
  *chain = const_cast<gnutls_pcert_st*>(pair.chain.data());
  *length = pair.length;
  *key = pair.key;
  return 0;
}

}  // namespace

Result<std::string> read_pem(const std::string& path, const char* option) {
  if (path.empty()) return Error{Fault::config, text("{} is missing: name a PEM file", option)};
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    return Error{Fault::config,
                 text("{} '{}' cannot be read: {}; it has to be readable for the user the agent "
                      "runs as",
                      option, path, std::strerror(errno))};
  }
  std::string content(kLargestPem, '\0');
  std::size_t size = 0;
  ssize_t count = 0;
  while ((count = ::read(file.get(), content.data() + size, content.size() - size)) > 0) {
    size += static_cast<std::size_t>(count);
  }
  content.resize(size);
  if (count < 0 || content.find("-----BEGIN") == std::string::npos) {
    return Error{Fault::config, text("{} '{}' is no PEM file", option, path)};
  }
  return content;
}

Result<std::unique_ptr<Certificates>> Certificates::open(std::string certificate_file, std::string key_file,
                                                         Log& log) {
  std::unique_ptr<Certificates> made(new Certificates(std::move(certificate_file), std::move(key_file), log));
  auto loaded = made->load();
  if (!loaded) return loaded.error();
  made->pair_ = std::move(loaded).value();
  return made;
}

Certificates::Certificates(std::string certificate_file, std::string key_file, Log& log)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)), log_(log) {}

Certificates::~Certificates() = default;

// The stamps are taken before the reading, so that a change while it goes on is found at the next look.
Result<std::unique_ptr<Certificates::Pair>> Certificates::load() const {
  auto pair = std::make_unique<Pair>();
  pair->certificate_stamp = stamp_of(certificate_file_);
  pair->key_stamp = stamp_of(key_file_);
  auto certificate = read_pem(certificate_file_, "CertificateFile");
  if (!certificate) return certificate.error();
  auto secret = read_pem(key_file_, "KeyFile");
  if (!secret) return secret.error();

  const gnutls_datum_t chain = datum(certificate.value());
  unsigned length = kLongestChain;
  if (const int failed =
          gnutls_pcert_list_import_x509_raw(pair->chain.data(), &length, &chain, GNUTLS_X509_FMT_PEM, 0);
      failed != 0) {
    return Error{Fault::config, text("CertificateFile '{}' holds no usable certificate chain: {}",
                                     certificate_file_, gnutls_strerror(failed))};
  }
  pair->length = length;
  pair->expires_s = expiry_of(pair->chain.data(), length);
  const gnutls_datum_t key = datum(secret.value());
  int failed = gnutls_privkey_init(&pair->key);
  if (failed == 0) failed = gnutls_privkey_import_x509_raw(pair->key, &key, GNUTLS_X509_FMT_PEM, nullptr, 0);
  if (failed != 0) {
    return Error{Fault::config,
                 text("KeyFile '{}' holds no usable key: {} (a key with a passphrase cannot be used)",
                      key_file_, gnutls_strerror(failed))};
  }
  if (!belong_together(pair->chain[0].pubkey, pair->key)) {
    return Error{Fault::config, text("the key in '{}' does not belong to the first certificate in '{}'",
                                     key_file_, certificate_file_)};
  }
  return pair;
}

void Certificates::refresh(std::int64_t now_ms, int handshake_s) {
  if (now_ms - looked_ms_ < kLookMs) return;
  looked_ms_ = now_ms;
  while (!retired_.empty() && now_ms - retired_.front().since_ms > handshake_s * 1000LL) retired_.pop_front();
  if (stamp_of(certificate_file_) == pair_->certificate_stamp && stamp_of(key_file_) == pair_->key_stamp)
    return;
  auto loaded = load();
  if (!loaded) {
    log_.say_rarely("net/certificate", Severity::error,
                    text("{}; the certificate read before stays in use", loaded.error().what));
    return;
  }
  retired_.push_back({std::exchange(pair_, std::move(loaded).value()), now_ms});
  log_.say(Severity::notice, text("certificate '{}' has changed and was read again", certificate_file_));
}

std::int64_t Certificates::expires_s() const {
  return pair_->expires_s;
}

Certificates::Serving::Serving(const Certificates* certificates) {
  if (certificates != nullptr) serving = certificates->pair_.get();
}

Certificates::Serving::~Serving() {
  serving = nullptr;
}

void* Certificates::callback() {
  return reinterpret_cast<void*>(&retrieve);
}

namespace {

struct Version {
  std::string_view name;
  const char* priorities;
};
constexpr std::array kVersions{
    Version{"1.0", "NORMAL:+VERS-TLS1.1:+VERS-TLS1.0:+SHA1:+SIGN-RSA-SHA1:%COMPAT"},
    Version{"1.1", "NORMAL:-VERS-TLS1.0:+VERS-TLS1.1:+SHA1:+SIGN-RSA-SHA1:%COMPAT"},
    Version{"1.2", "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"},
    Version{"1.3", "NORMAL:-VERS-TLS-ALL:+VERS-TLS1.3"},
};

}  // namespace

bool is_tls_version(std::string_view version) noexcept {
  return std::ranges::any_of(kVersions, [&](const Version& known) { return known.name == version; });
}

const char* tls_priorities(std::string_view minimum) noexcept {
  const auto* const found = std::ranges::find(kVersions, minimum, &Version::name);
  return found == kVersions.end() ? "NORMAL" : found->priorities;
}

bool peer_is_certified(void* session) {
  unsigned faults = 0;
  const int checked = gnutls_certificate_verify_peers2(static_cast<gnutls_session_t>(session), &faults);
  return checked == 0 && faults == 0;
}

}  // namespace ucm::net
