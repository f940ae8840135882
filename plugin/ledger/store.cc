#include "ledger/store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "ledger/schema.h"

namespace ucm::ledger {

namespace {

namespace fs = std::filesystem;

// A file up to this size is checked from end to end when it is opened: some tenths of a second at the most.
constexpr std::uintmax_t kCheckedWhole = 48UL * 1024 * 1024;

// What each connection wants. FULL: a commit returns after the disk has it. The cache and the log are small
// because the agent is somebody else's process. What is deleted is overwritten: it was somebody's number.
constexpr const char* kPragmas =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-3072; PRAGMA temp_store=MEMORY;"
    "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=8388608; PRAGMA foreign_keys=OFF;"
    "PRAGMA secure_delete=ON;";

std::string stamp(std::int64_t moment_s) {
  const std::time_t now = moment_s;
  std::tm parts{};
  gmtime_r(&now, &parts);
  return text("{:04}{:02}{:02}T{:02}{:02}{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
              parts.tm_hour, parts.tm_min, parts.tm_sec);
}

// Renames the file and its companions; the name is one that nobody has.
Result<std::string> set_aside(const fs::path& file, std::string_view why, const Clock& clock) {
  std::error_code fault;
  const std::string wanted = text("{}.{}-{}", file.string(), why, stamp(clock.wall_s()));
  std::string aside = wanted;
  for (int n = 2; fs::exists(aside, fault); ++n) aside = text("{}-{}", wanted, n);
  for (const std::string_view suffix : {"", "-wal", "-shm"}) {
    const fs::path from = text("{}{}", file.string(), suffix);
    if (!fs::exists(from, fault)) continue;
    fs::rename(from, text("{}{}", aside, suffix), fault);
    if (fault) return Error{Fault::storage, text("cannot rename {}: {}", from.string(), fault.message())};
  }
  return aside;
}

// SQLite's check tells of a page that it could not read as of one that is wrong: "... error code=266".
Error fault_in(std::string_view finding) {
  constexpr std::string_view kCode = "error code=";
  constexpr std::int64_t kPrimary = 0xff;
  const std::size_t at = finding.find(kCode);
  if (at != std::string_view::npos) {
    const std::string_view rest = finding.substr(at + kCode.size());
    const auto code = whole_number(rest.substr(0, rest.find_first_not_of("0123456789")));
    if (code && !Database::is_damage(static_cast<int>(*code & kPrimary))) {
      return {Fault::storage, std::string(finding)};
    }
  }
  return {Fault::malformed, std::string(finding)};
}

struct Judged {
  std::string_view why;  // "" = usable
  std::string detail;
};

// What the file is. One that is damaged is an error, malformed, and so is a disk that fails: storage.
Result<Judged> judge(Database& database, std::uintmax_t size, Look look) {
  const auto version = database.number("PRAGMA user_version");
  const auto application = database.number("PRAGMA application_id");
  const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  for (const auto* answer : {&version, &application, &tables}) {
    if (!answer->ok()) return answer->error();
  }
  if (application.value() != kApplicationId && tables.value() > 0) {
    return Judged{"foreign", "it is a database of another program"};
  }
  if (version.value() > static_cast<std::int64_t>(migrations().size())) {
    return Judged{"newer", text("it has version {} and this plugin knows {}: was the plugin downgraded?",
                                version.value(), migrations().size())};
  }
  if (look == Look::first && size > kCheckedWhole) return Judged{};
  auto check = database.prepare(look == Look::first ? "PRAGMA quick_check(1)" : "PRAGMA integrity_check(1)");
  if (!check) return check.error();
  const auto row = check.value().step();
  if (!row) return row.error();
  if (check.value().text(0) != "ok") return fault_in(check.value().text(0));
  return Judged{};
}

// True when the file had no version at all.
Result<bool> migrate(Database& database) {
  const auto version = database.number("PRAGMA user_version");
  if (!version) return version.error();
  const auto steps = migrations();
  for (auto step = static_cast<std::size_t>(version.value()); step < steps.size(); ++step) {
    const std::string sql =
        text("BEGIN IMMEDIATE; {} PRAGMA user_version={}; PRAGMA application_id={}; COMMIT;", steps[step],
             step + 1, kApplicationId);
    if (auto done = database.run(sql); !done) {
      const auto undone = database.run("ROLLBACK");
      static_cast<void>(undone);  // the first error is the one to tell
      return done.error();
    }
  }
  return version.value() == 0;
}

Result<void> make_directory(const std::string& directory) {
  std::error_code fault;
  if (fs::is_directory(directory, fault)) return {};
  fs::create_directories(directory, fault);
  if (!fault) fs::permissions(directory, fs::perms(0750), fault);
  if (!fault) return {};
  return Error{Fault::storage,
               text("cannot create the state directory {}: {}. Create it and let the agent's user "
                    "write to it, or set StateDirectory",
                    directory, fault.message())};
}

}  // namespace

// When it was set aside, of "ledger.db.damaged-20260202T024000Z", or "...Z-2" where there are two of one
// second; "" for everything that is not ours.
std::string_view stamp_in(std::string_view name) {
  constexpr std::string_view kShape = "00000000T000000Z";
  for (const std::string_view why : {"damaged", "foreign", "newer"}) {
    const std::string head = text("{}.{}-", kFileName, why);
    if (!name.starts_with(head)) continue;
    const std::string_view rest = name.substr(head.size());
    const std::string_view more = rest.substr(std::min(rest.size(), kShape.size()));
    const bool shaped = rest.size() >= kShape.size() &&
                        std::equal(kShape.begin(), kShape.end(), rest.begin(), [](char shape, char c) {
                          return shape == '0' ? c >= '0' && c <= '9' : c == shape;
                        });
    const bool numbered = more.empty() || (more.size() > 1 && more.front() == '-' &&
                                           more.find_first_not_of("0123456789", 1) == std::string_view::npos);
    if (shaped && numbered) return rest;
  }
  return {};
}

std::vector<std::string> files_aside(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code fault;
  for (auto entry = fs::directory_iterator(directory, fault); !fault && entry != fs::directory_iterator();
       entry.increment(fault)) {
    std::string name = entry->path().filename();
    if (!stamp_in(name).empty()) names.push_back(std::move(name));
  }
  std::ranges::sort(names, {}, [](const std::string& name) { return std::pair(stamp_in(name), name); });
  return names;
}

// By the later of its name and its last write: one of both may be of a clock that was wrong.
std::vector<std::string> remove_files_aside(const std::string& directory, std::int64_t before_s) {
  const std::string before = stamp(before_s);
  std::vector<std::string> removed;
  for (std::string& name : files_aside(directory)) {
    const std::string path = text("{}/{}", directory, name);
    struct stat found {};
    if (stamp_in(name) >= before || ::stat(path.c_str(), &found) != 0 || found.st_mtim.tv_sec >= before_s)
      continue;
    std::error_code fault;
    for (const std::string_view suffix : {"-wal", "-shm", ""}) fs::remove(path + std::string(suffix), fault);
    if (!fault) removed.push_back(std::move(name));
  }
  return removed;
}

FileIdentity identity_of_file(const std::string& path) noexcept {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino};
}

// Whether this process has that very file open.
bool is_open_here(const std::string& path) {
  const FileIdentity wanted = identity_of_file(path);
  if (wanted.inode == 0) return false;
  std::error_code fault;
  for (auto entry = fs::directory_iterator("/proc/self/fd", fault);
       !fault && entry != fs::directory_iterator(); entry.increment(fault)) {
    if (identity_of_file(entry->path().string()) == wanted) return true;
  }
  return false;
}

std::vector<std::string> companions_of(const std::string& path) {
  std::vector<std::string> found;
  for (const std::string_view suffix : {"-wal", "-shm"}) {
    std::string name = text("{}{}", path, suffix);
    if (is_open_here(name)) found.push_back(std::move(name));
  }
  return found;
}

Result<DirectoryLock> DirectoryLock::take(const std::string& directory) {
  const std::string path = directory + "/ledger.lock";
  DirectoryLock lock(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (lock.descriptor_ < 0) {
    return Error{Fault::storage,
                 text("cannot write in the state directory: {}: {}. Let the agent's user write there", path,
                      std::strerror(errno))};
  }
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    return Error{Fault::busy,
                 text("another process keeps its ledger in {}: give each agent a StateDirectory of its "
                      "own, or stop the other one",
                      directory)};
  }
  return lock;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<Store> open_store(const std::string& directory, Look& look, Log& log, const Clock& clock) {
  if (auto made = make_directory(directory); !made) return made.error();
  Result<DirectoryLock> lock = DirectoryLock::take(directory);
  if (!lock) return lock.error();

  const fs::path file = fs::path(directory) / kFileName;
  Judged judged;
  if (look == Look::last) judged = {"damaged", "SQLite found it so twice"};
  // Twice at the most: as it is, and anew after it was set aside.
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!judged.why.empty()) {
      const Result<std::string> aside = set_aside(file, judged.why, clock);
      if (!aside) return aside.error();
      look = Look::first;
      log.say(Severity::error, text("ledger: {} cannot be used: {}. It was kept as {} and a new one begun; "
                                    "the records in the old file "
                                    "are not counted again. Keep it until you know why, then delete it",
                                    file.string(), judged.detail, aside.value()));
    }
    std::error_code fault;
    const bool existed = fs::exists(file, fault);
    const std::uintmax_t size = existed ? fs::file_size(file, fault) : 0;
    Result<Database> database = Database::open(file.string());
    if (!database) {
      return Error{database.error().fault,
                   text("cannot open {}: {}. The agent's user must be able to write there", file.string(),
                        database.error().what)};
    }
    Result<Judged> verdict = judge(database.value(), size, look);
    if (!verdict) return verdict.error();
    judged = std::move(verdict).value();
    if (!judged.why.empty()) continue;
    if (auto set = database.value().run(kPragmas); !set) return set.error();
    const Result<bool> fresh = migrate(database.value());
    if (!fresh) return fresh.error();
    return Store{std::move(lock).value(), std::move(database).value(), fresh.value(), file.string(),
                 identity_of_file(file.string())};
  }
  return Error{Fault::storage, text("{} was set aside and a new one cannot be used either", file.string())};
}

}  // namespace ucm::ledger
