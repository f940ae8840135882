#include "metrics/snapshot.h"

#include <atomic>
#include <cmath>
#include <thread>

#include "base/text.h"
#include "check.h"
#include "metrics/book.h"
#include "metrics/counted.h"

namespace {

using namespace ucm;
using namespace ucm::metrics;

void a_snapshot_is_up_until_the_next(void**) {
  Board board;
  assert_null(board.take().snapshot.get());
  assert_true(board.was_taken());
  assert_true(board.publish({}, true));
  assert_false(board.was_taken());
  assert_int_equal(board.look()->number, 1);
  assert_false(board.was_taken());  // to look is not to take
  assert_int_equal(board.take().snapshot->number, 1);
  assert_int_equal(board.take().snapshot->number, 1);
  assert_true(board.was_taken());
}

void a_snapshot_made_for_another_reader_is_refused(void**) {
  Board board;
  assert_true(board.publish({}, false));
  const bool taken = board.was_taken();
  static_cast<void>(board.take());  // between the making and the publishing
  assert_false(board.publish({}, taken));
  assert_int_equal(board.look()->number, 1);
  assert_true(board.publish({}, board.was_taken()));
  assert_int_equal(board.look()->number, 2);
}

void notices_wait_and_are_given_once(void**) {
  Board board;
  for (std::size_t i = 0; i < Board::kMostNotices + 5; ++i)
    assert_int_equal(board.tell({"hq", text("{}", i)}), i + 1);
  assert_int_equal(board.heard(), 0);
  assert_int_equal(board.room(), 0);
  const auto notices = board.take().notices;
  assert_int_equal(notices.size(), Board::kMostNotices);
  assert_text(notices.front().text, "5");
  assert_text(notices.back().text, text("{}", Board::kMostNotices + 4));
  assert_int_equal(board.heard(), Board::kMostNotices + 5);
  assert_int_equal(board.room(), Board::kMostNotices);
  assert_int_equal(board.take().notices.size(), 0);
}

const Reading& reading(const Snapshot& snapshot, Metric metric) {
  for (const Section& section : snapshot.sections) {
    if (section.scope == "all") return section.readings.at(place(metric));
  }
  return snapshot.sections.front().readings.front();
}

void publish(Board& board, Book& book) {
  for (;;) {
    const bool taken = board.was_taken();
    Snapshot snapshot;
    book.read(taken, snapshot.sections);
    if (!board.publish(std::move(snapshot), taken)) continue;
    book.published(taken);
    return;
  }
}

// What one reader saw between two snapshots that it took.
struct Interval {
  std::int64_t calls = 0;
  std::int64_t talk_s = 0;
};

// Counters tell how many calls came since the last take; the interval's mean must be of just those.
void an_interval_is_of_its_calls_alone(const Snapshot& snapshot, Interval& last, std::uint64_t& number) {
  if (snapshot.number == number) return;
  number = snapshot.number;
  const Interval now{reading(snapshot, Metric::answered).count, reading(snapshot, Metric::talk).count / 1000};
  const double average = reading(snapshot, Metric::talk_average).level;
  const std::int64_t calls = now.calls - last.calls;
  if (calls == 0) {
    assert_true(std::isnan(average));
  } else {
    assert_int_equal(std::llround(average * static_cast<double>(calls)), now.talk_s - last.talk_s);
  }
  last = now;
}

void every_call_is_in_one_interval(void**) {
  Board board;
  Book book({.host = "hq"});
  publish(board, book);
  std::atomic<bool> done{false};
  constexpr int kCalls = 20'000;

  // The loop's thread counts and publishes; this one reads as a host would, only faster.
  std::thread loop([&] {
    Call call;
    call.legs = 1;
    for (int i = 1; i <= kCalls; ++i) {
      call.talk_s = i % 997;
      count_call_as(book, call, {Outcome::answered, i % 13});
      book.keep();
      if (i % 3 == 0) publish(board, book);
    }
    publish(board, book);
    done = true;
  });
  Interval last;
  std::uint64_t number = 0;
  while (!done) an_interval_is_of_its_calls_alone(*board.take().snapshot, last, number);
  loop.join();
  an_interval_is_of_its_calls_alone(*board.take().snapshot, last, number);
  publish(board, book);
  an_interval_is_of_its_calls_alone(*board.take().snapshot, last, number);
  assert_int_equal(last.calls, kCalls);
  assert_true(number > 2);
}

}  // namespace

int board_test() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_snapshot_is_up_until_the_next),
      cmocka_unit_test(a_snapshot_made_for_another_reader_is_refused),
      cmocka_unit_test(notices_wait_and_are_given_once),
      cmocka_unit_test(every_call_is_in_one_interval),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
