#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace ucm::net {

namespace {

constexpr std::size_t kMappedAt = 12;  // an IPv4 address is the last four bytes of ::ffff:a.b.c.d

Address mapped(const void* four_bytes) {
  Address address;
  address.bytes[10] = address.bytes[11] = 0xff;
  std::memcpy(address.bytes.data() + kMappedAt, four_bytes, 4);
  return address;
}

bool is_mapped(const Address& address) {
  const auto& bytes = address.bytes;
  return std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t b) { return b == 0; }) &&
         bytes[10] == 0xff && bytes[11] == 0xff;
}

// The bits of byte number `index` that a prefix covers.
std::uint8_t mask_of(int prefix, std::size_t index) {
  const int bits = std::clamp(prefix - 8 * static_cast<int>(index), 0, 8);
  return static_cast<std::uint8_t>(0xff00U >> static_cast<unsigned>(bits));
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  const std::string terminated(text);
  in_addr four{};
  if (terminated.size() != std::strlen(terminated.c_str())) return std::nullopt;
  if (inet_pton(AF_INET, terminated.c_str(), &four) == 1) return mapped(&four);
  Address address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

Address address_of(const sockaddr& peer) {
  Address address;
  if (peer.sa_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &peer, sizeof four);
    return mapped(&four.sin_addr);
  }
  if (peer.sa_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &peer, sizeof six);
    std::memcpy(address.bytes.data(), &six.sin6_addr, address.bytes.size());
  }
  return address;
}

std::string to_string(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> out{};
  const bool four = is_mapped(address);
  const void* from = address.bytes.data() + (four ? kMappedAt : 0);
  inet_ntop(four ? AF_INET : AF_INET6, from, out.data(), out.size());
  return out.data();
}

bool Network::contains(const Address& address) const noexcept {
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    if (((address.bytes.at(i) ^ base.bytes.at(i)) & mask_of(prefix, i)) != 0) return false;
  }
  return true;
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = parse_address(text.substr(0, slash));
  if (!base) return std::nullopt;
  Network network{*base, 128};
  if (slash != std::string_view::npos) {
    const int widest = text.substr(0, slash).find(':') == std::string_view::npos ? 32 : 128;
    const auto prefix = whole_number(text.substr(slash + 1));
    if (!prefix || *prefix < 0 || *prefix > widest) return std::nullopt;
    network.prefix = static_cast<int>(*prefix) + 128 - widest;
  }
  for (std::size_t i = 0; i < network.base.bytes.size(); ++i) {
    network.base.bytes.at(i) &= mask_of(network.prefix, i);
  }
  return network;
}

}  // namespace ucm::net
