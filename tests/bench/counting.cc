// bench_counting FOLDER MILLISECONDS : what all values together cost a record, beside counting it alone.
//   whole_us  a record from the ledger's door to the commit of its call, some hundred a turn
//   full_us   of that, everything that a book does with it and its call
//   plain_us  what counting alone would be: its leg, the outcome, talk and wait of its call in each of its
//   scopes
// bench_counting - SERIES : a book with so many values and a day of 50,000 calls.
//   kib       resident memory it takes
//   show_us   working out the statistics of the last hour and day, for one snapshot
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "ledger/ledger.h"
#include "metrics/book.h"
#include "records.h"
#include "wire/splitter.h"

namespace {

using namespace ucm;
using metrics::Metric;
using Microseconds = std::chrono::duration<double, std::micro>;

constexpr std::int64_t kBegan = 1'790'000'000;
constexpr std::size_t kTurn = 200;
constexpr std::int64_t kRound = 4'000;  // records
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kCallsOfADay = 50'000;

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "bench_counting: %s\n", what.c_str());
  std::exit(1);
}

// The time by the records, so that sessions settle as they would.
struct RecordTime final : Clock {
  std::int64_t second = 0;
  [[nodiscard]] std::int64_t wall_s() const override { return kBegan + second; }
  [[nodiscard]] std::int64_t mono_ms() const override { return second * 1000; }
};

std::vector<Leg> legs_of(std::int64_t first) {
  bench::Invention invention;
  invention.began_s = kBegan;
  std::vector<Leg> legs;
  for (std::int64_t n = first; n < first + kRound; ++n) {
    const std::string body = bench::record(n, invention);
    wire::Decoded decoded = wire::decode_all(body, body.size());
    if (decoded.legs.size() != 1) give_up("a record is no leg");
    legs.push_back(std::move(decoded.legs.front()));
  }
  return legs;
}

std::optional<std::int64_t> in_utc(std::int64_t) {
  return 0;
}

double since(std::chrono::steady_clock::time_point began) {
  return Microseconds(std::chrono::steady_clock::now() - began).count();
}

double whole(ledger::Ledger& ledger, RecordTime& clock, const std::vector<Leg>& legs) {
  const auto began = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < legs.size(); ++i) {
    if (!ledger.admit(0, legs[i], ledger::Origin::push)) give_up("a record is refused");
    if ((i + 1) % kTurn != 0) continue;
    clock.second += 60;
    if (!ledger.settle(kTurn) || !ledger.commit()) give_up("a turn is lost");
  }
  return since(began);
}

double full(metrics::Book& book, std::vector<Call>& calls, const std::vector<Leg>& legs) {
  std::int64_t now_s = kBegan;
  const auto began = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    book.count_leg(legs[i], now_s);
    const metrics::CountedAs as = book.judge(calls[i], now_s);
    static_cast<void>(book.count_call(calls[i], as, now_s));
    if ((i + 1) % kTurn != 0) continue;
    now_s += 60;
    book.keep();
  }
  return since(began);
}

class Plain {
 public:
  double count(const std::vector<Call>& calls, const std::vector<Leg>& legs) {
    const auto began = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < calls.size(); ++i) {
      legs_.add(Metric::leg_answered, 1);
      legs_.add(Metric::leg_talk, legs[i].billsec * 1000);
      const Call& call = calls[i];
      count_in("all", call);
      count_in(std::string(word_for(call.direction)), call);
      for (const std::string& name : call.trunks) count_in(text("trunk-{}", metrics::safe_name(name)), call);
      for (const std::string& name : call.queues) count_in(text("queue-{}", metrics::safe_name(name)), call);
      for (const std::string& name : call.ringgroups)
        count_in(text("ringgroup-{}", metrics::safe_name(name)), call);
    }
    return since(began);
  }

 private:
  struct Scope {
    metrics::Tally tally{metrics::Group::calls};
    metrics::Distribution talk;
    metrics::Distribution wait;
  };
  void count_in(const std::string& name, const Call& call) {
    Scope& scope = scopes_[name];
    const Outcome outcome = outcome_of(call);
    scope.tally.add(static_cast<Metric>(static_cast<int>(Metric::answered) + static_cast<int>(outcome)), 1);
    scope.tally.add(Metric::talk, call.talk_s * 1000);
    if (outcome != Outcome::answered) return;
    scope.tally.add(Metric::wait, wait_s(call) * 1000);
    scope.talk.add(call.talk_s);
    scope.wait.add(wait_s(call));
  }
  std::map<std::string, Scope, std::less<>> scopes_;
  metrics::Tally legs_{metrics::Group::legs};
};

int cost(const char* folder, double enough_us) {
  RecordTime clock;
  Log log([](Severity, const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
  ledger::LedgerSettings settings;
  settings.directory = folder;
  settings.settle_ms = 1'000;
  settings.pbxes = {{.name = "hq", .book = {.host = "hq"}}};
  ledger::Ledger ledger(settings, log, clock);
  if (auto ready = ledger.ready(); !ready) give_up(ready.error().what);
  ledger.book(0).set_offset_at(in_utc);
  metrics::Book book(settings.pbxes.front().book);
  book.set_offset_at(in_utc);
  Plain plain;
  double whole_us = 0;
  double full_us = 0;
  double plain_us = 0;
  std::int64_t records = 0;
  while (whole_us < enough_us) {
    const std::vector<Leg> legs = legs_of(records);
    std::vector<Call> calls(legs.size());
    for (std::size_t i = 0; i < legs.size(); ++i) fold(calls[i], legs[i]);
    whole_us += whole(ledger, clock, legs);
    full_us += full(book, calls, legs);
    plain_us += plain.count(calls, legs);
    records += kRound;
  }
  const auto each = static_cast<double>(records);
  std::puts(text("{{\"records\": {}, \"whole_us\": {:.3f}, \"full_us\": {:.3f}, \"plain_us\": {:.3f}}}",
                 records, whole_us / each, full_us / each, plain_us / each)
                .c_str());
  return 0;
}

std::int64_t resident_kib() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t size = 0;
  std::int64_t resident = 0;
  statm >> size >> resident;
  return resident * 4;
}

Call call_of(std::int64_t n, std::int64_t trunks) {
  Leg leg;
  leg.session = text("{}000000-1000", kBegan + n * kDay / kCallsOfADay);
  leg.disposition = "ANSWERED";
  leg.lastapp = "Dial";
  leg.src = text("555{}", n % 997);
  leg.dst = "2001";
  leg.userfield = "Inbound";
  leg.src_trunk_name = text("trunk {}", n % trunks);
  leg.duration = 180 + n % 60;
  leg.billsec = 150 + n % 60;
  Call call;
  fold(call, leg);
  call.epoch_s = kBegan + n * kDay / kCallsOfADay;
  return call;
}

int memory(std::int64_t series) {
  const std::int64_t before = resident_kib();
  metrics::BookSettings settings;
  settings.host = "hq";
  settings.max_series = series;
  metrics::Book book(settings);
  book.set_offset_at(in_utc);
  const std::int64_t trunks = (series - book.series()) / book.rows_for(metrics::ScopeKind::trunk) + 1;
  std::int64_t now_s = kBegan;
  for (std::int64_t n = 0; n < kCallsOfADay; ++n) {
    Call call = call_of(n, trunks);
    now_s = *call.epoch_s + call.elapsed_s;
    const metrics::CountedAs as = book.judge(call, now_s);
    static_cast<void>(book.count_call(call, as, now_s));
    if (n % 100 == 0) book.keep();
    if (n % 1'000 == 0) book.show_windows(now_s);
  }
  book.keep();
  const std::int64_t after = resident_kib();
  const auto began = std::chrono::steady_clock::now();
  constexpr int kTimes = 100;
  for (int i = 0; i < kTimes; ++i) book.show_windows(now_s + i);
  std::puts(text("{{\"series\": {}, \"kib\": {}, \"show_us\": {:.1f}}}", book.series(), after - before,
                 since(began) / kTimes)
                .c_str());
  return 0;
}

}  // namespace

int main(int count, char** values) {
  if (count != 3) return 2;
  return guarded(
      [&] {
        const int number = std::atoi(values[2]);
        return std::string_view(values[1]) == "-" ? memory(number) : cost(values[1], number * 1'000.0);
      },
      [](const char* what) noexcept { std::fprintf(stderr, "%s\n", what); }, 1);
}
