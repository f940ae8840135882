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

// Compares text of any length and says both when they differ.
#define assert_text(actual, expected) \
  assert_string_equal(std::string(actual).c_str(), std::string(expected).c_str())
