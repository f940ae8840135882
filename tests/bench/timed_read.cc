// Linked into a second copy of the collectd plugin with --wrap=plugin_register_read: the stock daemon calls
// the very same read callback, through a clock. Each call appends its nanoseconds to the file that
// UCM_BENCH_READS names.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>

extern "C" {
using Read = int (*)();
int __real_plugin_register_read(const char* name, Read read);
int __wrap_plugin_register_read(const char* name, Read read);
}

namespace {

Read measured = nullptr;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

int timed() {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  const int result = measured();
  const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - began).count();
  const char* path = std::getenv("UCM_BENCH_READS");
  const std::unique_ptr<std::FILE, Close> file(path == nullptr ? nullptr : std::fopen(path, "a"));
  if (file) std::fprintf(file.get(), "%lld\n", static_cast<long long>(took));
  return result;
}

}  // namespace

int __wrap_plugin_register_read(const char* name, Read read) {
  measured = read;
  return __real_plugin_register_read(name, timed);
}
