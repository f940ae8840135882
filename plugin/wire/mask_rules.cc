#include "wire/mask_rules.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "wire/fields.h"
#include "wire/mask_patterns.h"

namespace ucm::wire {

namespace {

constexpr std::array kShownFields{
    // The fields of a record, in the order of fields().
    ShownField{"AcctId", Shown::count},
    ShownField{"accountcode", Shown::name},
    ShownField{"src", Shown::number},
    ShownField{"dst", Shown::number},
    ShownField{"dcontext", Shown::word},
    ShownField{"clid", Shown::name},
    ShownField{"channel", Shown::channel},
    ShownField{"dstchannel", Shown::channel},
    ShownField{"lastapp", Shown::word},
    ShownField{"lastdata", Shown::arguments},
    ShownField{"start", Shown::moment},
    ShownField{"answer", Shown::moment},
    ShownField{"end", Shown::moment},
    ShownField{"duration", Shown::seconds},
    ShownField{"billsec", Shown::seconds},
    ShownField{"disposition", Shown::word},
    ShownField{"amaflags", Shown::word},
    ShownField{"uniqueid", Shown::uniqueid},
    ShownField{"userfield", Shown::word},
    ShownField{"channel_ext", Shown::number},
    ShownField{"dstchannel_ext", Shown::number},
    ShownField{"service", Shown::word},
    ShownField{"caller_name", Shown::name},
    ShownField{"recordfiles", Shown::files},
    ShownField{"dstanswer", Shown::number},
    ShownField{"chanext", Shown::number},
    ShownField{"dstchanext", Shown::number},
    ShownField{"session", Shown::session},
    ShownField{"action_owner", Shown::number},
    ShownField{"action_type", Shown::word},
    ShownField{"src_trunk_name", Shown::name},
    ShownField{"dst_trunk_name", Shown::name},
    ShownField{"new_src", Shown::number},
    ShownField{"reason", Shown::word},
    ShownField{"sn", Shown::name},
    ShownField{"cdr", Shown::session},
    ShownField{"nat_call", Shown::word},
    ShownField{"nat_call_peer", Shown::word},
    ShownField{"video_call", Shown::word},
    ShownField{"gdms_unique_code", Shown::name},
    ShownField{"gds_call", Shown::word},
    ShownField{"gsc_call", Shown::word},
    ShownField{"wave_src_seqid", Shown::name},
    ShownField{"wave_dst_seqid", Shown::name},
    ShownField{"device_info", Shown::name},
    ShownField{"device_info_peer", Shown::name},
    ShownField{"recordfiles_desc", Shown::files},
    ShownField{"anonymous_call", Shown::word},
    ShownField{"wave_src_hide", Shown::word},
    ShownField{"wave_dst_hide", Shown::word},
    // Spellings that vendor samples got wrong.
    ShownField{"dispositon", Shown::word},
    // The API's answers.
    ShownField{"status", Shown::word},
    ShownField{"state", Shown::word},
    ShownField{"out_of_service", Shown::word},
    ShownField{"connect", Shown::word},
    ShownField{"dial_service", Shown::word},
    ShownField{"error_msg", Shown::word},
    ShownField{"total_item", Shown::count},
    ShownField{"total_page", Shown::count},
    ShownField{"page", Shown::count},
    ShownField{"remain_num", Shown::count},
    ShownField{"remain_time", Shown::count},
    ShownField{"trunk_index", Shown::count},
    ShownField{"wait_time", Shown::seconds},
    ShownField{"talk_time", Shown::seconds},
    ShownField{"start_time", Shown::moment},
    ShownField{"bridge_time", Shown::moment},
    ShownField{"alloc_time", Shown::moment},
    ShownField{"logintime", Shown::moment},
    ShownField{"pausetime", Shown::moment},
    ShownField{"unpausetime", Shown::moment},
    ShownField{"system-time", Shown::moment},
    ShownField{"up-time", Shown::seconds},
    ShownField{"idle-time", Shown::seconds},
    ShownField{"product-model", Shown::version},
    ShownField{"prog-version", Shown::version},
    ShownField{"version", Shown::version},
    ShownField{"uniqueid1", Shown::uniqueid},
    ShownField{"uniqueid2", Shown::uniqueid},
    ShownField{"linkedid", Shown::uniqueid},
    ShownField{"channel1", Shown::channel},
    ShownField{"channel2", Shown::channel},
};

constexpr std::array kSecrets{
    std::string_view{"pass"},  std::string_view{"pwd"},  std::string_view{"secret"},
    std::string_view{"token"}, std::string_view{"cook"}, std::string_view{"challenge"},
    std::string_view{"auth"},  std::string_view{"key"},  std::string_view{"credential"},
};

using Words = std::string_view;  // between blanks, in lower case

struct Vocabulary {
  Shown shown;
  Words words;
};
constexpr std::array kVocabularies{
    Vocabulary{
        Shown::word,
        // disposition, direction, amaflags, service
        " answered answer no noanswer busy failed congestion cancel chanunavail unknown yes inbound outbound "
        "internal"
        " external ext documentation billing omit default s p true false null none normal queue macro dial "
        "parked"
        // lastapp
        " voicemail voicemailmain playback background set wait waitexten hangup forkcdr gotoif goto gosub "
        "gosubif"
        " execif park parkedcall readexten read meetme confbridge page pickup bridge macroexec agi echo noop"
        " progress ringing saydigits directory disa system transfer record musiconhold trysystem userevent"
        // action_type
        " vm vmg ivr ringgroup followme announce announcement paging conference fax callback intercom did"
        // dcontext
        " from local direct route after context xfer sub pincheck to routes"
        // states of the API and what it says when it fails
        " idle inuse ringing unavailable registered unregistered unreachable reachable rejected unmonitored "
        "ok ms up"
        " down connected available lagged hold onhold loggedout logout invalid loggedoff paused pause "
        "unpause ring"
        " rsrvd dialing pre confirmed login parameters error timeout permission cookie "},
    Vocabulary{Shown::number, " api s anonymous unknown restricted unavailable private "},
    Vocabulary{Shown::session, " api s anonymous unknown restricted unavailable private "},
    Vocabulary{Shown::channel, " pjsip sip iax dahdi local from internal api "},
    Vocabulary{Shown::arguments,
               " pjsip sip sips iax dahdi local from internal transport tls tcp udp ws wss default "},
    Vocabulary{Shown::files, " auto wav mp gsm ogg mkv webm tar duration size start time b "},
    Vocabulary{Shown::markup, " xml version encoding standalone yes no utf iso latin windows us ascii "},
    Vocabulary{Shown::unknown, " http utc system public doctype entity "},
    Vocabulary{Shown::moment, " utc gmt am pm t z day days "},
};

struct Pattern {
  Shown shown;
  bool (*matches)(std::string_view value) noexcept;
};
constexpr std::array kPatterns{
    Pattern{Shown::unknown, is_flag},    Pattern{Shown::moment, is_moment},
    Pattern{Shown::seconds, is_span},    Pattern{Shown::count, is_count},
    Pattern{Shown::version, is_version}, Pattern{Shown::word, is_code},
    Pattern{Shown::number, is_trunk},    Pattern{Shown::uniqueid, is_unique_id},
};

const ShownField* row_of(std::string_view key) noexcept {
  const auto* found = std::find_if(kShownFields.begin(), kShownFields.end(), [&](const ShownField& field) {
    return equal_ignoring_case(field.name, key);
  });
  return found == kShownFields.end() ? nullptr : found;
}

bool is_in(Words words, std::string_view word) noexcept {
  for (std::size_t at = 0; (at = words.find(' ', at)) + 1 < words.size(); ++at) {
    const std::string_view rest = words.substr(at + 1);
    if (rest.size() > word.size() && rest[word.size()] == ' ' && starts_with_ignoring_case(rest, word))
      return true;
  }
  return false;
}

}  // namespace

std::span<const ShownField> shown_fields() noexcept {
  return kShownFields;
}

Shown shown_of(std::string_view key) noexcept {
  if (const ShownField* row = row_of(key)) return row->shown;
  const auto speaks_of = [&](std::string_view word) { return contains_ignoring_case(key, word); };
  return std::any_of(kSecrets.begin(), kSecrets.end(), speaks_of) ? Shown::secret : Shown::unknown;
}

bool is_known_key(std::string_view key) noexcept {
  return row_of(key) != nullptr || is_wrapper_name(key);
}

bool looks_like_key(std::string_view key) noexcept {
  constexpr std::size_t kLongest = 40;
  constexpr std::size_t kMostDigits = 2;
  std::size_t digits = 0;
  for (const char c : key) {
    digits = is_digit(c) ? digits + 1 : 0;
    const bool fits = is_digit(c) || is_letter(c) || c == '_' || c == '-';
    if (!fits || digits > kMostDigits) return false;
  }
  return !key.empty() && key.size() <= kLongest && !is_digit(key.front());
}

bool is_harmless(Shown shown, std::string_view value) noexcept {
  return std::any_of(kPatterns.begin(), kPatterns.end(), [&](const Pattern& pattern) {
    return pattern.shown == shown && pattern.matches(value);
  });
}

bool is_harmless_word(Shown shown, std::string_view word) noexcept {
  if (shown == Shown::arguments && word.size() == 1) return true;
  return std::any_of(kVocabularies.begin(), kVocabularies.end(), [&](const Vocabulary& vocabulary) {
    return vocabulary.shown == shown && is_in(vocabulary.words, word);
  });
}

}  // namespace ucm::wire
