// Reads the options of one block, whatever block it is, by the option table.
#pragma once

#include <string_view>
#include <vector>

#include "service/config.h"
#include "service/options.h"
#include "service/remarks.h"

namespace ucm::service {

// What the options of the block set; the others are null.
struct Target {
  Settings* settings = nullptr;
  net::Limits* limits = nullptr;
  net::Endpoint* endpoint = nullptr;
  PbxSettings* pbx = nullptr;
  ApiSettings* api = nullptr;
};

struct BlockReading {
  bool sound = true;                // false: the block must not be used
  std::vector<const Option*> said;  // what stands in it and was understood

  [[nodiscard]] bool says(std::string_view camel_case) const;
};

// `children` may hold blocks of their own where the block allows them; they are passed over.
[[nodiscard]] BlockReading read_block(const std::vector<const ConfigNode*>& children, Block block,
                                      const Target& target, const Remarks& remarks);

}  // namespace ucm::service
