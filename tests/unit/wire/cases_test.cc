// Every folder of tests/data that holds an `input.*` for this room: what is decoded from it equals
// `expected`, however the bytes arrive.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "describe.h"
#include "wire/splitter.h"
#include "wire/startup.h"

#include "check.h"

namespace {

namespace fs = std::filesystem;
using namespace ucm;
using namespace ucm::wire;

constexpr std::size_t kMostBytes = 256 * 1024;
constexpr std::size_t kSmall = 3000;  // inputs so long are cut at every position

struct Case {
  std::string name;
  std::string input;
  std::string expected;
};

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Case> cases() {
  std::vector<Case> found;
  for (const auto& folder : fs::directory_iterator(UCM_TEST_DATA)) {
    if (!folder.is_directory() || !fs::exists(folder.path() / "expected")) continue;
    for (const auto& file : fs::directory_iterator(folder.path())) {
      if (file.path().stem() != "input") continue;
      found.push_back(
          {folder.path().filename(), content_of(file.path()), content_of(folder.path() / "expected")});
    }
  }
  std::sort(found.begin(), found.end(), [](const Case& a, const Case& b) { return a.name < b.name; });
  return found;
}

std::string read_in_pieces(std::string_view input, const std::vector<std::size_t>& cuts) {
  Decoded out;
  Splitter splitter(kMostBytes);
  std::size_t from = 0;
  for (const std::size_t cut : cuts) {
    splitter.feed(input.substr(from, cut - from), out);
    from = cut;
  }
  splitter.feed(input.substr(from), out);
  splitter.finish(out);
  return described_in_full(out);
}

// Bytes whose end is the end of the memory that may be read.
class AtGuardPage {
 public:
  explicit AtGuardPage(std::string_view bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    length_ = (bytes.size() / page + 2) * page;
    memory_ = mmap(nullptr, length_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory_ != MAP_FAILED);
    char* guard = static_cast<char*>(memory_) + length_ - page;
    assert_int_equal(mprotect(guard, page, PROT_NONE), 0);
    if (!bytes.empty()) std::memcpy(guard - bytes.size(), bytes.data(), bytes.size());
    view_ = {guard - bytes.size(), bytes.size()};
  }
  AtGuardPage(const AtGuardPage&) = delete;
  AtGuardPage& operator=(const AtGuardPage&) = delete;
  ~AtGuardPage() { munmap(memory_, length_); }

  [[nodiscard]] std::string_view view() const { return view_; }

 private:
  void* memory_ = nullptr;
  std::size_t length_ = 0;
  std::string_view view_;
};

void check_same(const Case& which, const std::string& how, const std::string& actual,
                const std::string& expected) {
  if (actual == expected) return;
  print_error("case %s, %s\n", which.name.c_str(), how.c_str());
  assert_text(actual, expected);
}

void there_are_cases(void**) {
  assert_true(cases().size() > 50);
}

void decoded_as_expected(void**) {
  for (const Case& one : cases()) {
    check_same(one, "at once", described(decode_all(one.input, kMostBytes)), one.expected);
  }
}

void same_one_byte_at_a_time(void**) {
  for (const Case& one : cases()) {
    std::vector<std::size_t> cuts(one.input.size());
    for (std::size_t i = 0; i < cuts.size(); ++i) cuts[i] = i;
    check_same(one, "byte by byte", read_in_pieces(one.input, cuts), read_in_pieces(one.input, {}));
  }
}

void same_cut_anywhere(void**) {
  for (const Case& one : cases()) {
    if (one.input.size() > kSmall) continue;
    const std::string whole = read_in_pieces(one.input, {});
    for (std::size_t cut = 0; cut <= one.input.size(); ++cut) {
      check_same(one, text("cut at {}", cut), read_in_pieces(one.input, {cut}), whole);
    }
  }
}

void nothing_behind_the_end_is_read(void**) {
  for (const Case& one : cases()) {
    const AtGuardPage guarded(one.input);
    check_same(one, "at a guard page", described(decode_all(guarded.view(), kMostBytes)), one.expected);
  }
}

// Whatever a cut leaves behind, the record on the next line is counted.
void a_cut_record_harms_no_neighbour(void**) {
  const std::string good = "\n{\"AcctId\":\"77\",\"uniqueid\":\"1.77\"}\n";
  const auto holds_neighbour = [](const Decoded& out) {
    return std::any_of(out.legs.begin(), out.legs.end(),
                       [](const Leg& leg) { return leg.uniqueid == "1.77"; });
  };
  for (const Case& one : cases()) {
    if (one.input.size() > kSmall) continue;
    for (std::size_t cut = 0; cut <= one.input.size(); ++cut) {
      const bool is_counted = holds_neighbour(decode_all(one.input.substr(0, cut) + good, kMostBytes));
      if (!is_counted) print_error("case %s, cut at %zu\n", one.name.c_str(), cut);
      assert_true(is_counted);
    }
  }
}

}  // namespace

int cases_test() {
  prepare_xml();
  const CMUnitTest tests[] = {
      cmocka_unit_test(there_are_cases),
      cmocka_unit_test(decoded_as_expected),
      cmocka_unit_test(same_one_byte_at_a_time),
      cmocka_unit_test(same_cut_anywhere),
      cmocka_unit_test(nothing_behind_the_end_is_read),
      cmocka_unit_test(a_cut_record_harms_no_neighbour),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
