// CMocka wants these headers before its own, in this order, and C linkage.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

// CMocka's fail() is a macro that would break this header, were it included later.
#include <ios>

extern "C" {
#include <cmocka.h>
}

#include <string>
#include <string_view>

// In a build that checks every access a loop takes ten times as long. It has the same paths at a quarter of
// the rounds; the other builds prove what more rounds prove.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

// Compares text of any length and says both when they differ.
#define assert_text(actual, expected) \
  assert_string_equal(std::string(actual).c_str(), std::string(expected).c_str())
