// What was pushed: some of it in each turn, and the answers when all of a body is kept.
#include <malloc.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "service/core.h"
#include "wire/leg_json.h"
#include "wire/splitter.h"

namespace ucm::service {

namespace {

constexpr std::size_t kTurnRecords = 2'000;
constexpr std::int64_t kTurnMs = 150;
constexpr std::size_t kSlice = 250;               // records of one delivery, before the next sender's
constexpr std::size_t kLargeBytes = 32UL * 1024;  // of one record none has so many
constexpr std::size_t kManyBytes = 4UL * 1024 * 1024;
constexpr std::int64_t kTrimMs = 3'000;

// JSON's objects that another follows. A list of very many takes a hundred times its bytes when it is read;
// of records, each has one around it at most.
std::size_t objects_in_a_row(std::string_view body) noexcept {
  std::size_t found = 0;
  for (std::size_t end = body.find('}'); end != std::string_view::npos; end = body.find('}', end + 1)) {
    const std::size_t next = body.find_first_not_of(" \t\r\n", end + 1);
    found += next != std::string_view::npos && (body[next] == ',' || body[next] == '{') ? 1 : 0;
  }
  return found;
}

}  // namespace

// As many as a turn may take, so that nobody waits long for his answer; those of many come in rotation.
Result<void> Core::keep_pushes() {
  const std::int64_t end_ms = clock_.mono_ms() + kTurnMs;
  std::size_t records = 0;
  return backlog_.work(
      [&](Delivery& delivery) -> Result<bool> {
        const std::size_t before = delivery.next;
        Result<bool> finished = keep_some(delivery);
        records += delivery.next - before + 1;
        return finished;
      },
      [&] { return records < kTurnRecords && clock_.mono_ms() < end_ms && (stopping_ || !stop_); });
}

Result<bool> Core::keep_some(Delivery& delivery) {
  if (!delivery.body.empty()) decode(delivery);
  const std::vector<Leg>& legs = delivery.decoded.legs;
  const std::size_t until = std::min(legs.size(), delivery.next + kSlice);
  for (; delivery.next < until; ++delivery.next) {
    if (auto kept = keep(delivery, legs[delivery.next]); !kept) return kept.error();
  }
  if (until < legs.size()) return false;
  for (const wire::Rejected& rejected : delivery.decoded.rejected) {
    if (auto kept = keep(delivery, rejected); !kept) return kept.error();
  }
  return true;
}

void Core::note_large(std::size_t bytes) {
  if (bytes < kLargeBytes) return;
  // Not put off by what goes on coming.
  if (many_bytes_ < kManyBytes) trim_ms_ = clock_.mono_ms() + settings_.settle_s * 1000 + kTrimMs;
  many_bytes_ += bytes;
}

// What the listener let through is a whole body: its own limit was the listener's.
void Core::decode(Delivery& delivery) {
  constexpr wire::Most kMost{kMostRecords, kMostRejected};
  note_large(delivery.body.size());
  const std::string body = std::exchange(delivery.body, {});
  const bool list = objects_in_a_row(body) > 2 * kMostRecords;
  if (!list) delivery.decoded = wire::decode_all(body, body.size(), kMost);
  if (!list && !kMost.exceeded(delivery.decoded)) return;
  const bool legs = list || delivery.decoded.legs.size() > kMostRecords;
  delivery.decoded = {};
  const std::string why = legs ? text("more than {} records in one body", kMostRecords)
                               : text("more than {} pieces in one body that are no records", kMostRejected);
  delivery.refused = net::Reply{net::Verdict::too_many, text("{}: send fewer at a time\n", why)};
  ledger_.agent().add(metrics::Metric::agent_too_large, 1);
  note_refused("too_large", delivery.from);
  log_.say_rarely(
      "many", Severity::warning,
      text("a push from {} was refused: {}; a UCM sends one at a time", net::to_string(delivery.from), why));
}

Result<void> Core::keep(const Delivery& delivery, const Leg& leg) {
  const auto pbx = senders_.which(delivery.senders, leg.sn);
  if (!pbx) {
    const std::string_view detail =
        "the record's serial number (sn) tells no PBX behind its address: set Serial in the PBX blocks";
    note_refused("unknown_serial", delivery.from);
    log_.say_rarely("serial", Severity::warning,
                    text("a record from {} is not counted and kept in the quarantine: its serial number "
                         "tells no PBX behind "
                         "that address. Set Serial in the PBX blocks; `ucmctl quarantine` shows the record",
                         net::to_string(delivery.from)));
    return ledger_.quarantine(std::nullopt, Unfit::unknown_serial, detail, wire::to_json(leg));
  }
  const Result<ledger::Admitted> admitted = ledger_.admit(*pbx, leg, ledger::Origin::push);
  if (!admitted) return admitted.error();
  last_record_s_[*pbx] = clock_.wall_s();
  zones_[*pbx].hear(leg);
  if (asking_ && admitted.value() == ledger::Admitted::counted) asking_->heard(*pbx, leg);
  if (!leg.start.empty() && !local_seconds(leg.start)) {
    log_.say_rarely(
        "time", Severity::warning,
        text("a record of {} has a start that is no \"YYYY-MM-DD HH:MM:SS\": it is counted, without a "
             "wait. Compare the date format of the PBX",
             settings_.pbxes[*pbx].name));
  }
  return {};
}

Result<void> Core::keep(const Delivery& delivery, const wire::Rejected& rejected) {
  const auto pbx = senders_.which(delivery.senders, "");
  if (auto kept = ledger_.quarantine(pbx, rejected.unfit, rejected.detail, rejected.bytes); !kept)
    return kept;
  log_.say_rarely(
      word_for(rejected.unfit), Severity::warning,
      text("a record{} was not understood and is kept in the quarantine: {}. `ucmctl quarantine` shows it",
           pbx ? text(" of {}", settings_.pbxes[*pbx].name) : "", rejected.detail));
  return {};
}

void Core::answer_kept(const std::vector<Delivery>& deliveries) {
  for (const Delivery& delivery : deliveries) {
    if (delivery.ticket == 0) continue;
    net::Reply reply{net::Verdict::accepted, "kept\n"};
    const bool untold =
        std::any_of(delivery.decoded.legs.begin(), delivery.decoded.legs.end(),
                    [&](const Leg& leg) { return !senders_.which(delivery.senders, leg.sn); });
    if (untold) reply = {net::Verdict::not_understood, "not counted: its serial number tells no PBX\n"};
    if (!delivery.decoded.rejected.empty()) {
      reply = {net::Verdict::not_understood,
               text("not understood, kept aside: {}\n", delivery.decoded.rejected.front().detail)};
    }
    if (delivery.refused) reply = *delivery.refused;
    doors_[delivery.door].listener->answer(delivery.ticket, std::move(reply));
  }
  if (!deliveries.empty()) flush_doors();
}

void Core::refuse_pushes() {
  const std::vector<Delivery> refused = backlog_.lost();
  for (const Delivery& delivery : refused) {
    ledger_.agent().add(metrics::Metric::agent_unavailable, 1);
    note_refused("storage", delivery.from);
    doors_[delivery.door].listener->answer(
        delivery.ticket, {net::Verdict::unavailable, "cannot be kept now, send it again\n"});
  }
  if (!refused.empty()) flush_doors();
}

// The allocator keeps what a crowd of large bodies needed once; the process is somebody else's. When their
// calls have settled too.
void Core::give_memory_back() {
  if (asking_) note_large(asking_->bytes_read());
  if (many_bytes_ < kManyBytes || clock_.mono_ms() < trim_ms_) return;
  many_bytes_ = 0;
  ::malloc_trim(0);
}

}  // namespace ucm::service
