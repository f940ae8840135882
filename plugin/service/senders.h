// Who is pushing: from an address, and where that is not enough from the record's serial number, to a PBX.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "service/settings.h"

namespace ucm::service {

class Senders {
 public:
  explicit Senders(const std::vector<PbxSettings>& pbxes);

  // The PBXes whose From names the address most closely (the longest prefix); indexes into the settings.
  // Empty: the address may not push.
  [[nodiscard]] std::vector<std::size_t> behind(const net::Address& address) const;

  // The one PBX among `candidates` that sent a record. With a serial: the one that has it, else the only one
  // that names none. Without: the only one there is, else the only one that names none. Empty: nobody can
  // tell.
  [[nodiscard]] std::optional<std::size_t> which(const std::vector<std::size_t>& candidates,
                                                 std::string_view serial) const;

 private:
  struct Named {
    net::Network network;
    std::size_t pbx;
  };
  std::vector<Named> named_;
  std::vector<std::string> serials_;
};

}  // namespace ucm::service
