// bench_page FOLDER parse|new|known 1|2 MILLISECONDS : how long a page of cdrapi with 1,000 entries takes. An
// entry is a record, or a session of two legs with its summary. parse: it is taken apart whole, nothing is
// kept. new: from its arrival until all of it is on the disk, as the poller does it: some records a turn, a
// commit each turn. known: the same of a page that was fetched before, as nearly all of those that are asked
// for are.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/guard.h"
#include "base/log.h"
#include "base/text.h"
#include "ledger/ledger.h"
#include "records.h"
#include "service/asking.h"
#include "wire/api_records.h"

namespace {

using namespace ucm;
using Seconds = std::chrono::duration<double>;

constexpr std::int64_t kEntries = 1'000;
constexpr std::int64_t kMostPages = 90;  // of new records: their sessions all stay open

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "bench_page: %s\n", what.c_str());
  std::exit(1);
}

std::string entry_of(std::int64_t session, const bench::Invention& invention) {
  std::string entry = text(R"({{ "cdr": "1790000000{:06}-1000")", session);
  const std::int64_t first = session * invention.legs;
  if (invention.legs == 1) {
    entry += "," + bench::record(first, invention).substr(1);
    return entry;
  }
  entry +=
      R"(, "main_cdr": { "src": "2001", "start": "2026-09-21 14:13:20", "duration": "44", "billsec": "30" })";
  for (std::int64_t leg = 0; leg < invention.legs; ++leg) {
    entry += text(R"(, "sub_cdr_{}": {})", leg + 1, bench::record(first + leg, invention));
  }
  return entry + " }";
}

std::string page_of(std::int64_t number, const bench::Invention& invention) {
  std::string page = R"({ "cdr_root": [ )";
  for (std::int64_t entry = 0; entry < kEntries; ++entry) {
    page += (entry == 0 ? "" : ", ") + entry_of(number * kEntries + entry, invention);
  }
  return page + " ] }";
}

std::size_t parse(const std::string& body) {
  const Result<wire::CdrPage> page = wire::read_cdr_page(body, false);
  if (!page) give_up(page.error().what);
  return page.value().decoded.legs.size();
}

std::size_t keep(ledger::Ledger& ledger, std::string body, ledger::Admitted expected) {
  Result<wire::CdrReader> reader = wire::CdrReader::open(std::move(body), false);
  if (!reader) give_up(reader.error().what);
  std::size_t legs = 0;
  while (reader.value().more()) {
    const wire::Decoded part = reader.value().next(service::Asking::kMostInATurn);
    if (auto ready = ledger.ready(); !ready) give_up(ready.error().what);
    for (const Leg& leg : part.legs) {
      const Result<ledger::Admitted> admitted = ledger.admit(0, leg, ledger::Origin::api);
      if (!admitted) give_up(admitted.error().what);
      if (admitted.value() != expected) give_up("a record is not as new as it should be");
    }
    legs += part.legs.size();
    if (const auto committed = ledger.commit(); !committed) give_up(committed.error().what);
  }
  return legs;
}

int measure(char** values) {
  const std::string_view what = values[2];
  bench::Invention invention;
  invention.began_s = 1'790'000'000;
  invention.legs = std::atoi(values[3]);
  const double enough_s = std::atoi(values[4]) / 1000.0;

  Log log([](Severity, const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
  ledger::LedgerSettings settings;
  settings.directory = values[1];
  settings.pbxes = {{.name = "hq", .book = {.host = "hq"}}};
  ledger::Ledger ledger(settings, log, system_clock());

  std::string body = page_of(0, invention);
  const std::size_t bytes = body.size();
  if (what != "parse") static_cast<void>(keep(ledger, body, ledger::Admitted::counted));
  double taken_s = 0;
  std::int64_t pages = 0;
  std::size_t legs = 0;
  while (taken_s < enough_s && pages < kMostPages) {
    ++pages;
    if (what == "new") body = page_of(pages, invention);
    std::string arrived = body;
    const auto began = std::chrono::steady_clock::now();
    legs += what == "parse" ? parse(arrived)
                            : keep(ledger, std::move(arrived),
                                   what == "new" ? ledger::Admitted::counted : ledger::Admitted::duplicate);
    taken_s += Seconds(std::chrono::steady_clock::now() - began).count();
  }
  std::puts(text("{{\"pages\": {}, \"legs\": {}, \"ms\": {:.3f}, \"page_bytes\": {}}}", pages, legs,
                 1000 * taken_s / static_cast<double>(pages), bytes)
                .c_str());
  return 0;
}

}  // namespace

int main(int count, char** values) {
  if (count != 5) return 2;
  return guarded([&] { return measure(values); },
                 [](const char* what) noexcept { std::fprintf(stderr, "%s\n", what); }, 1);
}
