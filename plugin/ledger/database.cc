#include "ledger/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.h"

namespace ucm::ledger {

namespace {

// Long enough for a reader's checkpoint, short enough that the loop is not held up by somebody's open shell.
constexpr int kBusyMs = 250;
constexpr int kReaderBusyMs = 5'000;

struct CloseDatabase {
  void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
};
struct CloseStatement {
  void operator()(sqlite3_stmt* handle) const noexcept { sqlite3_finalize(handle); }
};

Fault fault_of(int code) noexcept {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Fault::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Fault::malformed;
    default:
      return Fault::storage;
  }
}

Error error_of(sqlite3* handle, int code) {
  return {fault_of(code), text("{} (SQLite {})", sqlite3_errmsg(handle), sqlite3_extended_errcode(handle))};
}

}  // namespace

struct Statement::Impl {
  std::unique_ptr<sqlite3_stmt, CloseStatement> handle;
};

struct Database::Impl {
  std::unique_ptr<sqlite3, CloseDatabase> handle;
};

Statement::Statement() noexcept = default;
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;

Statement& Statement::bind(int parameter, std::int64_t number) {
  sqlite3_bind_int64(impl_->handle.get(), parameter, number);
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  const char* start = text.data() == nullptr ? "" : text.data();
  sqlite3_bind_text64(impl_->handle.get(), parameter, start, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_bytes(int parameter, std::span<const std::byte> bytes) {
  sqlite3_bind_blob64(impl_->handle.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  sqlite3_bind_null(impl_->handle.get(), parameter);
  return *this;
}

Result<bool> Statement::step() {
  sqlite3_stmt* handle = impl_->handle.get();
  const int code = sqlite3_step(handle);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(handle);
    return false;
  }
  Error error = error_of(sqlite3_db_handle(handle), code);
  sqlite3_reset(handle);
  return error;
}

Result<void> Statement::run() {
  const Result<bool> stepped = step();
  if (!stepped) return stepped.error();
  reset();
  return {};
}

void Statement::reset() noexcept {
  sqlite3_reset(impl_->handle.get());
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(impl_->handle.get(), column);
}

std::string_view Statement::text(int column) const {
  const void* start = sqlite3_column_blob(impl_->handle.get(), column);
  const int size = sqlite3_column_bytes(impl_->handle.get(), column);
  return start == nullptr ? std::string_view()
                          : std::string_view(static_cast<const char*>(start), static_cast<std::size_t>(size));
}

bool Statement::null(int column) const {
  return sqlite3_column_type(impl_->handle.get(), column) == SQLITE_NULL;
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::string& path) {
  // SQLite would create it with the umask's mode; its own files beside it take over the mode of this one.
  const int created = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (created >= 0) ::close(created);
  struct stat found {};
  if (created < 0 && errno == ELOOP && ::stat(path.c_str(), &found) != 0) {
    return Error{Fault::storage,
                 "it is a symbolic link to a file that is not there: mount what it leads to, or remove it"};
  }

  return opened(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, kBusyMs);
}

Result<Database> Database::open_read_only(const std::string& path) {
  return opened(path, SQLITE_OPEN_READONLY, kReaderBusyMs);
}

Result<Database> Database::opened(const std::string& path, int how, int busy_ms) {
  auto impl = std::make_unique<Impl>();
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, how | SQLITE_OPEN_NOMUTEX, nullptr);
  impl->handle.reset(handle);
  if (code != SQLITE_OK) return error_of(handle, code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, busy_ms);
  return Database(std::move(impl));
}

Result<Statement> Database::prepare(std::string_view sql) {
  // First: a statement without an owner keeps its connection, and the lock of it, for ever.
  Statement statement;
  statement.impl_ = std::make_unique<Statement::Impl>();
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v3(impl_->handle.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  if (code != SQLITE_OK) {
    Error error = error_of(impl_->handle.get(), code);
    if (code == SQLITE_ERROR) error.fault = Fault::malformed;
    return error;
  }
  statement.impl_->handle.reset(prepared);
  return statement;
}

Result<void> Database::run(const std::string& sql) {
  const int code = sqlite3_exec(impl_->handle.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(impl_->handle.get(), code);
  return {};
}

Result<std::int64_t> Database::number(std::string_view sql) {
  Result<Statement> statement = prepare(sql);
  if (!statement) return statement.error();
  const Result<bool> row = statement.value().step();
  if (!row) return row.error();
  return row.value() ? statement.value().number(0) : 0;
}

std::int64_t Database::changes() const noexcept {
  return sqlite3_changes64(impl_->handle.get());
}

bool Database::is_damage(int code) noexcept {
  return fault_of(code) == Fault::malformed;
}

bool Database::in_transaction() const noexcept {
  return sqlite3_get_autocommit(impl_->handle.get()) == 0;
}

}  // namespace ucm::ledger
