#include "service/secret_file.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/text.h"
#include "service/text_file.h"

namespace ucm::service {

namespace {

constexpr std::size_t kLongestSecret = 1024;

}  // namespace

Result<Secret> read_secret_file(const std::string& path) {
  auto content = read_text_file(path);
  if (!content) return content.error();
  std::string line = std::move(content).value();
  line.resize(std::min(line.find('\n'), line.size()));
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty()) return unfit_file(path, "has nothing in its first line");
  if (line.size() > kLongestSecret)
    return unfit_file(path, text("has a first line of more than {} bytes", kLongestSecret));
  std::error_code failed;
  const auto permissions = std::filesystem::status(path, failed).permissions();
  const bool others =
      !failed && (permissions & std::filesystem::perms::others_read) != std::filesystem::perms::none;
  return Secret{std::move(line), others};
}

}  // namespace ucm::service
