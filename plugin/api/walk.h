// Where to look for records next: the walk through what a PBX has, window by window and page by page. It asks
// nothing itself and keeps nothing.
#pragma once

#include <cstdint>
#include <optional>

namespace ucm::api {

// One page of cdrapi.
struct Page {
  std::int64_t from_s = 0;           // start of calls, epoch seconds, inclusive
  std::optional<std::int64_t> to_s;  // likewise; empty = without an end
  std::int64_t offset = 0;           // sessions passed over
  std::int64_t records = 0;          // numRecords
};

// A run reads everything that started since `overlap` before the point up to which earlier runs have read: a
// call's record appears when the call has ended, and bears its start. What is long ago is read in windows of
// a day, each of them a step that need not be repeated after a kill.
//
// An empty answer proves nothing (a time in a form that a firmware does not take gives one, without an
// error): the point moves to the end of a window only when the window, or a later one of the run, held
// something. A page that is not full ends its window, unless it is the longest such page seen so far: then
// the next one is looked at too, for firmware that gives less than it is asked for.
class Walk {
 public:
  // `read_until_s`: as answered() said in the last run, empty when there was none: then the run reaches back
  // `first_s`. `now_s`: by our clock.
  void begin(std::optional<std::int64_t> read_until_s, std::int64_t now_s, std::int64_t overlap_s,
             std::int64_t first_s);
  void end() noexcept { page_.reset(); }

  // The page to ask for; empty when the run is over.
  [[nodiscard]] const std::optional<Page>& page() const noexcept { return page_; }

  // The page was answered and its legs are on their way to the ledger. What it gives is to be kept with them,
  // as the `read_until_s` of the next run.
  // `full`: the page is known to be so, however few `items` it counts.
  [[nodiscard]] std::optional<std::int64_t> answered(std::int64_t items, bool full = false);
  // The page said nothing new: the one before again, or an error where an empty one should be. The window
  // ends as it would have; that its pages end so is not believed.
  [[nodiscard]] std::optional<std::int64_t> repeated();

  // The page was more than can be taken: it is asked for again with half of the records, and so are those of
  // the next kCalmRuns runs. False when it was as small as it gets.
  [[nodiscard]] bool halved();

  // A window of this run was ended after kMostPages, though they did not end.
  [[nodiscard]] bool endless() const noexcept { return endless_; }

  // How much of the time since the beginning of the run is still to be walked, in seconds.
  [[nodiscard]] std::int64_t left_s() const noexcept;

  static constexpr std::int64_t kPage = 1'000;
  static constexpr std::int64_t kLeastPage = 10;
  static constexpr int kCalmRuns = 20;  // then twice as many are tried
  static constexpr std::int64_t kWindow = 86'400;
  static constexpr std::int64_t kMostPages = 10'000;  // full ones of a window: ten million calls a day

 private:
  void open_window(std::int64_t from_s);
  [[nodiscard]] std::optional<std::int64_t> end_window();

  std::optional<Page> page_;
  std::int64_t until_s_ = 0;  // of the run: when it began
  std::int64_t window_s_ = kWindow;
  std::int64_t page_size_ = kPage;
  int calm_runs_ = 0;       // that needed no smaller pages
  std::int64_t items_ = 0;  // of this window
  std::int64_t pages_ = 0;  // likewise
  bool endless_ = false;
  std::int64_t short_page_ = 0;  // the longest page that was not full and truly the last
  std::int64_t unproven_ = 0;    // length of the page that is being verified, 0 = none
};

}  // namespace ucm::api
