// A ledger in a folder of its own, with a clock whose hands the test turns.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "hands.h"
#include "ledger/ledger.h"
#include "legs.h"
#include "scratch.h"

namespace ucm::ledger {

// How long the clock has gone well, where a test is about something else.
inline constexpr std::int64_t kLongSteadyMs = 30LL * 86'400'000;

class Keeping {
 public:
  explicit Keeping(std::vector<PbxLedger> pbxes = {{"hq", {.host = "hq"}}}) {
    settings.directory = scratch / "state";
    settings.pbxes = std::move(pbxes);
    open();
    must(ledger->ready());
  }

  // As at the start of a process. The next call of ready() may fail.
  void open() {
    close();
    ledger = std::make_unique<Ledger>(settings, log, clock);
  }
  void reopen() {
    open();
    must(ledger->ready());
  }
  void close() { ledger.reset(); }

  static void must(const Result<void>& done) {
    if (!done) print_error("%s\n", done.error().what.c_str());
    assert_true(done.ok());
  }

  Admitted admit(const Leg& leg, Origin origin = Origin::push, std::size_t pbx = 0) {
    const auto admitted = ledger->admit(pbx, leg, origin);
    if (!admitted) print_error("%s\n", admitted.error().what.c_str());
    assert_true(admitted.ok());
    return admitted.value();
  }
  std::vector<Ended> commit() {
    auto ended = ledger->commit();
    if (!ended) print_error("%s\n", ended.error().what.c_str());
    assert_true(ended.ok());
    return std::move(ended).value();
  }
  Admitted keep(const Leg& leg, Origin origin = Origin::push, std::size_t pbx = 0) {
    const Admitted admitted = admit(leg, origin, pbx);
    commit();
    return admitted;
  }
  bool settle(std::size_t most = 1'000'000) {
    const auto more = ledger->settle(most);
    assert_true(more.ok());
    return more.value();
  }
  // Long enough for every session.
  std::vector<Ended> settle_all() {
    clock.pass(settings.settle_ms / 1000);
    assert_false(settle());
    return commit();
  }
  void quarantine(std::string_view bytes, std::optional<std::size_t> pbx = 0) {
    must(ledger->quarantine(pbx, Unfit::syntax, "a reason", bytes));
    commit();
  }
  // Until nothing is left to forget.
  int forget() {
    for (int steps = 1; steps < 10'000; ++steps) {
      const auto more = ledger->forget(kLongSteadyMs);
      assert_true(more.ok());
      commit();
      if (!more.value()) return steps;
    }
    return -1;
  }

  // The counter as a host would get it; -1 when there is no such series.
  [[nodiscard]] std::int64_t count(const std::string& scope, metrics::Metric metric,
                                   std::size_t pbx = 0) const {
    std::vector<metrics::Section> sections;
    ledger->book(pbx).read(false, sections);
    for (const metrics::Section& section : sections) {
      if (section.scope != scope) continue;
      for (const metrics::Reading& reading : section.readings) {
        if (reading.row->metric == metric) return reading.count;
      }
    }
    return -1;
  }
  [[nodiscard]] std::int64_t self(metrics::Metric metric, std::size_t pbx = 0) const {
    return ledger->book(pbx).self().value(metric);
  }

  [[nodiscard]] std::string file() const { return settings.directory + "/ledger.db"; }
  // What somebody else sees in the file.
  [[nodiscard]] std::int64_t number(std::string_view sql) const {
    auto database = Database::open(file());
    assert_true(database.ok());
    const auto answer = database.value().number(sql);
    if (!answer) print_error("%s\n", answer.error().what.c_str());
    assert_true(answer.ok());
    return answer.value();
  }

  [[nodiscard]] bool said(std::string_view words) const {
    for (const std::string& line : lines) {
      if (line.find(words) != std::string::npos) return true;
    }
    return false;
  }

  Scratch scratch;
  Hands clock;
  std::vector<std::string> lines;
  Log log{[this](Severity, const std::string& line) { lines.push_back(line); }, clock};
  LedgerSettings settings;
  std::unique_ptr<Ledger> ledger;
};

}  // namespace ucm::ledger
