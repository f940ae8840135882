// Linked into a second copy of the collectd plugin with --wrap=plugin_register_read: the stock daemon calls
// the very same read callback, through a clock. Each call appends its nanoseconds to the file that
// UCM_BENCH_READS names.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>

// The linker's names. NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
using Read = int (*)();
int __real_plugin_register_read(const char* name, Read read);
int __wrap_plugin_register_read(const char* name, Read read);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace {

Read measured = nullptr;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::int64_t nanoseconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

int timed() {
  const std::int64_t began = nanoseconds(CLOCK_MONOTONIC);
  const std::int64_t used = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
  const int result = measured();
  const std::int64_t uses = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - used;
  const std::int64_t took = nanoseconds(CLOCK_MONOTONIC) - began;
  const char* path = std::getenv("UCM_BENCH_READS");
  const std::unique_ptr<std::FILE, Close> file(path == nullptr ? nullptr : std::fopen(path, "a"));
  if (file) {
    std::fprintf(file.get(), "%lld %lld\n", static_cast<long long>(took), static_cast<long long>(uses));
  }
  return result;
}

}  // namespace

int __wrap_plugin_register_read(const char* name, Read read) {
  measured = read;
  return __real_plugin_register_read(name, timed);
}
