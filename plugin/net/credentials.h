// Digest and Basic (RFC 7616, 7617) for one user. The library's own Digest is not used: up to 0.9.75 it hands
// the same nonce to everybody who asks within one second, and then takes a second PBX for a replay of the
// first.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ucm::net {

enum class Shown { nothing_asked, right, none, stale, wrong };

class Credentials {
 public:
  // An empty user asks for nothing.
  Credentials(std::string user, std::string password);

  // `authorization` is the header's value, "" when there is none.
  [[nodiscard]] Shown check(std::string_view authorization, std::string_view method, std::int64_t now_ms);

  // Values of the two WWW-Authenticate headers. `stale`: the password was right, the nonce too old.
  [[nodiscard]] std::string digest_challenge(bool stale, std::int64_t now_ms);
  [[nodiscard]] static std::string basic_challenge();

 private:
  // A nonce that was given out, and which request counts came back with it.
  struct Nonce {
    std::array<std::uint8_t, 16> random{};
    std::int64_t issued_ms = 0;
    std::uint32_t highest = 0;
    std::uint64_t seen = 0;  // bit i: highest - i
  };
  [[nodiscard]] std::string issue(std::int64_t now_ms);
  [[nodiscard]] bool spend(std::string_view nonce, std::uint32_t count, std::int64_t now_ms);
  [[nodiscard]] Shown check_digest(std::string_view parameters, std::string_view method, std::int64_t now_ms);
  [[nodiscard]] bool basic_is_right(std::string_view encoded) const;

  std::string user_;
  std::string password_;
  std::vector<Nonce> nonces_;  // a ring; the oldest is forgotten, and so stale
  std::size_t next_ = 0;
};

// Takes as long for a wrong guess as for a right one of the same length.
[[nodiscard]] bool same_secret(std::string_view shown, std::string_view wanted);

}  // namespace ucm::net
