#include "service/text_file.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/text.h"

namespace ucm::service {

namespace {

constexpr std::size_t kLargest = 16UL * 1024 * 1024;

}  // namespace

Error unfit_file(const std::string& path, std::string_view what) {
  return {Fault::config, text("{} {}", path, what)};
}

Result<std::string> read_text_file(const std::string& path) {
  std::error_code failed;
  const std::filesystem::file_status status = std::filesystem::status(path, failed);
  if (failed) return unfit_file(path, text("cannot be read: {}", failed.message()));
  // Before it is opened: a pipe would wait for its writer.
  if (!std::filesystem::is_regular_file(status)) return unfit_file(path, "is not a file");
  std::ifstream file(path, std::ios::binary);
  if (!file) return unfit_file(path, text("cannot be read: {}", std::generic_category().message(errno)));
  const auto size = std::filesystem::file_size(path, failed);
  if (failed || size > kLargest) return unfit_file(path, "is too large for a configuration");
  std::string content(static_cast<std::size_t>(size), '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(file.gcount()));
  return content;
}

}  // namespace ucm::service
