// The wall between C++ and whoever calls it from C or starts it as a thread: nothing thrown gets past.
#pragma once

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

}  // namespace ucm
