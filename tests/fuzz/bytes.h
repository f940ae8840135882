// What libFuzzer hands over, as this project names it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// libFuzzer's door; nothing else calls it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);

namespace ucm::fuzz {

inline std::string_view view_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// What must hold for every input; a finding otherwise.
inline void demand(bool holds) {
  if (!holds) std::abort();
}

}  // namespace ucm::fuzz
