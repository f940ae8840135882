#include "net/exchange.h"

#include <algorithm>

namespace ucm::net {

namespace {

constexpr std::uint64_t kMostReserved = 16UL * 1024;  // what a Content-Length alone is believed

std::optional<Ruling> fault_of(Shown credentials) {
  switch (credentials) {
    case Shown::nothing_asked:
    case Shown::right:
      return std::nullopt;
    case Shown::none:
      return Ruling::no_credentials;
    case Shown::stale:
      return Ruling::stale_credentials;
    case Shown::wrong:
      return Ruling::wrong_credentials;
  }
  return Ruling::wrong_credentials;
}

}  // namespace

Ruling judge(const Head& head, const Limits& limits) {
  if (!head.known) return Ruling::unknown_sender;
  if (!head.certified) return Ruling::no_certificate;
  if (const auto fault = fault_of(head.credentials)) return *fault;
  if (!head.framed) return Ruling::not_framed;
  if (!head.carries_record) return Ruling::wrong_method;
  if (head.header_bytes > limits.header_bytes) return Ruling::header_too_large;
  if (head.announced_bytes > limits.record_bytes) return Ruling::too_large;
  return Ruling::take;
}

Answer answer_to(Ruling ruling) {
  switch (ruling) {
    case Ruling::take:
      return {200, "nothing to store"};
    case Ruling::unknown_sender:
      return {403, "this address is not a configured PBX; name it with From in its PBX block"};
    case Ruling::no_certificate:
      return {403, "a client certificate is required, signed by the configured client CA"};
    case Ruling::no_credentials:
      return {401, "user name and password are required"};
    case Ruling::stale_credentials:
      return {401, "the nonce is too old; here is a new one"};
    case Ruling::wrong_credentials:
      return {401, "wrong user name or password"};
    case Ruling::wrong_method:
      return {405, "this port takes the call records of a PBX; it answers POST and PUT"};
    case Ruling::not_framed:
      return {400, "the headers do not agree on the length of the body"};
    case Ruling::header_too_large:
      return {431, "the request's header is too large"};
    case Ruling::too_large:
      return {413, "the record is too large"};
  }
  return {500, "this cannot be"};
}

unsigned status_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::accepted:
      return 200;
    case Verdict::not_understood:
      return 202;
    case Verdict::unknown_sender:
      return 403;
    case Verdict::too_many:
      return 413;
    case Verdict::unavailable:
      return 503;
  }
  return 500;
}

std::optional<Refusal> refusal_of(Ruling ruling) {
  switch (ruling) {
    case Ruling::unknown_sender:
      return Refusal::unknown_sender;
    case Ruling::no_certificate:
    case Ruling::wrong_credentials:
      return Refusal::credentials;
    case Ruling::header_too_large:
    case Ruling::too_large:
      return Refusal::too_large;
    case Ruling::take:
    case Ruling::no_credentials:
    case Ruling::stale_credentials:
    case Ruling::wrong_method:
    case Ruling::not_framed:
      return std::nullopt;
  }
  return std::nullopt;
}

void Exchange::begin(Ruling ruling, const Head& head, std::size_t record_bytes) {
  ruling_ = ruling;
  record_bytes_ = record_bytes;
  thrown_away_ = 0;
  body_.clear();
  if (ruling == Ruling::take) body_.reserve(std::min(head.announced_bytes, kMostReserved));
}

bool Exchange::more(std::string_view bytes) {
  if (ruling_ == Ruling::take && body_.size() + bytes.size() <= record_bytes_) {
    body_.append(bytes);
    return true;
  }
  if (ruling_ == Ruling::take) {
    ruling_ = Ruling::too_large;
    thrown_away_ = body_.size();
    body_ = std::string();
  }
  thrown_away_ += bytes.size();
  return thrown_away_ <= kMostThrownAway;
}

}  // namespace ucm::net
