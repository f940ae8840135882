// Several files as one configuration: Include, and what of it concerns the plugin.
#include <fnmatch.h>
#include <sys/stat.h>
#include <wordexp.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "service/collectd_text.h"
#include "service/text_file.h"

namespace ucm::service {

namespace {

constexpr int kDeepestFile = 8;  // as collectd
constexpr int kDeepestFolder = 32;
constexpr std::string_view kPluginName = "ucm";

// What the shell would make of a path; nothing is executed.
class Expansion {
 public:
  explicit Expansion(const std::string& path) : good_(wordexp(path.c_str(), &words_, WRDE_NOCMD) == 0) {}
  Expansion(const Expansion&) = delete;
  Expansion& operator=(const Expansion&) = delete;
  ~Expansion() {
    if (good_) wordfree(&words_);
  }
  [[nodiscard]] std::vector<std::string> sorted() const {
    std::vector<std::string> paths;
    if (good_) {
      for (const char* path : std::span(words_.we_wordv, words_.we_wordc)) paths.emplace_back(path);
    }
    std::ranges::sort(paths);
    return paths;
  }

 private:
  wordexp_t words_{};
  bool good_;
};

class Reader {
 public:
  explicit Reader(std::vector<Finding>& findings) : findings_(findings) {}

  void file(const std::string& path, std::string_view content, int depth, std::vector<ConfigNode>& into) {
    auto nodes = parse_collectd(content, path, findings_);
    if (!nodes) return;
    for (ConfigNode& node : *nodes) {
      if (equal_ignoring_case(node.key, "Include")) {
        include(node, depth + 1, into);
      } else {
        into.push_back(std::move(node));
      }
    }
  }

 private:
  void say(Severity severity, const ConfigNode& at, std::string message) {
    findings_.push_back({severity, at.file, at.line, "Include", std::move(message)});
  }

  void include(const ConfigNode& node, int depth, std::vector<ConfigNode>& into) {
    if (node.values.size() != 1) {
      say(Severity::error, node, "takes one path");
      return;
    }
    if (depth >= kDeepestFile) {
      say(Severity::error, node, text("stands more than {} files deep", kDeepestFile));
      return;
    }
    std::string filter;
    for (const ConfigNode& child : node.children) {
      if (equal_ignoring_case(child.key, "Filter") && child.values.size() == 1) filter = child.values.front();
    }
    const std::string& pattern = node.values.front();
    const std::vector<std::string> paths = Expansion(pattern).sorted();
    if (paths.empty()) say(Severity::error, node, text("{} is no path", pattern));
    for (const std::string& path : paths) {
      const bool unmatched = path == pattern && pattern.find_first_of("*?[") != std::string::npos;
      std::error_code failed;
      if (unmatched && !std::filesystem::exists(path, failed)) {
        continue;  // collectd goes on too: nothing matches yet
      }
      any(path, filter, node, depth, 0, into);
    }
  }

  void any(const std::string& path, const std::string& filter, const ConfigNode& node, int depth,
           int folder_depth, std::vector<ConfigNode>& into) {
    std::error_code failed;
    if (std::filesystem::is_directory(path, failed)) {
      folder(path, filter, node, depth, folder_depth + 1, into);
      return;
    }
    const std::string name = std::filesystem::path(path).filename().string();
    if (!filter.empty() && fnmatch(filter.c_str(), name.c_str(), 0) != 0) return;
    auto content = read_text_file(path);
    if (!content) {
      say(Severity::warning, node, content.error().what);
      return;
    }
    file(path, content.value(), depth, into);
  }

  void folder(const std::string& path, const std::string& filter, const ConfigNode& node, int depth,
              int folder_depth, std::vector<ConfigNode>& into) {
    if (folder_depth > kDeepestFolder) {
      say(Severity::error, node, text("{} has folders without end", path));
      return;
    }
    std::error_code failed;
    std::vector<std::string> entries;
    for (auto entry = std::filesystem::directory_iterator(path, failed);
         !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
      if (!entry->path().filename().string().starts_with('.')) entries.push_back(entry->path().string());
    }
    if (failed) say(Severity::error, node, text("{} cannot be read: {}", path, failed.message()));
    std::ranges::sort(entries);
    for (const std::string& entry : entries) any(entry, filter, node, depth, folder_depth, into);
  }

  std::vector<Finding>& findings_;
};

bool names_plugin(const ConfigNode& node, std::string_view key) {
  return equal_ignoring_case(node.key, key) && !node.values.empty() &&
         equal_ignoring_case(node.values.front(), kPluginName);
}

bool truthful(const ConfigNode& node) {
  return node.values.size() == 1 && equal_ignoring_case(node.values.front(), "true");
}

}  // namespace

Result<CollectdConfig> read_collectd_config(const std::string& path, std::vector<Finding>& findings) {
  auto content = read_text_file(path);
  if (!content) return content.error();
  std::vector<ConfigNode> nodes;
  const std::size_t before = findings.size();
  Reader(findings).file(path, content.value(), 0, nodes);
  const bool whole = findings.size() == before;

  CollectdConfig config;
  bool loaded = false;
  bool seen = false;
  for (ConfigNode& node : nodes) {
    if (names_plugin(node, "LoadPlugin")) loaded = true;
    if (equal_ignoring_case(node.key, "AutoLoadPlugin")) loaded = loaded || truthful(node);
    if (equal_ignoring_case(node.key, "BaseDir") && node.values.size() == 1)
      config.base_dir = node.values.front();
    if (!names_plugin(node, "Plugin")) continue;
    if (!loaded) {
      findings.push_back({Severity::error, node.file, node.line, "LoadPlugin",
                          text("LoadPlugin {} must stand before <Plugin {}>: without it collectd passes the "
                               "block over",
                               kPluginName, kPluginName)});
      loaded = true;  // said once
    }
    seen = true;
    std::ranges::move(node.children, std::back_inserter(config.blocks));
  }
  if (!seen && whole) {
    findings.push_back(
        {Severity::error, path, 0, "", text("there is no <Plugin {}> block in it", kPluginName)});
  }
  return config;
}

}  // namespace ucm::service
