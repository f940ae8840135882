#include "service/collectd_text.h"

#include <utility>

#include "base/text.h"
#include "service/collectd_scanner.h"

namespace ucm::service {

namespace {

constexpr int kDeepestBlock = 32;  // blocks in blocks

using Sign = Word::Kind;

bool is_value(const Word& word) {
  return word.kind == Sign::truth || word.kind == Sign::number || word.kind == Sign::name ||
         word.kind == Sign::quoted;
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file, std::vector<Finding>& findings)
      : scanner_(text), file_(file), findings_(findings) {
    advance();
  }

  // Up to the end of the file, or of the block whose name is given. False: said why.
  [[nodiscard]] bool statements(const ConfigNode* block, std::vector<ConfigNode>& into, int depth) {
    while (true) {
      if (word_.kind == Sign::line_end) {
        advance();
      } else if (word_.kind == Sign::end) {
        return block == nullptr ||
               fail(block->line, text("<{}> is never closed: </{}> is missing", block->key, block->key));
      } else if (word_.kind == Sign::opening) {
        advance();
        if (word_.kind == Sign::slash) return closing(block);
        if (!inner(into, depth)) return false;
      } else if (!option(into)) {
        return false;
      }
    }
  }

 private:
  void advance() {
    word_ = scanner_.next();
    while (word_.kind == Sign::stray) {
      say(Severity::warning, word_.line,
          "a character that collectd skips, which cuts the word in two: put the value in quotes");
      word_ = scanner_.next();
    }
  }

  void say(Severity severity, int line, std::string message) {
    findings_.push_back({severity, file_, line, "", std::move(message)});
  }

  bool fail(int line, std::string message) {
    say(Severity::error, line, std::move(message));
    return false;
  }

  bool fail_here(std::string_view wanted) {
    switch (word_.kind) {
      case Sign::endless_quote:
        return fail(word_.line, "a quote that is never closed");
      case Sign::slash:
        return fail(word_.line, "a '/' outside of quotes: put paths, URLs and networks in quotes");
      case Sign::end:
        return fail(word_.line, "the file ends within a line; collectd wants a line end after the last one");
      case Sign::line_end:
      case Sign::opening:
      case Sign::closing:
      case Sign::truth:
      case Sign::number:
      case Sign::name:
      case Sign::quoted:
      case Sign::stray:
        break;
    }
    return fail(word_.line, text("{} is expected here", wanted));
  }

  bool expect(Sign kind, std::string_view wanted) {
    if (word_.kind != kind) return fail_here(wanted);
    advance();
    return true;
  }

  [[nodiscard]] bool key(ConfigNode& node, std::string_view wanted) {
    node.file = file_;
    node.line = word_.line;
    node.key = word_.text;
    return expect(Sign::name, wanted);
  }

  void values(ConfigNode& node) {
    while (is_value(word_)) {
      if (word_.reshaped) {
        say(Severity::warning, word_.line,
            text("{} is written as a number that collectd does not keep as it stands: put it in quotes, or "
                 "write it plainly",
                 node.key));
      }
      node.values.push_back(std::move(word_.text));
      advance();
    }
  }

  [[nodiscard]] bool option(std::vector<ConfigNode>& into) {
    ConfigNode node;
    if (!key(node, "the name of an option, or <")) return false;
    values(node);
    if (node.values.empty()) return fail_here(text("a value of {}", node.key));
    if (!expect(Sign::line_end, "the end of the line")) return false;
    into.push_back(std::move(node));
    return true;
  }

  [[nodiscard]] bool inner(std::vector<ConfigNode>& into, int depth) {
    ConfigNode node;
    if (!key(node, "the name of a block")) return false;
    if (depth == kDeepestBlock)
      return fail(node.line, text("blocks stand deeper than {} in each other", kDeepestBlock));
    values(node);
    if (!expect(Sign::closing, text("the > of <{}", node.key))) return false;
    if (!expect(Sign::line_end, text("the end of the line after <{}>", node.key))) return false;
    if (!statements(&node, node.children, depth + 1)) return false;
    into.push_back(std::move(node));
    return true;
  }

  [[nodiscard]] bool closing(const ConfigNode* block) {
    advance();
    const int line = word_.line;
    const std::string name = word_.text;
    if (!expect(Sign::name, "the name of the block to close")) return false;
    if (block == nullptr) return fail(line, text("</{}> closes nothing", name));
    if (name != block->key) {
      return fail(line, text("</{}> stands where </{}> is expected (opened in line {}; case counts here)",
                             name, block->key, block->line));
    }
    return expect(Sign::closing, text("the > of </{}", name)) &&
           expect(Sign::line_end, text("the end of the line after </{}>", name));
  }

  CollectdScanner scanner_;
  const std::string& file_;
  std::vector<Finding>& findings_;
  Word word_;
};

}  // namespace

std::optional<std::vector<ConfigNode>> parse_collectd(std::string_view text, const std::string& file,
                                                      std::vector<Finding>& findings) {
  std::vector<ConfigNode> nodes;
  Parser parser(text, file, findings);
  if (!parser.statements(nullptr, nodes, 0)) return std::nullopt;
  return nodes;
}

}  // namespace ucm::service
