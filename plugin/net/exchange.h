// How one HTTP request is judged and its body collected. No socket and no library: bytes and facts in,
// rulings out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/credentials.h"
#include "net/listener.h"

namespace ucm::net {

enum class Ruling {
  take,
  unknown_sender,
  no_certificate,     // a client CA is configured and the sender showed no certificate of it
  no_credentials,     // the normal first step of Digest
  stale_credentials,  // right once; the client repeats them with a new nonce
  wrong_credentials,
  wrong_method,
  not_framed,  // its headers tell two lengths
  header_too_large,
  too_large,
};

struct Head {
  bool known = false;  // the sender's address
  bool certified = true;
  Shown credentials = Shown::nothing_asked;
  bool carries_record = false;  // POST or PUT
  bool framed = true;           // its headers tell one length of the body
  std::size_t header_bytes = 0;
  std::uint64_t announced_bytes = 0;  // Content-Length, or 0
};

// The contract's order: sender's address, credentials, size.
[[nodiscard]] Ruling judge(const Head& head, const Limits& limits);

struct Answer {
  unsigned status = 0;
  std::string_view text;
};
[[nodiscard]] Answer answer_to(Ruling ruling);
[[nodiscard]] unsigned status_of(Verdict verdict);

// What of it the intake counts.
[[nodiscard]] std::optional<Refusal> refusal_of(Ruling ruling);

// Most of a refused body that is read and thrown away, so that its sender can read the answer, not a reset.
inline constexpr std::uint64_t kMostThrownAway = 16UL * 1024 * 1024;

class Exchange {
 public:
  void begin(Ruling ruling, const Head& head, std::size_t record_bytes);

  // False when so much of a refused body has come that the connection is to be cut.
  [[nodiscard]] bool more(std::string_view bytes);

  [[nodiscard]] Ruling ruling() const { return ruling_; }
  [[nodiscard]] std::string take_body() { return std::move(body_); }
  [[nodiscard]] bool empty() const { return body_.empty(); }
  void reset() { *this = Exchange(); }

 private:
  Ruling ruling_ = Ruling::take;
  std::size_t record_bytes_ = 0;
  std::uint64_t thrown_away_ = 0;
  std::string body_;
};

}  // namespace ucm::net
