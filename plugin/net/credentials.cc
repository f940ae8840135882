#include "net/credentials.h"

#include <gnutls/crypto.h>
#include <sys/random.h>

#include <charconv>
#include <memory>
#include <optional>

#include "base/text.h"

namespace ucm::net {

namespace {

constexpr std::string_view kRealm = "ucm";
constexpr std::size_t kNonces = 8192;
constexpr std::int64_t kNonceLifeMs = 300'000;
constexpr std::uint32_t kWindow = 64;  // request counts that may come out of order
constexpr std::size_t kSlotDigits = 4;

std::string hex(const std::uint8_t* bytes, std::size_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(digits[bytes[i] >> 4U]);
    out.push_back(digits[bytes[i] & 0xfU]);
  }
  return out;
}

std::string md5(std::string_view text) {
  std::array<std::uint8_t, 16> digest{};
  if (gnutls_hash_fast(GNUTLS_DIG_MD5, text.data(), text.size(), digest.data()) != 0) return {};
  return hex(digest.data(), digest.size());
}

std::optional<std::uint32_t> hex_number(std::string_view digits) {
  std::uint32_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stopped, fault] = std::from_chars(digits.data(), end, number, 16);
  if (digits.empty() || fault != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

// A quoted string's content, or a token; moves `rest` behind it.
std::string next_value(std::string_view& rest) {
  std::string value;
  if (!rest.starts_with('"')) {
    const std::size_t end = rest.find_first_of(", \t");
    value = std::string(rest.substr(0, end));
    rest.remove_prefix(std::min(end, rest.size()));
    return value;
  }
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
    value.push_back(rest.front());
    rest.remove_prefix(1);
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return value;
}

struct DigestParameters {
  std::string username, realm, nonce, uri, response, cnonce, nc, qop, algorithm;
};
struct ParameterName {
  std::string_view name;
  std::string DigestParameters::*member;
};
constexpr std::array<ParameterName, 9> kParameters{{{"username", &DigestParameters::username},
                                                    {"realm", &DigestParameters::realm},
                                                    {"nonce", &DigestParameters::nonce},
                                                    {"uri", &DigestParameters::uri},
                                                    {"response", &DigestParameters::response},
                                                    {"cnonce", &DigestParameters::cnonce},
                                                    {"nc", &DigestParameters::nc},
                                                    {"qop", &DigestParameters::qop},
                                                    {"algorithm", &DigestParameters::algorithm}}};

DigestParameters parse_digest(std::string_view rest) {
  DigestParameters parameters;
  while (!rest.empty()) {
    const std::size_t begin = rest.find_first_not_of(", \t");
    if (begin == std::string_view::npos) break;
    rest.remove_prefix(begin);
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) break;
    const std::string_view name = trimmed(rest.substr(0, equals));
    rest = trimmed(rest.substr(equals + 1));
    const std::string value = next_value(rest);
    for (const ParameterName& row : kParameters) {
      if (equal_ignoring_case(row.name, name)) parameters.*row.member = value;
    }
  }
  return parameters;
}

struct FreeDatum {
  void operator()(unsigned char* data) const { gnutls_free(data); }
};

}  // namespace

bool same_secret(std::string_view shown, std::string_view wanted) {
  unsigned difference = shown.size() == wanted.size() ? 0 : 1;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const char other = wanted.empty() ? '\0' : wanted[i % wanted.size()];
    difference |= static_cast<unsigned char>(shown[i] ^ other);
  }
  return difference == 0;
}

Credentials::Credentials(std::string user, std::string password)
    : user_(std::move(user)), password_(std::move(password)), nonces_(user_.empty() ? 0 : kNonces) {}

Shown Credentials::check(std::string_view authorization, std::string_view method, std::int64_t now_ms) {
  constexpr std::string_view basic = "Basic ";
  constexpr std::string_view digest = "Digest ";
  if (user_.empty()) return Shown::nothing_asked;
  if (authorization.empty()) return Shown::none;
  if (starts_with_ignoring_case(authorization, basic)) {
    return basic_is_right(trimmed(authorization.substr(basic.size()))) ? Shown::right : Shown::wrong;
  }
  if (!starts_with_ignoring_case(authorization, digest)) return Shown::wrong;
  return check_digest(authorization.substr(digest.size()), method, now_ms);
}

bool Credentials::basic_is_right(std::string_view encoded) const {
  std::string copy(encoded);
  const gnutls_datum_t in{reinterpret_cast<unsigned char*>(copy.data()), static_cast<unsigned>(copy.size())};
  gnutls_datum_t out{nullptr, 0};
  if (gnutls_base64_decode2(&in, &out) != 0) return false;
  const std::unique_ptr<unsigned char, FreeDatum> owner(out.data);
  const std::string_view decoded(reinterpret_cast<const char*>(out.data), out.size);
  return same_secret(decoded, text("{}:{}", user_, password_));
}

// The `uri` enters the sum but is not compared with the request's: every path is the same door, and what
// stands between us and the PBX may have rewritten it.
Shown Credentials::check_digest(std::string_view parameters, std::string_view method, std::int64_t now_ms) {
  const DigestParameters given = parse_digest(parameters);
  const bool plain = given.qop.empty();  // RFC 2069
  if (given.realm != kRealm || !(plain || given.qop == "auth")) return Shown::wrong;
  if (!given.algorithm.empty() && !equal_ignoring_case(given.algorithm, "MD5")) return Shown::wrong;
  const auto count = plain ? std::optional<std::uint32_t>(1) : hex_number(given.nc);
  if (!count) return Shown::wrong;

  const std::string secret = md5(text("{}:{}:{}", user_, kRealm, password_));
  const std::string request = md5(text("{}:{}", method, given.uri));
  const std::string wanted =
      plain ? md5(text("{}:{}:{}", secret, given.nonce, request))
            : md5(text("{}:{}:{}:{}:{}:{}", secret, given.nonce, given.nc, given.cnonce, given.qop, request));
  const bool right = !wanted.empty() && same_secret(given.response, wanted) && given.username == user_;
  if (!right) return Shown::wrong;
  return spend(given.nonce, *count, now_ms) ? Shown::right : Shown::stale;
}

std::string Credentials::digest_challenge(bool stale, std::int64_t now_ms) {
  return text(R"(Digest realm="{}", qop="auth", algorithm=MD5, nonce="{}"{})", kRealm, issue(now_ms),
              stale ? ", stale=true" : "");
}

std::string Credentials::basic_challenge() {
  return text(R"(Basic realm="{}", charset="UTF-8")", kRealm);
}

// A nonce: the place in the ring, then what makes it impossible to guess.
std::string Credentials::issue(std::int64_t now_ms) {
  const std::size_t slot = next_;
  next_ = (next_ + 1) % nonces_.size();
  Nonce& nonce = nonces_[slot];
  nonce = Nonce{};
  nonce.issued_ms = now_ms;
  if (::getrandom(nonce.random.data(), nonce.random.size(), 0) < 0) return {};
  return text("{:04x}{}", slot, hex(nonce.random.data(), nonce.random.size()));
}

// True once for each count of a nonce that is still remembered.
bool Credentials::spend(std::string_view nonce, std::uint32_t count, std::int64_t now_ms) {
  const auto slot = hex_number(nonce.substr(0, kSlotDigits));
  if (!slot || *slot >= nonces_.size() || count == 0) return false;
  Nonce& known = nonces_[*slot];
  const bool same = same_secret(nonce.substr(kSlotDigits), hex(known.random.data(), known.random.size()));
  if (!same || known.issued_ms == 0 || now_ms - known.issued_ms > kNonceLifeMs) return false;
  if (count > known.highest) {
    const std::uint32_t step = count - known.highest;
    known.seen = step >= kWindow ? 0 : known.seen << step;
    known.highest = count;
  }
  const std::uint32_t behind = known.highest - count;
  if (behind >= kWindow || (known.seen >> behind & 1U) != 0) return false;
  known.seen |= std::uint64_t{1} << behind;
  return true;
}

}  // namespace ucm::net
