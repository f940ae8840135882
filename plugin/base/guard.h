// The wall between C++ and whoever calls it from C or starts it as a thread: nothing thrown gets past.
#pragma once

#include <concepts>
#include <exception>
#include <type_traits>
#include <utility>

namespace ucm {

// Runs `body`; when it throws, tells `report` what (which must not throw) and returns `otherwise`.
template <class Body, class Report, class Value>
auto guarded(Body&& body, Report&& report, Value otherwise) noexcept -> std::invoke_result_t<Body> {
  static_assert(std::is_nothrow_invocable_v<Report, const char*>, "a report that throws would end the host");
  try {
    return body();
  } catch (const std::exception& fault) {
    report(fault.what());
  } catch (...) {
    report("something that is no std::exception");
  }
  return otherwise;
}

// Where nobody is there to be told.
template <class Body, class Value>
auto guarded(Body&& body, Value otherwise) noexcept -> std::invoke_result_t<Body> {
  return guarded(
      std::forward<Body>(body), [](const char*) noexcept {}, std::move(otherwise));
}

// Around the calls that a C library makes back into C++ in the middle of its own work: an exception that went
// through its frames would leave its locks taken and its lists half changed. What is thrown is kept, and goes
// on where the library has returned.
class Wall {
 public:
  // What `body` gives, `otherwise` when it throws.
  template <class Body, class Value>
  Value keep(Body&& body, Value otherwise) noexcept {
    try {
      return body();
    } catch (...) {
      keep_thrown();
      return otherwise;
    }
  }
  template <std::invocable Body>
  void keep(Body&& body) noexcept {
    try {
      body();
    } catch (...) {
      keep_thrown();
    }
  }

  // Throws the first that was kept since the last time.
  void let_go() {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }

 private:
  void keep_thrown() noexcept {
    if (!thrown_) thrown_ = std::current_exception();
  }
  std::exception_ptr thrown_;
};

}  // namespace ucm
