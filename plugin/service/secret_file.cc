#include "service/secret_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/text.h"

namespace ucm::service {

namespace {

constexpr std::size_t kLongest = 1024;

Error fault(const std::string& path, std::string_view what) {
  return {Fault::config, text("{} {}", path, what)};
}

}  // namespace

Result<Secret> read_secret_file(const std::string& path) {
  std::error_code failed;
  const std::filesystem::file_status status = std::filesystem::status(path, failed);
  if (failed) return fault(path, text("cannot be read: {}", failed.message()));
  // Before it is opened: a pipe would wait for its writer.
  if (!std::filesystem::is_regular_file(status)) return fault(path, "is not a file");

  std::ifstream file(path, std::ios::binary);
  if (!file) return fault(path, text("cannot be read: {}", std::generic_category().message(errno)));
  std::string line(kLongest + 2, '\0');
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(file.gcount()));
  line.resize(std::min(line.find('\n'), line.size()));
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty()) return fault(path, "has nothing in its first line");
  if (line.size() > kLongest) return fault(path, text("has a first line of more than {} bytes", kLongest));
  const bool others =
      (status.permissions() & std::filesystem::perms::others_read) != std::filesystem::perms::none;
  return Secret{line, others};
}

}  // namespace ucm::service
