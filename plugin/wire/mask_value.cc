#include "wire/mask_value.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "wire/mask_character.h"
#include "wire/mask_patterns.h"

namespace ucm::wire {

namespace {

constexpr std::string_view kSecret = "xxxxxxxx";

bool is_beyond_ascii(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool is_of_a_word(char c) noexcept {
  return is_letter(c) || is_beyond_ascii(c);
}

bool ends_token(std::string_view rest) noexcept {
  return rest.empty() || (!is_digit(rest.front()) && !is_of_a_word(rest.front()));
}

template <class Test>
std::size_t run(std::string_view rest, Test test) noexcept {
  return static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), test) - rest.begin());
}

class ValueMasker {
 public:
  ValueMasker(std::string_view raw, Shown shown, Pseudonyms& pseudonyms)
      : raw_(raw), shown_(shown), pseudonyms_(pseudonyms) {}

  std::string masked() {
    out_.reserve(raw_.size());
    while (at_ < raw_.size()) step();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view rest() const { return raw_.substr(at_); }
  [[nodiscard]] char before() const { return at_ == 0 ? '\0' : raw_[at_ - 1]; }

  void copy(std::size_t bytes) {
    out_.append(raw_.substr(at_, bytes));
    at_ += bytes;
  }

  void replace(const Replaced& by) {
    out_.append(by.text);
    at_ += by.bytes;
  }

  void step() {
    if (const std::size_t bytes = harmless_at_front(); bytes != 0) return copy(bytes);
    const Replaced escape = masked_escape(rest());
    if (escape.bytes != 0) return replace(escape);
    const Replaced reference = masked_reference(rest());
    if (reference.bytes != 0) return replace(reference);
    if (is_digit(rest().front())) return number();
    if (is_of_a_word(rest().front())) return word();
    copy(1);
  }

  void number() {
    const std::size_t bytes = run(rest(), is_digit);
    constexpr std::size_t kOfMarkup = 4;  // ISO-8859-1, windows-1252
    if (shown_ == Shown::markup && bytes <= kOfMarkup) return copy(bytes);
    replace({pseudonyms_.number(rest().substr(0, bytes)), bytes});
  }

  void word() {
    const std::size_t bytes = run(rest(), is_of_a_word);
    if (is_harmless_word(shown_, rest().substr(0, bytes))) return copy(bytes);
    replace({pseudonyms_.word(rest().substr(0, bytes)), bytes});
  }

  [[nodiscard]] std::size_t harmless_at_front() const {
    for (const auto form : {&ValueMasker::trunk, &ValueMasker::date, &ValueMasker::running_number,
                            &ValueMasker::feature_code, &ValueMasker::known_with_digit}) {
      if (const std::size_t bytes = (this->*form)(); bytes != 0) return bytes;
    }
    return 0;
  }

  // trunk_1: the PBX's own number for a trunk.
  [[nodiscard]] std::size_t trunk() const {
    constexpr std::string_view kTrunk = "trunk_";
    constexpr std::size_t kMost = 3;
    if (!rest().starts_with(kTrunk) || is_of_a_word(before()) || is_digit(before())) return 0;
    const std::size_t digits = run(rest().substr(kTrunk.size()), is_digit);
    const bool is_whole = ends_token(rest().substr(kTrunk.size() + digits));
    return digits >= 1 && digits <= kMost && is_whole ? kTrunk.size() + digits : 0;
  }

  [[nodiscard]] std::size_t date() const {
    if (is_digit(before())) return 0;
    if (shown_ == Shown::files) return month();
    constexpr std::array kMayHoldOne{Shown::unknown, Shown::moment, Shown::seconds, Shown::session,
                                     Shown::count};
    const bool may_stand = std::find(kMayHoldOne.begin(), kMayHoldOne.end(), shown_) != kMayHoldOne.end();
    return may_stand ? date_at_front(rest()) : 0;
  }

  // 2024-05/ or 2024-05\/
  [[nodiscard]] std::size_t month() const {
    constexpr std::size_t kMonth = 7;
    const std::string_view behind = rest().substr(std::min(rest().size(), kMonth));
    if (!behind.starts_with('/') && !behind.starts_with("\\/")) return 0;
    return date_at_front(std::string(rest().substr(0, kMonth)) + "-01") == 0 ? 0 : kMonth;
  }

  // -0000003b at the end of a channel's name.
  [[nodiscard]] std::size_t running_number() const {
    constexpr std::string_view kFront = "-000";
    constexpr std::size_t kBytes = 9;
    const bool may_stand = shown_ == Shown::channel || shown_ == Shown::arguments;
    if (!may_stand || !rest().starts_with(kFront)) return 0;
    const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
    const bool is_it = run(rest().substr(1), is_hex) == kBytes - 1 && ends_token(rest().substr(kBytes));
    return is_it ? kBytes : 0;
  }

  // *97
  [[nodiscard]] std::size_t feature_code() const {
    if (rest().front() != '*' || before() == '*') return 0;
    constexpr std::size_t kMost = 2;
    const std::size_t digits = run(rest().substr(1), is_digit);
    return digits >= 1 && digits <= kMost && ends_token(rest().substr(1 + digits)) ? 1 + digits : 0;
  }

  [[nodiscard]] std::size_t known_with_digit() const {
    constexpr std::array<std::string_view, 3> kKnown{"IAX2", "mp3", "mp4"};
    const bool may_stand = shown_ == Shown::channel || shown_ == Shown::arguments || shown_ == Shown::files;
    if (!may_stand || is_of_a_word(before())) return 0;
    for (const std::string_view one : kKnown) {
      if (rest().starts_with(one) && ends_token(rest().substr(one.size()))) return one.size();
    }
    return 0;
  }

  std::string_view raw_;
  Shown shown_;
  Pseudonyms& pseudonyms_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string masked_value(std::string_view raw, Shown shown, Pseudonyms& pseudonyms) {
  if (shown == Shown::secret) return std::string(trimmed(raw).empty() ? raw : kSecret);
  if (is_harmless(shown, trimmed(raw))) return std::string(raw);
  std::string_view rest = raw;
  std::string result;
  if (shown == Shown::session) {
    result = rest.substr(0, session_time_at_front(rest));
    rest.remove_prefix(result.size());
  }
  return result + ValueMasker(rest, shown, pseudonyms).masked();
}

}  // namespace ucm::wire
