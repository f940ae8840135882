#include <utility>

#include "service/masked_file.h"
#include "shim/ucmctl/commands.h"

namespace ucm::ctl {

Outcome mask(const std::string& file) {
  auto masked = service::masked_file(file);
  if (!masked) return complaint(kWrongUse, masked.error().what);
  return {kFine, std::move(masked).value(), ""};
}

}  // namespace ucm::ctl
