// The ledger's file: found, locked, checked, brought to this version; set aside under a new name when it
// cannot be used, never overwritten.
#pragma once

#include <memory>
#include <string>

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

struct Store {
  DirectoryLock lock;
  Database database;
  bool fresh = false;  // it held nothing of a ledger: all its tables are new
};

// Creates `directory` (mode 0750) and the file when they are missing. A file that is damaged, no ledger at
// all or of a later version is renamed, with what SQLite keeps beside it, and the log says so loudly.
// `damaged`: it was found to be so in use; false again as soon as it is aside, whatever happens then. Storage
// and busy faults say what to do and may pass.
[[nodiscard]] Result<Store> open_store(const std::string& directory, bool& damaged, Log& log,
                                       const Clock& clock);

}  // namespace ucm::ledger
