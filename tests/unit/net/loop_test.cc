#include "net/loop.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <new>
#include <thread>

#include "base/clock.h"
#include "net/descriptor.h"

#include "check.h"  // last: its macros have everyday names

using namespace ucm;
using namespace ucm::net;

namespace {

std::unique_ptr<Loop> make() {
  return std::move(Loop::create()).value();
}

std::array<Descriptor, 2> pair() {
  std::array<int, 2> ends{};
  assert_int_equal(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

void timers_run_once_and_again(void**) {
  const auto loop = make();
  int once = 0;
  int many = 0;
  const auto first = loop->once(1, [&] { ++once; });
  const auto second = loop->every(1, [&] {
    if (++many == 5) loop->stop();
  });
  loop->run();
  assert_int_equal(once, 1);
  assert_int_equal(many, 5);
}

void a_turn_ends_after_timers_without_a_wait(void**) {
  const auto loop = make();
  std::int64_t ticked = 0;
  const auto late = loop->once(60'000, [] {});
  const auto soon = loop->once(5, [&] { ticked = system_clock().mono_ms(); });
  loop->set_end_of_turn([&] {
    if (ticked != 0) loop->stop();
  });
  loop->run();
  assert_true(system_clock().mono_ms() - ticked < 50'000);
}

void a_timer_that_fell_due_in_a_turn_gets_its_own(void**) {
  const auto loop = make();
  const auto late = loop->once(60'000, [] {});
  bool ticked = false;
  std::unique_ptr<Loop::Timer> soon;
  const auto start = loop->once(0, [&] { soon = loop->once(2, [&] { ticked = true; }); });
  std::int64_t began = 0;
  loop->set_end_of_turn([&] {
    if (ticked) return loop->stop();
    began = system_clock().mono_ms();
    while (system_clock().mono_ms() - began < 10) {  // a long commit
    }
  });
  loop->run();
  assert_true(system_clock().mono_ms() - began < 50'000);
}

void a_timer_made_at_the_end_of_a_turn_needs_no_event(void**) {
  const auto loop = make();
  std::unique_ptr<Loop::Timer> next;
  const auto start = loop->once(0, [] {});
  int turns = 0;
  loop->set_end_of_turn([&] {
    if (++turns == 3) loop->stop();
    next = loop->once(0, [] {});
  });
  const std::int64_t began = system_clock().mono_ms();
  loop->run();
  assert_int_equal(turns, 3);
  assert_true(system_clock().mono_ms() - began < 50'000);
}

void a_watch_tells_what_is_wanted(void**) {
  const auto loop = make();
  const auto ends = pair();
  int reads = 0;
  int writes = 0;
  std::unique_ptr<Loop::Watch> watch;
  watch = loop->watch(ends[0].get(), false, true, [&](bool readable, bool writable) {
    writes += writable ? 1 : 0;
    if (writable) {
      assert_int_equal(::write(ends[1].get(), "x", 1), 1);
      watch->want(true, false);
    }
    if (readable && ++reads == 3) loop->stop();  // level-triggered: told again while it is not read
  });
  loop->run();
  assert_int_equal(writes, 1);
  assert_int_equal(reads, 3);
}

void a_closed_peer_is_told_as_readable(void**) {
  const auto loop = make();
  auto ends = pair();
  bool readable = false;
  const auto watch = loop->watch(ends[0].get(), true, false, [&](bool can_read, bool) {
    readable = can_read;
    loop->stop();
  });
  ends[1].close();
  loop->run();
  assert_true(readable);
}

void all_may_be_destroyed_in_their_own_call(void**) {
  const auto loop = make();
  const auto ends = pair();
  assert_int_equal(::write(ends[1].get(), "x", 1), 1);
  int calls = 0;
  std::unique_ptr<Loop::Timer> once;
  std::unique_ptr<Loop::Timer> every;
  std::unique_ptr<Loop::Watch> watch;
  once = loop->once(1, [&] {
    once.reset();
    ++calls;
  });
  every = loop->every(1, [&] {
    every.reset();
    ++calls;
  });
  watch = loop->watch(ends[0].get(), true, false, [&](bool, bool) {
    watch.reset();
    ++calls;
  });
  const auto end = loop->every(30, [&] {
    if (calls >= 3) loop->stop();
  });
  loop->run();
  assert_int_equal(calls, 3);
}

void the_loop_may_be_destroyed_in_a_call(void**) {
  auto loop = make();
  Loop* running = loop.get();
  const auto timer = loop->once(1, [&] { loop.reset(); });
  running->run();
  assert_null(loop.get());
}

void the_order_of_destruction_does_not_matter(void**) {
  auto loop = make();
  const auto ends = pair();
  const auto timer = loop->every(1, [] {});
  const auto watch = loop->watch(ends[0].get(), true, true, [](bool, bool) {});
  loop.reset();
}

void a_descriptor_may_be_watched_anew(void**) {
  const auto loop = make();
  const auto ends = pair();
  auto watch = loop->watch(ends[0].get(), true, false, [](bool, bool) {});
  watch.reset();
  bool told = false;
  watch = loop->watch(ends[0].get(), false, true, [&](bool, bool) {
    told = true;
    loop->stop();
  });
  loop->run();
  assert_true(told);
}

void another_thread_wakes_it(void**) {
  const auto loop = make();
  int woken = 0;
  loop->set_on_wake([&] {
    ++woken;
    loop->stop();
  });
  std::thread other([&] {
    loop->wake();
    loop->wake();
  });
  loop->run();
  other.join();
  assert_true(woken >= 1);
}

// libuv is not left in the middle of its work: what is thrown comes out of run(), and all may be destroyed.
void what_is_thrown_comes_out_of_run(void**) {
  const auto ends = pair();
  assert_int_equal(::write(ends[1].get(), "x", 1), 1);
  const auto fails = [] { throw std::bad_alloc(); };
  for (int kind = 0; kind < 5; ++kind) {
    auto loop = make();
    std::unique_ptr<Loop::Timer> timer;
    std::unique_ptr<Loop::Watch> watch;
    if (kind == 0) timer = loop->once(1, fails);
    if (kind == 1) timer = loop->once(0, fails);
    if (kind == 2) watch = loop->watch(ends[0].get(), true, false, [&](bool, bool) { fails(); });
    if (kind == 3) loop->set_on_wake(fails);
    if (kind == 3) loop->wake();
    if (kind == 4) timer = loop->once(0, [] {});
    if (kind == 4) loop->set_end_of_turn(fails);
    bool thrown = false;
    try {
      loop->run();
    } catch (const std::bad_alloc&) {
      thrown = true;
    }
    assert_true(thrown);
    loop->set_on_wake(nullptr);
    loop->set_end_of_turn(nullptr);
    timer = loop->once(0, [&] { loop->stop(); });
    if (watch) watch->want(false, false);
    loop->run();
  }
}

void a_chain_of_next_times_leaves_room_for_descriptors(void**) {
  const auto loop = make();
  const auto ends = pair();
  assert_int_equal(::write(ends[1].get(), "x", 1), 1);
  int links = 0;
  std::unique_ptr<Loop::Timer> next;
  std::function<void()> link = [&] {
    if (++links == 100'000) loop->stop();
    next = loop->once(0, link);
  };
  next = loop->once(0, link);
  auto watch = loop->watch(ends[0].get(), true, false, [&](bool, bool) { loop->stop(); });
  loop->run();
  watch.reset();
  assert_true(links < 100);

  // A thousand of them, none of which waits; a busy machine may hold one of the rounds up.
  std::int64_t quickest_ms = 1000;
  for (int round = 0; round < 5; ++round) {
    links = 99'000;
    const std::int64_t began = system_clock().mono_ms();
    next = loop->once(0, link);
    loop->run();
    quickest_ms = std::min(quickest_ms, system_clock().mono_ms() - began);
  }
  assert_true(quickest_ms < 800);
}

}  // namespace

int loop_test() {
  const CMUnitTest tests[] = {cmocka_unit_test(timers_run_once_and_again),
                              cmocka_unit_test(a_turn_ends_after_timers_without_a_wait),
                              cmocka_unit_test(a_timer_that_fell_due_in_a_turn_gets_its_own),
                              cmocka_unit_test(a_timer_made_at_the_end_of_a_turn_needs_no_event),
                              cmocka_unit_test(a_watch_tells_what_is_wanted),
                              cmocka_unit_test(a_closed_peer_is_told_as_readable),
                              cmocka_unit_test(all_may_be_destroyed_in_their_own_call),
                              cmocka_unit_test(the_loop_may_be_destroyed_in_a_call),
                              cmocka_unit_test(the_order_of_destruction_does_not_matter),
                              cmocka_unit_test(a_descriptor_may_be_watched_anew),
                              cmocka_unit_test(another_thread_wakes_it),
                              cmocka_unit_test(what_is_thrown_comes_out_of_run),
                              cmocka_unit_test(a_chain_of_next_times_leaves_room_for_descriptors)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
