#include "service/senders.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace ucm::service {

Senders::Senders(const std::vector<PbxSettings>& pbxes) {
  for (std::size_t pbx = 0; pbx < pbxes.size(); ++pbx) {
    for (const net::Network& network : pbxes[pbx].from) named_.push_back({network, pbx});
    serials_.push_back(pbxes[pbx].serial);
  }
  std::stable_sort(named_.begin(), named_.end(),
                   [](const Named& a, const Named& b) { return a.network.prefix > b.network.prefix; });
}

std::vector<std::size_t> Senders::behind(const net::Address& address) const {
  std::vector<std::size_t> candidates;
  int prefix = -1;
  for (const Named& named : named_) {
    if (prefix >= 0 && named.network.prefix < prefix) break;
    if (!named.network.contains(address)) continue;
    prefix = named.network.prefix;
    if (std::find(candidates.begin(), candidates.end(), named.pbx) == candidates.end()) {
      candidates.push_back(named.pbx);
    }
  }
  return candidates;
}

std::optional<std::size_t> Senders::which(const std::vector<std::size_t>& candidates,
                                          std::string_view serial) const {
  if (!serial.empty()) {
    const auto has = std::find_if(candidates.begin(), candidates.end(), [&](std::size_t pbx) {
      return equal_ignoring_case(serials_[pbx], serial);
    });
    if (has != candidates.end()) return *has;
  } else if (candidates.size() == 1) {
    return candidates.front();
  }
  std::vector<std::size_t> nameless;
  std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(nameless),
               [&](std::size_t pbx) { return serials_[pbx].empty(); });
  if (nameless.size() == 1) return nameless.front();
  return std::nullopt;
}

}  // namespace ucm::service
