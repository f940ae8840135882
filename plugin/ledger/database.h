// SQLite, owned: the only door to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ucm::ledger {

// Faults: busy = another process writes; malformed = the file is damaged or no database; storage = the rest
// (disk full, read-only, I/O).
class Statement {
 public:
  Statement() noexcept;
  Statement(Statement&&) noexcept;
  Statement& operator=(Statement&&) noexcept;
  ~Statement();

  // Parameters are counted from 1. Text and bytes are not copied: they outlive the next step().
  Statement& bind(int parameter, std::int64_t number);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_bytes(int parameter, std::span<const std::byte> bytes);
  Statement& bind_null(int parameter);

  // True: a row stands ready. False: done; parameters keep their values, the statement can run again.
  [[nodiscard]] Result<bool> step();
  // Runs a statement that gives no rows.
  [[nodiscard]] Result<void> run();
  void reset() noexcept;

  // Columns are counted from 0. The view holds until the next step() or reset().
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string_view text(int column) const;  // bytes too
  [[nodiscard]] bool null(int column) const;

 private:
  friend class Database;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class Database {
 public:
  // Creates the file (mode 0600) when it is missing.
  [[nodiscard]] static Result<Database> open(const std::string& path);
  // Looks and changes nothing; also while somebody else writes. A missing file is a fault: storage.
  [[nodiscard]] static Result<Database> open_read_only(const std::string& path);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // A statement that does not fit the tables is a fault of the file: malformed.
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  [[nodiscard]] Result<void> run(const std::string& sql);  // several statements are fine
  [[nodiscard]] Result<std::int64_t> number(
      std::string_view sql);                            // the first column of the first row; 0 when none
  [[nodiscard]] std::int64_t changes() const noexcept;  // rows that the last statement changed
  [[nodiscard]] bool in_transaction() const noexcept;
  // Whether this result code of SQLite tells of the file, not of the disk or the machine.
  [[nodiscard]] static bool is_damage(int code) noexcept;

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  [[nodiscard]] static Result<Database> opened(const std::string& path, int how, int busy_ms);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ucm::ledger
