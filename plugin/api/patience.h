// When a PBX may be asked again after it refused, hung or was away. The PBX bans who guesses passwords, and
// has little time: what is refused is not repeated.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

#include "wire/api_answer.h"

namespace ucm::api {

// What went wrong with a question; each is counted in errors-api_*.
enum class Trouble {
  none,
  auth,        // user or password refused, or locked out
  permission,  // -47, HTTP 403: the API is off, this address or the action is not permitted
  connect,     // no address, or nothing listens
  timeout,
  tls,
  protocol,  // cut, too large, no JSON, or another status
};
inline constexpr std::size_t kTroubles = 7;
[[nodiscard]] std::string_view word_for(Trouble trouble) noexcept;  // "auth"

struct Refused {
  Trouble trouble = Trouble::protocol;
  wire::ApiVerdict verdict = wire::ApiVerdict::failed;
  std::optional<std::int64_t> tries_left;    // of a refused password
  std::optional<std::int64_t> locked_for_s;  // likewise
};

// Rules: the PBX's own waits where its status names one (15 s, 60 s, an hour; or as long as it says). A
// password that was refused is tried a second time after a minute, unless the PBX says that one more wrong
// one locks us out; after that once in an hour, then two, four and so on up to a day. Everything else:
// exponential from `first_ms` to `longest_ms`, each wait shortened by up to a quarter at random, so that a
// thousand PBXes do not wake up together.
class Patience {
 public:
  Patience(std::int64_t first_ms, std::int64_t longest_ms, std::uint32_t seed);

  [[nodiscard]] bool may_ask(std::int64_t now_ms) const noexcept { return now_ms >= rests_until_ms_; }
  [[nodiscard]] std::int64_t rests_until_ms() const noexcept { return rests_until_ms_; }
  [[nodiscard]] int passwords_refused() const noexcept { return passwords_refused_; }

  void succeeded() noexcept;  // an action was answered: the PBX is there and lets us in
  // The wait that follows, in ms.
  std::int64_t refused(const Refused& refused, std::int64_t now_ms);
  // As an earlier run left it: the same user and password were refused so often, and rest is due for so long.
  void resume(int passwords_refused, std::int64_t rest_ms, std::int64_t now_ms) noexcept;

  static constexpr std::int64_t kSecondTryMs = 60'000;
  static constexpr std::int64_t kHourMs = 3'600'000;
  static constexpr std::int64_t kDayMs = 24 * kHourMs;

 private:
  [[nodiscard]] std::int64_t wait_for(const Refused& refused);
  [[nodiscard]] std::int64_t after_password(const Refused& refused);

  std::int64_t first_ms_;
  std::int64_t longest_ms_;
  std::int64_t next_ms_;
  std::int64_t rests_until_ms_ = 0;
  int passwords_refused_ = 0;
  std::minstd_rand random_;
};

}  // namespace ucm::api
