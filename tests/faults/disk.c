// A disk that fails, and one that is cut off from its power. Preloaded; it looks at the files of the folder
// that UCM_DISK_FOLDER names, whatever thread asks for them.
//
// UCM_DISK names a file of five 64-bit numbers, the wish, which may be written at any time: which operations
// are meant, how many of them pass before the first that fails, how many fail, how, and how many have failed
// so far. UCM_DISK_JOURNAL names a file that gets what a file held before each write, and each sync: power.py
// makes of it what a disk might hold that had kept only a part of what was not synced.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum Operation { kRead = 1, kWrite = 2, kSync = 4, kOpen = 8, kTruncate = 16 };

// How an operation fails: a positive number is an errno.
enum Effect { kHalf = 0, kKilledBefore = -1, kKilledAfter = -2 };

struct Wish {
  int64_t operations;
  int64_t before;
  int64_t times;
  int64_t effect;
  int64_t done;
};

enum Kind { kOld, kSynced };

// Followed by `held` bytes: what was there from `from` on.
struct Entry {
  int64_t kind;
  uint64_t inode;
  int64_t from;
  int64_t held;
  int64_t size;  // of the file
};

enum { kSector = 512 };

static struct Wish* wish;
static const char* folder;
static int journal = -1;

#define REAL(type, name, ...)       \
  static type (*real)(__VA_ARGS__); \
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void prepare(void) {
  folder = getenv("UCM_DISK_FOLDER");
  const char* wished = getenv("UCM_DISK");
  const int file = wished == NULL ? -1 : open(wished, O_RDWR | O_CLOEXEC);
  if (file >= 0) {
    void* mapped = mmap(NULL, sizeof *wish, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) wish = mapped;
    close(file);
  }
  const char* kept = getenv("UCM_DISK_JOURNAL");
  if (kept != NULL) journal = open(kept, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int in_folder(const char* path) {
  return folder != NULL && path != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_ours(int file) {
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = '\0';
  return in_folder(path);
}

// Whether this one fails; *effect says how. Who is killed before it does not come back.
static int fails(enum Operation operation, int64_t* effect) {
  if (wish == NULL || (__atomic_load_n(&wish->operations, __ATOMIC_ACQUIRE) & operation) == 0) return 0;
  if (__atomic_fetch_sub(&wish->before, 1, __ATOMIC_ACQ_REL) > 0) return 0;
  if (__atomic_fetch_sub(&wish->times, 1, __ATOMIC_ACQ_REL) <= 0) return 0;
  __atomic_fetch_add(&wish->done, 1, __ATOMIC_ACQ_REL);
  *effect = wish->effect;
  if (*effect == kKilledBefore) kill(getpid(), SIGKILL);
  return 1;
}

static void after(int failed, int64_t effect) {
  if (failed && effect == kKilledAfter) kill(getpid(), SIGKILL);
}

static int is_refused(int failed, int64_t effect) {
  if (!failed || effect <= 0) return 0;
  errno = (int)effect;
  return 1;
}

static ssize_t raw_pread(int file, void* into, size_t size, off64_t from) {
  REAL(ssize_t, "pread64", int, void*, size_t, off64_t);
  return real(file, into, size, from);
}

// Keeps whole sectors of what [from, to) holds.
static void note_old(int file, int64_t from, int64_t to) {
  struct stat64 found;
  if (journal < 0 || fstat64(file, &found) != 0 || !S_ISREG(found.st_mode)) return;
  const int64_t begin = from / kSector * kSector;
  int64_t end = (to + kSector - 1) / kSector * kSector;
  if (end > found.st_size) end = found.st_size;
  struct Entry entry = {kOld, found.st_ino, begin, 0, found.st_size};
  char* held = NULL;
  if (end > begin && (held = malloc((size_t)(end - begin))) != NULL) {
    const ssize_t got = raw_pread(file, held, (size_t)(end - begin), begin);
    entry.held = got < 0 ? 0 : got;
  }
  struct iovec parts[] = {{&entry, sizeof entry}, {held, (size_t)entry.held}};
  if (writev(journal, parts, 2) < 0) abort();
  free(held);
}

static void note_sync(int file) {
  struct stat64 found;
  if (journal < 0 || fstat64(file, &found) != 0) return;
  struct Entry entry = {kSynced, found.st_ino, 0, 0, found.st_size};
  struct iovec part = {&entry, sizeof entry};
  if (writev(journal, &part, 1) < 0) abort();
}

ssize_t pread64(int file, void* into, size_t size, off64_t from) {
  int64_t effect = 0;
  const int failed = is_ours(file) && fails(kRead, &effect);
  if (is_refused(failed, effect)) return -1;
  const ssize_t got = raw_pread(file, into, failed && effect == kHalf ? size / 2 : size, from);
  after(failed, effect);
  return got;
}

ssize_t pread(int file, void* into, size_t size, off_t from) {
  return pread64(file, into, size, from);
}

ssize_t pwrite64(int file, const void* data, size_t size, off64_t to) {
  REAL(ssize_t, "pwrite64", int, const void*, size_t, off64_t);
  if (!is_ours(file)) return real(file, data, size, to);
  int64_t effect = 0;
  const int failed = fails(kWrite, &effect);
  if (is_refused(failed, effect)) return -1;
  note_old(file, to, to + (int64_t)size);
  const ssize_t written = real(file, data, failed && effect == kHalf ? size / 2 : size, to);
  after(failed, effect);
  return written;
}

ssize_t pwrite(int file, const void* data, size_t size, off_t to) {
  return pwrite64(file, data, size, to);
}

static int synced(int file, int (*real)(int)) {
  if (!is_ours(file)) return real(file);
  int64_t effect = 0;
  const int failed = fails(kSync, &effect);
  if (is_refused(failed, effect)) return -1;
  const int done = real(file);
  if (done == 0) note_sync(file);
  after(failed, effect);
  return done;
}

int fsync(int file) {
  REAL(int, "fsync", int);
  return synced(file, real);
}

int fdatasync(int file) {
  REAL(int, "fdatasync", int);
  return synced(file, real);
}

int ftruncate64(int file, off64_t size) {
  REAL(int, "ftruncate64", int, off64_t);
  if (!is_ours(file)) return real(file, size);
  int64_t effect = 0;
  const int failed = fails(kTruncate, &effect);
  if (is_refused(failed, effect)) return -1;
  struct stat64 found;
  if (fstat64(file, &found) == 0) note_old(file, size, found.st_size);
  const int done = real(file, size);
  after(failed, effect);
  return done;
}

int ftruncate(int file, off_t size) {
  return ftruncate64(file, size);
}

static int refused_open(const char* path) {
  int64_t effect = 0;
  const int failed = in_folder(path) && fails(kOpen, &effect);
  return is_refused(failed, effect);
}

static mode_t mode_of(int flags, va_list rest) {
  return (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
}

int open64(const char* path, int flags, ...) {
  REAL(int, "open64", const char*, int, ...);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return refused_open(path) ? -1 : real(path, flags, mode);
}

int open(const char* path, int flags, ...) {
  REAL(int, "open", const char*, int, ...);
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  return refused_open(path) ? -1 : real(path, flags, mode);
}
