// bench_disk FILE MILLISECONDS : how often a second this filesystem takes 4 KiB appended and has them on the
// disk.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>

int main(int count, char** values) {
  if (count != 3) return 2;
  const int file = ::open(values[1], O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return 1;
  std::array<char, 4096> block{};
  block.fill('u');
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  const auto until = began + std::chrono::milliseconds(std::atoi(values[2]));
  long done = 0;
  while (Clock::now() < until) {
    if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size()) ||
        ::fdatasync(file) != 0)
      return 1;
    ++done;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  std::printf("{\"syncs\": %ld, \"rate\": %.1f}\n", done, static_cast<double>(done) / seconds);
  ::close(file);
  ::unlink(values[1]);
  return 0;
}
