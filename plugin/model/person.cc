#include "model/person.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ucm {

namespace {

constexpr std::size_t kShortest = 3;
constexpr std::string_view kAbroad = "00";

constexpr std::array<std::string Leg::*, 15> kPersonal{
    &Leg::src,         &Leg::dst,         &Leg::clid,       &Leg::caller_name, &Leg::channel,
    &Leg::dstchannel,  &Leg::channel_ext, &Leg::lastdata,   &Leg::dstanswer,   &Leg::dstchannel_ext,
    &Leg::recordfiles, &Leg::new_src,     &Leg::dstchanext, &Leg::chanext,     &Leg::action_owner};

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool of_a_word(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool of_a_name(char c) noexcept {
  return of_a_word(c) || c == '*' || c == '#' || c == '.' || c == '_';
}

bool between(char c) noexcept {
  return c == ' ' || c == '-' || c == '/' || c == '(' || c == ')';
}

bool begins_a_word(std::string_view text, std::size_t at) noexcept {
  return at == 0 || !of_a_word(text[at - 1]);
}

}  // namespace

std::optional<SoughtNumber> SoughtNumber::read(std::string_view said) {
  std::string plain;
  for (const char c : trimmed(said)) {
    if (!between(c)) plain.push_back(c);
  }
  if (plain.starts_with('+')) {
    plain.erase(0, 1);
  } else if (plain.starts_with(kAbroad) && plain.size() >= kAbroad.size() + kShortest) {
    plain.erase(0, kAbroad.size());
  }
  if (plain.size() < kShortest || !std::all_of(plain.begin(), plain.end(), of_a_name)) return std::nullopt;
  return SoughtNumber(std::move(plain));
}

bool SoughtNumber::in(std::string_view text) const noexcept {
  for (std::size_t at = text.find(plain_); at != std::string_view::npos; at = text.find(plain_, at + 1)) {
    const std::size_t end = at + plain_.size();
    if (end < text.size() && of_a_word(text[end])) continue;
    if (begins_a_word(text, at)) return true;
    const std::size_t head = kAbroad.size();
    if (at >= head && text.substr(at - head, head) == kAbroad && begins_a_word(text, at - head)) return true;
  }
  return false;
}

std::span<std::string Leg::*const> personal_fields() noexcept {
  return kPersonal;
}

}  // namespace ucm
