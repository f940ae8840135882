#include "api/patience.h"

#include <algorithm>
#include <array>

namespace ucm::api {

using wire::ApiVerdict;

namespace {

// What a PBX says is believed up to a day: after that it is worth a look.
std::int64_t locked_ms_of(const Refused& refused) noexcept {
  return std::min(Patience::kDayMs, refused.locked_for_s.value_or(0) * 1000);
}

}  // namespace

std::string_view word_for(Trouble trouble) noexcept {
  constexpr std::array<std::string_view, kTroubles> kWords{"none",    "auth", "permission", "connect",
                                                           "timeout", "tls",  "protocol"};
  return kWords.at(static_cast<std::size_t>(trouble));
}

Patience::Patience(std::int64_t first_ms, std::int64_t longest_ms, std::uint32_t seed)
    : first_ms_(first_ms), longest_ms_(longest_ms), next_ms_(first_ms), random_(seed) {}

void Patience::succeeded() noexcept {
  next_ms_ = first_ms_;
  rests_until_ms_ = 0;
  passwords_refused_ = 0;
}

std::int64_t Patience::refused(const Refused& refused, std::int64_t now_ms) {
  const std::int64_t wait = wait_for(refused);
  rests_until_ms_ = now_ms + wait;
  return wait;
}

void Patience::resume(int passwords_refused, std::int64_t rest_ms, std::int64_t now_ms) noexcept {
  passwords_refused_ = passwords_refused;
  rests_until_ms_ = now_ms + std::clamp<std::int64_t>(rest_ms, 0, kDayMs);
}

std::int64_t Patience::wait_for(const Refused& refused) {
  switch (refused.verdict) {
    case ApiVerdict::password:
      return after_password(refused);
    case ApiVerdict::wait_15_s:
      return 15'000;
    case ApiVerdict::wait_60_s:
      return 60'000;
    case ApiVerdict::locked_out:
      return std::max(kHourMs, locked_ms_of(refused));
    case ApiVerdict::ok:
    case ApiVerdict::cookie:
    case ApiVerdict::not_permitted:
    case ApiVerdict::invalid:
    case ApiVerdict::no_such_item:
    case ApiVerdict::unsupported:
    case ApiVerdict::failed:
      break;
  }
  const std::int64_t most = next_ms_;
  next_ms_ = std::min(longest_ms_, 2 * next_ms_);
  return most - static_cast<std::int64_t>(random_() % static_cast<std::uint32_t>(most / 4 + 1));
}

std::int64_t Patience::after_password(const Refused& refused) {
  ++passwords_refused_;
  const std::int64_t locked_ms = locked_ms_of(refused);
  // One more and we are out: a day gives the operator time, and the PBX time to forget.
  if (refused.tries_left && *refused.tries_left <= 1) return std::max(kDayMs, locked_ms);
  if (passwords_refused_ < 2) return std::max(kSecondTryMs, locked_ms);
  const int doublings = std::min(passwords_refused_ - 2, 5);
  return std::max(std::min(kDayMs, kHourMs << doublings), locked_ms);
}

}  // namespace ucm::api
