#include "service/block.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "service/value.h"

namespace ucm::service {

namespace {

struct Inside {
  Block block;
  std::string_view collectd;
  std::string_view toml;
};

constexpr Inside kInside[] = {
    {kPlugin, "outside of Listen and PBX", "at the top, before [[listen]] and [[pbx]]"},
    {kListen, "in a Listen block", "in [[listen]]"},
    {kPbx, "in a PBX block", "in [[pbx]]"},
    {kApi, "in the API block of a PBX", "in [pbx.api]"},
};

std::string unknown(std::string_view key, Block block, Dialect dialect) {
  for (const Inside& other : kInside) {
    if (other.block == block || find_option(key, other.block, dialect) == nullptr) continue;
    return text("does nothing here: it belongs {}", dialect == Dialect::toml ? other.toml : other.collectd);
  }
  const auto names = names_in(block, dialect);
  const auto near = nearest(key, names);
  return near ? text("unknown option, ignored; did you mean {}?", *near) : "unknown option, ignored";
}

// A bad value of these leaves the default in force and harms nobody; of the others it would let in or refuse
// the wrong sender.
bool harmless(Kind kind) {
  switch (kind) {
    case Kind::truth:
    case Kind::count:
    case Kind::bytes:
    case Kind::milliseconds:
    case Kind::seconds:
    case Kind::days:
    case Kind::formula:
    case Kind::trunk_capacity:
    case Kind::points:
    case Kind::prefixes:
    case Kind::digits:
    case Kind::hours:
      return true;
    case Kind::text:
    case Kind::name:
    case Kind::path:
    case Kind::secret:
    case Kind::secret_file:
    case Kind::networks:
    case Kind::pin:
    case Kind::tls:
      return false;
  }
  return false;
}

std::string with_default(const std::string& complaint, const Option& option) {
  return option.standard.empty() ? complaint : text("{}; it stays {}", complaint, option.standard);
}

}  // namespace

bool BlockReading::says(std::string_view camel_case) const {
  return std::ranges::any_of(said, [&](const Option* option) { return option->name == camel_case; });
}

BlockReading read_block(const std::vector<const ConfigNode*>& children, Block block, const Target& target,
                        const Remarks& remarks) {
  BlockReading reading;
  for (const ConfigNode* node : children) {
    const Option* option = find_option(node->key, block, remarks.dialect);
    if (option == nullptr) {
      remarks.warning(*node, node->key, unknown(node->key, block, remarks.dialect));
      continue;
    }
    const std::string name = spelled(option->name, remarks.dialect);
    if (!node->children.empty()) {
      remarks.warning(*node, name, "is an option, not a block; ignored");
      continue;
    }
    const bool adds_up = option->kind == Kind::networks || option->kind == Kind::trunk_capacity;
    if (!adds_up && reading.says(option->name)) {
      remarks.warning(*node, name, "stands more than once; the last one holds");
    }
    const Valued valued = set_value(*option, node->values, target);
    if (!valued.warning.empty()) remarks.warning(*node, name, valued.warning);
    if (valued.fault.empty()) {
      reading.said.push_back(option);
    } else if (harmless(option->kind)) {
      remarks.warning(*node, name, with_default(valued.fault, *option));
    } else {
      remarks.error(*node, name, valued.fault);
      reading.sound = false;
    }
  }
  return reading;
}

}  // namespace ucm::service
