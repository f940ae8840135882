#include "net/client_words.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace ucm::net {

namespace {

constexpr std::size_t kLongestDetail = 160;
constexpr std::size_t kLongestHost = 255;
constexpr std::size_t kLongest = 900;

// In the sentences, {place} is host and port, {pin} that of the certificate shown, {detail} what is known
// besides, {level} the TLSSecurityLevel and {lower} the one to try, {ms} the timeout, {most} the limit of the
// body.
template <class Key>
struct Sentence {
  Key key;
  std::string_view words;
};
template <class Key>
Sentence(Key, std::string_view) -> Sentence<Key>;

constexpr std::array kDistrust{
    Sentence{Flaw::file,
             "{detail}: does the file exist, may this process read it, is it PEM without a passphrase?"},
    Sentence{
        Flaw::pin,
        "{place} shows another key than PinnedPublicKey, \"{pin}\": unless its certificate was replaced, "
        "somebody is in between. Compare this pin with the PBX before it goes into the API block"},
    Sentence{
        Flaw::weak,
        "{place} has a key or a signature too weak for TLSSecurityLevel {level}: replace its certificate, or "
        "set TLSSecurityLevel {lower} in the API block"},
    Sentence{Flaw::self_signed,
             "{place} shows a self-signed certificate: compare its pin with the PBX and put PinnedPublicKey "
             "\"{pin}\" into the API block, or name the certificate's file with CACert"},
    Sentence{
        Flaw::authority,
        "{place} shows a certificate of an authority that is not known here: name the authority's file with "
        "CACert, or compare the pin with the PBX and put PinnedPublicKey \"{pin}\" into the API block"},
    Sentence{
        Flaw::name,
        "{place} shows a certificate for another name ({detail}): write that name in URL, or compare the pin "
        "with the PBX and put PinnedPublicKey \"{pin}\" into the API block"},
    Sentence{
        Flaw::expired,
        "{place} shows a certificate that has expired: renew it on the PBX, or compare the pin with the PBX "
        "and put PinnedPublicKey \"{pin}\" into the API block"},
    Sentence{
        Flaw::early,
        "{place} shows a certificate that is not valid yet: are the clocks of the PBX and of this machine "
        "right? Its pin is \"{pin}\""},
    Sentence{
        Flaw::certificate,
        "{place} shows a certificate that cannot be trusted ({detail}): renew it on the PBX, or compare the "
        "pin with the PBX and put PinnedPublicKey \"{pin}\" into the API block"},
    Sentence{Flaw::nothing_common,
             "{place} and this machine have no TLS version or cipher in common ({detail}): upgrade the PBX, "
             "or set "
             "TLSSecurityLevel {lower} in the API block"},
    Sentence{Flaw::no_tls, "{place} speaks no TLS: is that the HTTPS port of the API?"},
    Sentence{Flaw::own_certificate,
             "{place} wants a client certificate that it knows: name the file and its key's in the API "
             "block, signed by the authority that the PBX trusts"},
    Sentence{Flaw::alert, "{place} ended the TLS handshake ({detail}): is that the HTTPS port of the API?"},
    Sentence{Flaw::broken,
             "the TLS handshake with {place} failed ({detail}): is that the HTTPS port of the API?"},
    Sentence{Flaw::cut,
             "{place} ended the connection in the TLS handshake: is that the HTTPS port of the API, is this "
             "machine "
             "among its permitted addresses?"},
};

constexpr std::array kSlow{
    Sentence{
        Stage::looking_up,
        "no answer within {ms} ms: {place} has no address yet. Do the name servers of this machine answer?"},
    Sentence{Stage::connecting,
             "no answer within {ms} ms: no connection to {place}. Is the PBX switched on, does a firewall "
             "drop it?"},
    Sentence{Stage::handshake,
             "no answer within {ms} ms: {place} takes the connection, but speaks no TLS. Is that the HTTPS "
             "port of "
             "the API?"},
    Sentence{Stage::asked,
             "no answer within {ms} ms: {place} was asked and is silent. Is the PBX busy? A longer Timeout "
             "may help"},
    Sentence{Stage::answering,
             "no answer within {ms} ms: {place} began to answer and did not end. A longer Timeout may help"},
};

constexpr std::array kEnded{
    Sentence{
        Ending::bad_url,
        "URL is not https, names no host or holds credentials: write it like https://192.168.1.100:8089/api"},
    Sentence{Ending::no_address, "{place} has no address: is the host in URL spelled right?"},
    Sentence{Ending::no_http, "what {place} answers is no HTTP: is that the HTTPS port of the API?"},
    Sentence{Ending::too_large,
             "the answer of {place} is longer than {most} bytes: is that the URL of the API?"},
    Sentence{Ending::failed, "the exchange with {place} failed ({detail})"},
};

constexpr std::string_view kRefused =
    "nothing listens on {place}: is the HTTPS API switched on (Integrations > API Configuration)? Is the "
    "port "
    "right?";
constexpr std::string_view kNoWay =
    "no way to {place} ({detail}): is the host in URL right, is the PBX switched on?";
constexpr std::string_view kNothingSaid =
    "{place} ended the connection without an answer: has it restarted, is this machine among its permitted "
    "addresses?";
constexpr std::string_view kHalfSaid =
    "{place} ended the connection in the middle of its answer: has it restarted, is a proxy in between?";

template <class Table, class Key>
std::string_view words_for(const Table& table, Key key) {
  for (const auto& sentence : table) {
    if (sentence.key == key) return sentence.words;
  }
  return kEnded.back().words;
}

std::string place_of(const Transfer& transfer) {
  const bool bare = transfer.host.find(':') == std::string::npos;
  const std::string host = printable(transfer.host, kLongestHost);
  return bare ? text("{}:{}", host, transfer.port) : text("[{}]:{}", host, transfer.port);
}

std::string detail_of(const Transfer& transfer) {
  if (transfer.ending == Ending::no_connection)
    return transfer.fault == 0 ? "" : std::strerror(transfer.fault);
  if (transfer.ending == Ending::failed || transfer.ending == Ending::stopped) return transfer.trouble;
  return transfer.seen ? printable(transfer.seen->detail, kLongestDetail) : "";
}

std::string mark(std::string_view name, const Transfer& transfer) {
  const int level = transfer.request.trust.security_level;
  if (name == "place") return place_of(transfer);
  if (name == "detail") return detail_of(transfer);
  if (name == "level") return std::to_string(level);
  if (name == "lower") return std::to_string(level > 1 ? 1 : 0);
  if (name == "ms") return std::to_string(transfer.request.timeout_ms);
  if (name == "most") return std::to_string(transfer.request.most_bytes);
  const bool shown = transfer.seen && transfer.seen->certificate;
  return shown ? transfer.seen->certificate->pin : "";
}

// One pass: what stands for a mark is not looked at again.
std::string fill(std::string_view words, const Transfer& transfer) {
  std::string whole;
  while (!words.empty()) {
    const std::size_t open = words.find('{');
    whole += words.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = words.find('}', open);
    whole += mark(words.substr(open + 1, close - open - 1), transfer);
    words.remove_prefix(close + 1);
  }
  return printable(whole, kLongest);
}

Flaw flaw_behind(const Transfer& transfer) {
  if (!transfer.seen) return Flaw::cut;
  const Flaw flaw = flaw_of(*transfer.seen);
  return flaw == Flaw::none ? Flaw::broken : flaw;
}

Reason handshake(const Transfer& transfer, Flaw flaw) {
  return {flaw == Flaw::cut ? Reach::cut : Reach::tls, fill(words_for(kDistrust, flaw), transfer)};
}

}  // namespace

Reason reason_of(const Transfer& transfer) {
  const auto say = [&transfer](Reach reach, std::string_view words) {
    return Reason{reach, fill(words, transfer)};
  };
  const Ending ending = transfer.ending;
  switch (ending) {
    case Ending::whole:
      return {Reach::answered, {}};
    case Ending::bad_url:
    case Ending::no_address:
      return say(Reach::resolve, words_for(kEnded, ending));
    case Ending::no_connection:
      // There was one, reset before anybody looked at it: who takes no connection refuses it.
      if (transfer.fault == ECONNRESET) return handshake(transfer, Flaw::cut);
      return say(Reach::connect, transfer.fault == ECONNREFUSED ? kRefused : kNoWay);
    case Ending::no_handshake:
      return handshake(transfer, flaw_behind(transfer));
    case Ending::out_of_time:
      return say(Reach::timeout, words_for(kSlow, transfer.stage));
    case Ending::cut:
      if (flaw_behind(transfer) == Flaw::own_certificate) return handshake(transfer, Flaw::own_certificate);
      return say(Reach::cut, transfer.stage == Stage::answering ? kHalfSaid : kNothingSaid);
    case Ending::too_large:
      return say(Reach::too_large, words_for(kEnded, ending));
    case Ending::no_http:
    case Ending::stopped:
    case Ending::failed:
      return say(Reach::cut, words_for(kEnded, ending));
  }
  return {};
}

}  // namespace ucm::net
