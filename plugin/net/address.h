// Addresses of senders and the networks that may push.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace ucm::net {

// IPv6, or IPv4 mapped into it, so that ::ffff:192.0.2.1 and 192.0.2.1 are the same sender.
struct Address {
  std::array<std::uint8_t, 16> bytes{};
  friend bool operator==(const Address&, const Address&) = default;
  friend bool operator<(const Address& a, const Address& b) noexcept { return a.bytes < b.bytes; }
};

[[nodiscard]] std::optional<Address> parse_address(std::string_view text);
[[nodiscard]] Address address_of(const sockaddr& peer);  // all zero for other families
[[nodiscard]] std::string to_string(const Address& address);

struct Network {
  Address base;
  int prefix = 128;  // of 128 bits; an IPv4 /24 is 120

  [[nodiscard]] bool contains(const Address& address) const noexcept;
};

// "192.168.1.100", "192.168.2.0/24", "2001:db8::/32"; empty for anything else. Host bits are cleared.
[[nodiscard]] std::optional<Network> parse_network(std::string_view text);

}  // namespace ucm::net
