// Digests of text, for identities and for names that must stay apart. libcrypto does the work.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ucm {

using Digest128 = std::array<std::byte, 16>;

// The first 128 bits of SHA-256 over the parts, each with its length in front, so that ("ab","c") and
// ("a","bc") differ. Stable for ever: it is stored. Any thread.
[[nodiscard]] Digest128 digest128(std::span<const std::string_view> parts);

// Lower-case hexadecimal of the first `bytes` bytes.
[[nodiscard]] std::string hex(const Digest128& digest, std::size_t bytes = 16);

// Base64 of SHA-256, as the pins of keys are written.
[[nodiscard]] std::string sha256_base64(std::string_view bytes);

// Lower-case hexadecimal MD5, as Digest authentication and the UCM's login want it; protects nothing by
// itself.
[[nodiscard]] std::string md5_hex(std::string_view bytes);

}  // namespace ucm
