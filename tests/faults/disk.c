// A disk that fails to read once. Preloaded; UCM_READ_FAILS=n lets the n-th pread of a file whose name ends
// in "ledger.db" give EIO, the others are as ever.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long left;

__attribute__((constructor)) static void read_wish(void) {
  const char* wish = getenv("UCM_READ_FAILS");
  atomic_store(&left, wish == NULL ? 0 : atol(wish));
}

static int fails(int file) {
  if (atomic_load(&left) <= 0) return 0;
  static const char kEnd[] = "ledger.db";
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t size = readlink(link, path, sizeof path);
  const ssize_t end = (ssize_t)sizeof kEnd - 1;
  if (size < end || memcmp(path + size - end, kEnd, (size_t)end) != 0) return 0;
  if (atomic_fetch_sub(&left, 1) != 1) return 0;
  errno = EIO;
  return 1;
}

ssize_t pread(int file, void* into, size_t size, off_t from) {
  static ssize_t (*real)(int, void*, size_t, off_t);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "pread");
  return fails(file) ? -1 : real(file, into, size, from);
}

ssize_t pread64(int file, void* into, size_t size, off64_t from) {
  static ssize_t (*real)(int, void*, size_t, off64_t);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "pread64");
  return fails(file) ? -1 : real(file, into, size, from);
}
