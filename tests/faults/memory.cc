// A machine that has no memory left for the thread of the plugin. Preloaded; UCM_MEMORY names a file of four
// 64-bit numbers, the wish, which may be written at any time: how many allocations of that thread pass before
// the first that fails, how many fail in a row, how many have failed so far, and how many there were.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

struct Wish {
  std::int64_t before;
  std::int64_t times;
  std::int64_t done;
  std::int64_t seen;
};

Wish* wish = nullptr;

__attribute__((constructor)) void prepare() {
  const char* path = std::getenv("UCM_MEMORY");
  const int file = path == nullptr ? -1 : ::open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void* mapped = ::mmap(nullptr, sizeof(Wish), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (mapped != MAP_FAILED) wish = static_cast<Wish*>(mapped);
}

bool is_ours() {
  static thread_local bool known = false;
  if (known) return true;
  char name[16] = "";
  known = ::prctl(PR_GET_NAME, name) == 0 && std::strcmp(name, "ucm") == 0;
  return known;
}

bool fails() {
  if (wish == nullptr || !is_ours()) return false;
  __atomic_fetch_add(&wish->seen, 1, __ATOMIC_ACQ_REL);
  if (__atomic_load_n(&wish->times, __ATOMIC_ACQUIRE) <= 0) return false;
  if (__atomic_fetch_sub(&wish->before, 1, __ATOMIC_ACQ_REL) > 0) return false;
  __atomic_fetch_sub(&wish->times, 1, __ATOMIC_ACQ_REL);
  __atomic_fetch_add(&wish->done, 1, __ATOMIC_ACQ_REL);
  return true;
}

void* taken(std::size_t size) {
  return fails() ? nullptr : std::malloc(size == 0 ? 1 : size);
}

void* taken(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  return fails() ? nullptr : std::aligned_alloc(step, (size + step - 1) / step * step);
}

void* or_thrown(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) {
  return or_thrown(taken(size));
}
void* operator new[](std::size_t size) {
  return or_thrown(taken(size));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return or_thrown(taken(size, alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return taken(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return taken(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
