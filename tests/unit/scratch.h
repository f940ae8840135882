// A folder that is gone, with all in it, when the test ends.
#pragma once

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace ucm {

class Scratch {
 public:
  Scratch() {
    const auto wanted = (std::filesystem::temp_directory_path() / "ucm-test-XXXXXX").string();
    std::array<char, 256> name{};
    wanted.copy(name.data(), name.size() - 1);
    if (::mkdtemp(name.data()) != nullptr) path_ = name.data();
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace ucm
