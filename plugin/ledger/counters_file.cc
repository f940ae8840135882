#include "ledger/counters_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace ucm::ledger {

namespace {

namespace fs = std::filesystem;

constexpr int kVersion = 1;

std::string sql_text(std::string_view words) {
  std::string all = "'";
  for (const char c : words) all.append(c == '\'' ? 2 : 1, c);
  return all + "'";
}

// The other file beside the ledger, for as long as this lives.
class Attached {
 public:
  [[nodiscard]] static Result<Attached> attach(Database& database, const std::string& path) {
    if (auto done = database.run(text("ATTACH DATABASE {} AS beside", sql_text(path))); !done)
      return done.error();
    return Attached(database);
  }
  Attached(Attached&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Attached& operator=(Attached&&) = delete;
  ~Attached() {
    if (database_ == nullptr) return;
    if (database_->in_transaction()) static_cast<void>(database_->run("ROLLBACK"));
    static_cast<void>(database_->run("DETACH DATABASE beside"));
  }

 private:
  explicit Attached(Database& database) : database_(&database) {}
  Database* database_;
};

Error about(const std::string& path, const Error& cause) {
  return {cause.fault, text("{}: {}", path, cause.what)};
}

Result<void> fill(Database& ledger, const std::string& path, const std::string& latest_start) {
  Result<Attached> beside = Attached::attach(ledger, path);
  if (!beside) return beside.error();
  return ledger.run(text(
      "BEGIN; PRAGMA beside.user_version = {};"
      "CREATE TABLE beside.pbx AS SELECT id, name FROM main.pbx;"
      "CREATE TABLE beside.counters AS SELECT pbx, scope, metric, value FROM main.counters;"
      "CREATE TABLE beside.scopes AS SELECT pbx, kind, name, scope FROM main.scopes;"
      "CREATE TABLE beside.standing AS SELECT pbx, name, value FROM main.standing WHERE name = 'label_salt';"
      "INSERT INTO beside.standing SELECT pbx, 'lost_until', max(until) FROM ("
      " SELECT p.id AS pbx, (SELECT max(l.start) FROM main.legs l WHERE l.pbx = p.id AND l.start <= {}) AS "
      "until"
      " FROM main.pbx p UNION ALL SELECT pbx, value FROM main.standing WHERE name = 'lost_until'"
      " UNION ALL SELECT pbx, newest_start FROM main.forgotten) WHERE until IS NOT NULL GROUP BY pbx;"
      "CREATE TABLE beside.forgotten AS SELECT pbx, newest_start FROM main.forgotten;"
      "CREATE TABLE beside.place AS SELECT name, value FROM main.place WHERE name = 'counting_since';"
      "COMMIT;",
      kVersion, sql_text(latest_start)));
}

// A rename that the disk has.
Result<void> put_in_place(const std::string& from, const std::string& path) {
  if (std::rename(from.c_str(), path.c_str()) != 0) return Error{Fault::storage, std::strerror(errno)};
  const int folder = ::open(fs::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return Error{Fault::storage, std::strerror(errno)};
  const bool synced = ::fsync(folder) == 0;
  ::close(folder);
  if (!synced) return Error{Fault::storage, std::strerror(errno)};
  return {};
}

}  // namespace

Result<void> write_counters(Database& ledger, const std::string& path, const std::string& latest_start) {
  const std::string made = path + ".new";
  std::error_code none;
  fs::remove(made, none);
  const int created = ::open(made.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (created < 0) return Error{Fault::storage, text("{}: {}", made, std::strerror(errno))};
  ::close(created);
  Result<void> done = fill(ledger, made, latest_start);
  if (done) done = put_in_place(made, path);
  if (done) return done;
  fs::remove(made, none);
  return about(path, done.error());
}

Result<bool> read_counters(Database& fresh, const std::string& path) {
  std::error_code none;
  if (!fs::exists(path, none)) return false;
  Result<Attached> beside = Attached::attach(fresh, path);
  if (!beside) return about(path, beside.error());
  auto check = fresh.prepare("PRAGMA beside.quick_check(1)");
  if (!check) return about(path, check.error());
  const auto row = check.value().step();
  if (!row) return about(path, row.error());
  if (check.value().text(0) != "ok") {
    return Error{Fault::malformed, text("{}: {}", path, check.value().text(0))};
  }
  check.value().reset();
  const auto version = fresh.number("PRAGMA beside.user_version");
  if (!version) return about(path, version.error());
  if (version.value() != kVersion) {
    return Error{Fault::malformed, text("{}: it has version {}", path, version.value())};
  }
  auto copied = fresh.run(
      "BEGIN IMMEDIATE; INSERT INTO main.pbx (id, name) SELECT id, name FROM beside.pbx;"
      "INSERT INTO main.counters (pbx, scope, metric, value) SELECT pbx, scope, metric, value FROM "
      "beside.counters;"
      "INSERT INTO main.scopes (pbx, kind, name, scope) SELECT pbx, kind, name, scope FROM beside.scopes;"
      "INSERT INTO main.standing (pbx, name, value) SELECT pbx, name, value FROM beside.standing;"
      "INSERT INTO main.forgotten (pbx, newest_start) SELECT pbx, newest_start FROM beside.forgotten;"
      "INSERT INTO main.place (name, value) SELECT name, value FROM beside.place; COMMIT;");
  if (!copied) return about(path, copied.error());
  return true;
}

}  // namespace ucm::ledger
