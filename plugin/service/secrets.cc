#include "service/secrets.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "service/options.h"

namespace ucm::service {

std::vector<const ConfigNode*> without_password_beside_file(const ConfigNode& node, const Remarks& remarks) {
  const auto is = [&](std::string_view name) {
    return [&remarks, name](const ConfigNode& child) { return means(child.key, name, remarks.dialect); };
  };
  const bool file = std::ranges::any_of(node.children, is("PasswordFile"));
  std::vector<const ConfigNode*> kept;
  for (const ConfigNode& child : node.children) {
    if (file && is("Password")(child)) {
      remarks.warning(child, spelled("Password", remarks.dialect),
                      text("ignored: {} holds", spelled("PasswordFile", remarks.dialect)));
    } else {
      kept.push_back(&child);
    }
  }
  return kept;
}

}  // namespace ucm::service
