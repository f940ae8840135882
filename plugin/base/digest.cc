#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstdint>

namespace ucm {

Digest128 digest128(std::span<const std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) {
    std::uint64_t size = part.size();
    for (int i = 0; i < 4; ++i, size >>= 8U) all.push_back(static_cast<char>(size & 0xffU));
    all.append(part);
  }
  std::array<unsigned char, SHA256_DIGEST_LENGTH> whole{};
  SHA256(reinterpret_cast<const unsigned char*>(all.data()), all.size(), whole.data());
  Digest128 digest{};
  std::transform(whole.begin(), whole.begin() + digest.size(), digest.begin(),
                 [](unsigned char c) { return static_cast<std::byte>(c); });
  return digest;
}

std::string sha256_base64(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> whole{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), whole.data());
  std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> letters{};
  const int size = EVP_EncodeBlock(letters.data(), whole.data(), SHA256_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(letters.data()), static_cast<std::size_t>(size)};
}

std::string md5_hex(std::string_view bytes) {
  Digest128 digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &size, EVP_md5(),
             nullptr);
  return hex(digest);
}

std::string hex(const Digest128& digest, std::size_t bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < std::min(bytes, digest.size()); ++i) {
    const auto byte = std::to_integer<unsigned>(digest.at(i));
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 15U]);
  }
  return out;
}

}  // namespace ucm
