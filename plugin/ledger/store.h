// The ledger's file: found, locked, checked, brought to this version; set aside under a new name when it
// cannot be used, never overwritten.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "ledger/database.h"

namespace ucm::ledger {

inline constexpr const char* kFileName = "ledger.db";

class DirectoryLock {
 public:
  // Busy when another process keeps its ledger in `directory`.
  [[nodiscard]] static Result<DirectoryLock> take(const std::string& directory);
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int descriptor) noexcept : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

// Which file a path leads to; no two that exist have the same.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;  // 0: there is none
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};
[[nodiscard]] FileIdentity identity_of_file(const std::string& path) noexcept;

// What SQLite keeps beside the file at `path`, as far as this process has it open.
[[nodiscard]] std::vector<std::string> companions_of(const std::string& path);

struct Store {
  DirectoryLock lock;
  Database database;
  bool fresh = false;  // it held nothing of a ledger: all its tables are new
  std::string path;
  FileIdentity identity;

  // False when somebody has deleted the file in use or put another in its place: what is written is lost.
  [[nodiscard]] bool in_place() const noexcept { return identity_of_file(path) == identity; }
};

// The files that were set aside in `directory`, oldest first, without what SQLite keeps beside them. Each
// holds what the ledger of its time held, numbers too.
[[nodiscard]] std::vector<std::string> files_aside(const std::string& directory);
// Deletes those that were set aside before `before_s`, with their companions, and gives their names.
[[nodiscard]] std::vector<std::string> remove_files_aside(const std::string& directory,
                                                          std::int64_t before_s);

// How closely a file is read before it is used.
enum class Look {
  first,  // what seems damaged is a fault, malformed, and stays where it is
  again,  // from end to end
  last,   // it was found damaged twice
};

// Creates `directory` (mode 0750) and the file when they are missing. A file that is no ledger at all or of a
// later version, and with Look::last whatever there is, is renamed with what SQLite keeps beside it, and the
// log says so loudly. `look` is first again as soon as it is aside, whatever happens then. Storage and busy
// faults say what to do and may pass: a disk that did not read is one of them, never damage.
[[nodiscard]] Result<Store> open_store(const std::string& directory, Look& look, Log& log,
                                       const Clock& clock);

}  // namespace ucm::ledger
