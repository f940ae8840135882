#include "base/log.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ucm {

namespace {

constexpr std::int64_t kQuietMs = 60'000;
constexpr std::size_t kLongestMessage = 900;  // collectd cuts at 1,024 with its own prefix

// At most kLongestMessage bytes of it, no character cut in half.
std::string_view head_of(std::string_view message) {
  std::size_t end = std::min(message.size(), kLongestMessage);
  constexpr unsigned kContinues = 0x80U;
  while (end > 0 && end < message.size() && (static_cast<unsigned char>(message[end]) & 0xc0U) == kContinues)
    --end;
  return message.substr(0, end);
}

std::string printable(std::string_view message) {
  std::string clean(head_of(message));
  for (char& c : clean) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
  }
  return clean;
}

}  // namespace

Log::Log(Port port, const Clock& clock) : port_(std::move(port)), clock_(clock) {}

void Log::say(Severity severity, std::string_view message) {
  port_(severity, printable(message));
}

void Log::say_rarely(std::string_view key, Severity severity, std::string_view message) {
  const std::int64_t now = clock_.mono_ms();
  auto found = held_.find(key);
  if (found == held_.end()) {
    held_.emplace(key, Held{now, 0});
    say(severity, message);
    return;
  }
  Held& held = found->second;
  if (now - held.said_ms < kQuietMs) {
    ++held.times;
    return;
  }
  const std::uint64_t times = std::exchange(held.times, 0);
  held.said_ms = now;
  say(severity, times == 0 ? std::string(message) : text("{} (and {} times more before)", message, times));
}

}  // namespace ucm
