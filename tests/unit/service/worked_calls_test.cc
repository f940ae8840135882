// Each folder tests/data/calls-* is a worked example: legs.json as a UCM pushes them, and the value of every
// metric that is neither 0 nor unknown once they are counted. `about` says what happened on the telephone.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "api/zone.h"
#include "base/text.h"
#include "check.h"
#include "hands.h"
#include "ledger/ledger.h"
#include "scratch.h"
#include "wire/splitter.h"

namespace {

using namespace ucm;
namespace fs = std::filesystem;

constexpr std::size_t kLeastCalls = 60;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Example {
  std::vector<Leg> legs;
  metrics::BookSettings book;
  std::optional<std::int64_t> now_s;
  std::optional<std::int64_t> arrival_s;
  api::ZoneSetting zone = api::ZoneSetting::read("-06:00").value();

  [[nodiscard]] std::int64_t offset_at(std::int64_t epoch_s) const { return zone.offset_at(epoch_s); }
};

api::ZoneSetting zone_of(const std::string& setting) {
  const auto offset_s = whole_number(setting);
  const auto zone = api::ZoneSetting::read(offset_s ? api::offset_text(*offset_s) : setting);
  assert_true(zone.ok());
  return zone.value();
}

void take(Example& example, const std::string& key, const std::string& value) {
  if (key == "now") {
    example.now_s = whole_number(value);
  } else if (key == "arrival") {
    example.arrival_s = whole_number(value);
  } else if (key == "offset" || key == "zone") {
    example.zone = zone_of(value);
  } else if (key == "formula") {
    example.book.formula = level_formula_named(value).value();
  } else if (key == "capacity") {
    const std::size_t last = value.rfind(' ');
    example.book.capacities[value.substr(0, last)] = whole_number(value.substr(last + 1)).value();
  } else if (key == "extensions" || key == "dids" || key == "accounts") {
    const auto kind = key == "extensions" ? metrics::ScopeKind::extension
                      : key == "dids"     ? metrics::ScopeKind::did
                                          : metrics::ScopeKind::account;
    example.book.kinds.at(static_cast<std::size_t>(kind)) = value == "true";
  } else {
    print_error("nothing is called %s\n", key.c_str());
    fail();
  }
}

Example read(const fs::path& folder) {
  Example example;
  example.book.host = "hq";
  std::istringstream settings(content_of(folder / "settings"));
  for (std::string line; std::getline(settings, line);) {
    const std::size_t space = line.find(' ');
    take(example, line.substr(0, space), line.substr(space + 1));
  }
  const std::string document = content_of(folder / "legs.json");
  wire::Decoded decoded = wire::decode_all(document, document.size());
  assert_int_equal(decoded.rejected.size(), 0);
  example.legs = std::move(decoded.legs);
  return example;
}

std::map<std::string, Call> folded(const std::vector<Leg>& legs) {
  std::map<std::string, Call> calls;
  for (const Leg& leg : legs) fold(calls[session_of(leg)], leg);
  return calls;
}

// A minute after the last of them has ended, unless the example says when.
std::int64_t moment_of(const Example& example) {
  if (example.now_s) return *example.now_s;
  std::int64_t last = 0;
  for (const auto& [session, call] : folded(example.legs)) {
    const std::int64_t start = local_seconds(call.start).value_or(0);
    const std::int64_t began = call.epoch_s.value_or(start - example.offset_at(start));
    last = std::max(last, began + call.elapsed_s);
  }
  return last + 60;
}

bool is_shown(metrics::Group group) {
  using metrics::Group;
  const std::set<Group> shown{Group::calls,    Group::histogram, Group::traffic,
                              Group::capacity, Group::queueing,  Group::legs};
  return shown.contains(group);
}

std::string shown(metrics::Book& book, std::int64_t now_s) {
  std::vector<metrics::Section> sections;
  book.show_windows(now_s);
  book.read(false, sections);
  std::set<std::string> lines;
  for (const metrics::Section& section : sections) {
    for (const metrics::Reading& reading : section.readings) {
      const metrics::Row& row = *reading.row;
      if (!is_shown(row.group) || row.kind == metrics::Kind::interval) continue;
      const std::string name = text("{} {}", section.scope, metrics::key_of(row));
      if (row.kind == metrics::Kind::counter) {
        if (reading.count != 0) lines.insert(text("{} {}", name, reading.count));
      } else if (!std::isnan(reading.level) && reading.level != 0) {
        lines.insert(text("{} {:.3f}", name, reading.level));
      }
    }
  }
  std::string all;
  for (const std::string& line : lines) all += line + '\n';
  return all;
}

// As the plugin counts them, from the first leg to the snapshot.
std::string counted(const Example& example) {
  const Scratch scratch;
  Hands clock;
  const std::int64_t now_s = moment_of(example);
  clock.wall = example.arrival_s.value_or(now_s);
  Log log{[](Severity, const std::string&) {}, clock};
  ledger::LedgerSettings settings;
  settings.directory = scratch / "state";
  settings.pbxes = {{"hq", example.book}};
  ledger::Ledger ledger(settings, log, clock);
  assert_true(ledger.ready().ok());
  ledger.book(0).set_offset_at(
      [&](std::int64_t epoch_s) { return std::optional(example.offset_at(epoch_s)); });
  for (const Leg& leg : example.legs) assert_true(ledger.admit(0, leg, ledger::Origin::push).ok());
  clock.mono += settings.settle_ms;
  assert_true(ledger.settle(1'000).ok());
  assert_true(ledger.commit().ok());
  return shown(ledger.book(0), now_s);
}

void differ(const std::string& name, const std::string& found, const std::string& expected) {
  const auto lines = [](const std::string& all) {
    std::set<std::string> set;
    std::istringstream in(all);
    for (std::string line; std::getline(in, line);) set.insert(line);
    return set;
  };
  const auto is = lines(found);
  const auto shall = lines(expected);
  for (const std::string& line : shall) {
    if (!is.contains(line)) print_error("%s: expected %s\n", name.c_str(), line.c_str());
  }
  for (const std::string& line : is) {
    if (!shall.contains(line)) print_error("%s: found    %s\n", name.c_str(), line.c_str());
  }
}

void every_example_comes_to_what_it_says(void**) {
  std::size_t calls = 0;
  std::size_t wrong = 0;
  for (const auto& entry : fs::directory_iterator(UCM_TEST_DATA)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("calls-")) continue;
    const Example example = read(entry.path());
    calls += folded(example.legs).size();
    const std::string found = counted(example);
    const std::string expected = content_of(entry.path() / "expected");
    if (found == expected) continue;
    ++wrong;
    differ(name, found, expected);
  }
  assert_int_equal(wrong, 0);
  assert_true(calls >= kLeastCalls);
}

}  // namespace

int worked_calls_test() {
  const CMUnitTest tests[] = {cmocka_unit_test(every_example_comes_to_what_it_says)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
