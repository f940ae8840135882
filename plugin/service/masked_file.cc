#include "service/masked_file.h"

#include <cerrno>
#include <fstream>
#include <iostream>
#include <system_error>

#include "base/text.h"
#include "service/text_file.h"
#include "wire/mask.h"

namespace ucm::service {

namespace {

Result<std::string> content_of(std::istream& in, const std::string& name) {
  std::string content(kMostMaskedBytes + 1, '\0');
  in.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (in.bad()) return unfit_file(name, text("cannot be read: {}", std::generic_category().message(errno)));
  content.resize(static_cast<std::size_t>(in.gcount()));
  if (content.size() > kMostMaskedBytes) {
    return Error{Fault::too_large, text("{} is longer than {} MiB (the limit); mask it in pieces", name,
                                        kMostMaskedBytes / (1024UL * 1024))};
  }
  return content;
}

Result<std::string> content_at(const std::string& path) {
  if (path.empty() || path == "-") return content_of(std::cin, "standard input");
  std::ifstream file(path, std::ios::binary);
  if (!file) return unfit_file(path, text("cannot be read: {}", std::generic_category().message(errno)));
  return content_of(file, path);
}

}  // namespace

Result<std::string> masked_file(const std::string& path) {
  const auto content = content_at(path);
  if (!content) return content.error();
  return wire::printable(wire::Masker().masked(content.value()));
}

}  // namespace ucm::service
