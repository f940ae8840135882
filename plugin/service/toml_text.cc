#include "service/toml_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "service/toml_bare.h"

// Header only and without exceptions: the shared library of the distribution throws. Its assertions are off,
// and are no assumptions of the compiler either, which they become with NDEBUG: toml++ 3.3 asserts of `[=]`
// that a key begins there, and only then looks and says what is wrong.
#undef NDEBUG
#undef TOML_SHARED_LIB
#define TOML_ASSERT(expression) static_assert(true)
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0
#include <toml++/toml.h>

namespace ucm::service {

namespace {

// The key of a block whose value is what collectd's dialect writes into its opening line.
struct Argument {
  std::string_view block;
  std::string_view key;
};
constexpr std::array kArguments{Argument{"listen", "url"}, Argument{"pbx", "name"}};

class Tree {
 public:
  Tree(const std::string& file, std::vector<Finding>& findings) : file_(file), findings_(findings) {}

  [[nodiscard]] std::vector<ConfigNode> of(const toml::table& table, std::string_view block) {
    std::vector<ConfigNode> nodes;
    for (const auto& [key, value] : table) {
      if (is_argument(block, key.str())) continue;
      add(key, value, nodes);
    }
    // toml++ sorts by key; the file's own order makes better messages.
    std::ranges::stable_sort(nodes, {}, &ConfigNode::line);
    return nodes;
  }

 private:
  static bool is_argument(std::string_view block, std::string_view key) {
    return std::ranges::any_of(kArguments,
                               [&](const Argument& a) { return a.block == block && a.key == key; });
  }

  ConfigNode node(const toml::key& key, const toml::node& at) const {
    const auto line = key.source().begin ? key.source().begin.line : at.source().begin.line;
    return {std::string(key.str()), {}, {}, file_, static_cast<int>(line)};
  }

  void add(const toml::key& key, const toml::node& value, std::vector<ConfigNode>& into) {
    if (const toml::table* table = value.as_table()) {
      into.push_back(block(key, *table));
      return;
    }
    const toml::array* array = value.as_array();
    if (array != nullptr && !array->empty() && array->is_array_of_tables()) {
      for (const toml::node& element : *array) into.push_back(block(key, *element.as_table()));
      return;
    }
    ConfigNode option = node(key, value);
    if (array == nullptr) {
      put(value, option);
    } else {
      for (const toml::node& element : *array) put(element, option);
    }
    into.push_back(std::move(option));
  }

  ConfigNode block(const toml::key& key, const toml::table& table) {
    ConfigNode result = node(key, table);
    result.line = static_cast<int>(table.source().begin.line);
    for (const Argument& argument : kArguments) {
      if (argument.block != key.str()) continue;
      if (const toml::node* value = table.get(argument.key)) put(*value, result);
    }
    result.children = of(table, key.str());
    return result;
  }

  void put(const toml::node& value, ConfigNode& option) {
    if (const auto* string = value.as_string()) {
      option.values.push_back(string->get());
    } else if (const auto* truth = value.as_boolean()) {
      option.values.emplace_back(truth->get() ? "true" : "false");
    } else if (const auto* whole = value.as_integer()) {
      option.values.push_back(text("{}", whole->get()));
    } else if (const auto* real = value.as_floating_point()) {
      option.values.push_back(text("{}", real->get()));
    } else {
      findings_.push_back({Severity::warning, file_, option.line, option.key,
                           "has a value that no option takes; dates, tables and lists of lists are none"});
    }
  }

  const std::string& file_;
  std::vector<Finding>& findings_;
};

// What toml++ says may quote the line, and the line may be a password's: only single characters stay.
std::string without_quotations(std::string_view description) {
  constexpr std::size_t kHarmless = 2;  // "=", "\\n"
  std::string result;
  while (!description.empty()) {
    const std::size_t opening = std::min(description.find('\''), description.size());
    result += description.substr(0, opening);
    description.remove_prefix(opening);
    if (description.empty()) break;
    const std::size_t closing = std::min(description.find('\'', 1), description.size() - 1);
    const bool harmless = closing >= 1 && closing - 1 <= kHarmless;
    result += harmless ? description.substr(0, closing + 1) : std::string_view("...");
    description.remove_prefix(closing + 1);
  }
  return result;
}

}  // namespace

std::optional<std::vector<ConfigNode>> parse_toml(std::string_view text, const std::string& file,
                                                  std::vector<Finding>& findings) {
  // First, because toml++ 3.3 is undefined for letters like these outside of quotes.
  if (const auto line = line_of_bare_offence(text)) {
    findings.push_back(
        {Severity::error, file, *line, "",
         "letters with accents, control characters and the like may stand in quotes alone, with a "
         "blank before the first quote"});
    return std::nullopt;
  }
  const toml::parse_result parsed = toml::parse(text, file);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    findings.push_back({Severity::error, file, static_cast<int>(error.source().begin.line), "",
                        ucm::text("this is no TOML: {}", without_quotations(error.description()))});
    return std::nullopt;
  }
  return Tree(file, findings).of(parsed.table(), "");
}

}  // namespace ucm::service
