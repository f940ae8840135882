// A file that stands under its name only when it is whole.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/descriptor.h"

namespace ucm::service {

class WholeFile {
 public:
  // Mode 0600, without a name where the file system can do that, so that nothing is left of it whatever
  // happens; else under one of its own beside `path`. Storage fault, with its sentence, when that cannot be,
  // or when something of that name exists and may not be overwritten.
  [[nodiscard]] static Result<std::unique_ptr<WholeFile>> begin(std::string path, bool overwrite);
  ~WholeFile();  // what was not kept is gone
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  [[nodiscard]] Result<void> write(std::string_view bytes);
  // To the disk and under its name. What came there meanwhile stays, unless it may be overwritten.
  [[nodiscard]] Result<void> keep();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_; }

 private:
  WholeFile(std::string path, bool overwrite) : path_(std::move(path)), overwrite_(overwrite) {}
  [[nodiscard]] Result<void> give_name();
  [[nodiscard]] Result<void> claim() const;
  [[nodiscard]] std::string folder() const { return path_.substr(0, path_.rfind('/') + 1); }

  std::string path_;
  bool overwrite_;
  std::string beside_;  // "" = it has no name, or its own
  net::Descriptor descriptor_;
  std::int64_t bytes_ = 0;
};

}  // namespace ucm::service
