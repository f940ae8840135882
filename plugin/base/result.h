// A failure is a value: every function that can fail returns one of these, and the compiler refuses to let
// it drop.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace ucm {

// Named for what the caller can do about it, not for where it happened.
enum class Fault {
  malformed,  // the bytes will never be understood: keep them aside, go on with the next
  refused,    // the other side may not do this: answer so
  too_large,  // over a limit: answer so, never retry as it is
  busy,       // somebody else holds it: try again soon
  storage,    // the disk cannot keep it: nothing was counted, the sender must keep its copy
  network,    // the socket or the peer failed
  config,     // the operator has to change something
};

struct Error {
  Fault fault = Fault::malformed;
  std::string what;  // one sentence for a log line; no telephone number, no password
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: meant to be implicit
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: meant to be implicit

  [[nodiscard]] bool ok() const noexcept { return held_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  // REQUIRES: ok()
  [[nodiscard]] T& value() & { return std::get<0>(held_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(held_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(held_)); }

  // REQUIRES: !ok()
  [[nodiscard]] const Error& error() const { return std::get<1>(held_); }

 private:
  std::variant<T, Error> held_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT: meant to be implicit

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }

  // REQUIRES: !ok()
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace ucm
