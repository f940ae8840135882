#include "service/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace ucm::service {

namespace {

Error trouble_with(std::string_view path) {
  return {Fault::storage, text("{} cannot be written: {}", path, std::strerror(errno))};
}

Error in_the_way(std::string_view path) {
  return {Fault::storage, text("{} exists already and stays as it is: name another file with --output, or "
                               "say --overwrite",
                               path)};
}

}  // namespace

Result<std::unique_ptr<WholeFile>> WholeFile::begin(std::string path, bool overwrite) {
  struct stat there {};
  const bool exists = lstat(path.c_str(), &there) == 0;
  if (exists && !overwrite) return in_the_way(path);
  if (exists && S_ISDIR(there.st_mode))
    return Error{Fault::storage, text("{} is a folder: name a file", path)};
  std::unique_ptr<WholeFile> file(new WholeFile(std::move(path), overwrite));
  const std::string folder = file->folder();
  file->descriptor_ =
      net::Descriptor(open(folder.empty() ? "." : folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (file->descriptor_) return file;
  std::string beside = folder + ".ucmctl-XXXXXX";
  file->descriptor_ = net::Descriptor(mkostemp(beside.data(), O_CLOEXEC));
  if (!file->descriptor_) return trouble_with(file->path_);
  file->beside_ = std::move(beside);
  return file;
}

WholeFile::~WholeFile() {
  if (!beside_.empty()) unlink(beside_.c_str());
}

Result<void> WholeFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return trouble_with(path_);
    bytes.remove_prefix(static_cast<std::size_t>(n));
    bytes_ += n;
  }
  return {};
}

// Makes the name ours: whoever had it before us keeps it.
Result<void> WholeFile::claim() const {
  const net::Descriptor claimed(open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (claimed) return {};
  return errno == EEXIST ? in_the_way(path_) : trouble_with(path_);
}

// To one that has none: its own, or, to take the place of another, first one beside it.
Result<void> WholeFile::give_name() {
  const std::string here = text("/proc/self/fd/{}", descriptor_.get());
  const std::string name = overwrite_ ? text("{}.ucmctl-{}", folder(), getpid()) : path_;
  if (linkat(AT_FDCWD, here.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0)
    return errno == EEXIST ? in_the_way(name) : trouble_with(path_);
  if (overwrite_) beside_ = name;
  return {};
}

Result<void> WholeFile::keep() {
  if (fsync(descriptor_.get()) != 0) return trouble_with(path_);
  if (beside_.empty()) {
    if (auto named = give_name(); !named || !overwrite_) return named;
  }
  descriptor_.close();
  if (!overwrite_) {
    if (auto claimed = claim(); !claimed) return claimed;
  }
  if (std::rename(beside_.c_str(), path_.c_str()) != 0) {
    Error error = trouble_with(path_);
    if (!overwrite_) unlink(path_.c_str());
    return error;
  }
  beside_.clear();
  return {};
}

}  // namespace ucm::service
