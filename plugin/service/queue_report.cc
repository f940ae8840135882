#include "service/queue_report.h"

#include <algorithm>
#include <utility>

#include "base/spans.h"
#include "base/text.h"
#include "wire/api_records.h"

namespace ucm::service {

namespace {

constexpr std::int64_t kStillRings = 900;  // seconds after which a caller who has not been answered has left
constexpr std::size_t kLargestReport =
    16UL * 1024 * 1024;  // of two days or more: 70,000 attempts at an agent
constexpr std::string_view kQueuesUntil = "queues_until";

}  // namespace

QueueReport::QueueReport(std::size_t pbx, const PbxSettings& settings, std::int64_t retention_s,
                         const ZoneWatch& zone, Log& log, Moment first_due)
    : pbx_(pbx),
      settings_(settings),
      retention_s_(retention_s),
      zone_(zone),
      log_(log),
      due_ms_(first_due.ms) {}

std::optional<api::Question> QueueReport::next(Moment now) {
  if (now.ms < due_ms_ || waiting() || !settings_.queues) return std::nullopt;
  const std::int64_t overlap_s = std::max(kDay, settings_.api->backfill_overlap_s);
  const std::int64_t reach_s = std::min(read_until_s_.value_or(now.wall_s), now.wall_s) - overlap_s;
  // Who was forgotten would be counted again.
  const std::int64_t from_s = std::max(reach_s, now.wall_s - retention_s_);
  asked_s_ = now.wall_s;
  // Where the zone is not known yet, its today may be our tomorrow.
  const auto offset_s = zone_.offset_at(now.wall_s);
  const std::int64_t to_s = now.wall_s + (offset_s ? 0 : kDay);
  return api::Question{.action = "queueapi",
                       .parameters = {{"format", "json"},
                                      {"startTime", wire::api_date(from_s, offset_s.value_or(0))},
                                      {"endTime", wire::api_date(to_s, offset_s.value_or(0))},
                                      {"statisticsType", "calldetail"}},
                       .expected = api::Expected::anything,
                       .most_bytes = kLargestReport};
}

void QueueReport::answered(const api::Reply& reply, Moment now) {
  due_ms_ = now.ms + settings_.api->backfill_interval_s * 1000;
  if (!reply.well()) return;
  const Result<std::vector<QueueRow>> rows = wire::read_queue_rows(reply.body);
  if (!rows) {
    log_.say_rarely("queue-report", Severity::warning,
                    text("the queue report of {} was not understood: {}", settings_.name, rows.error().what));
    return;
  }
  std::map<std::string, Said> said;
  for (QueueCall& call : queue_calls(rows.value())) {
    Said now_said{call.answered, call.wait_s, call.talk_s, false};
    const auto before = said_.find(call.identity);
    if (before != said_.end()) {
      now_said.counted = before->second.counted;
      if (!now_said.counted && has_ended(call, before->second, now.wall_s)) {
        now_said.counted = true;
        calls_.push_back(call);
      }
    }
    said.emplace(std::move(call.identity), now_said);
  }
  said_ = std::move(said);
  next_ = kept_ = 0;
}

bool QueueReport::has_ended(const QueueCall& call, const Said& before, std::int64_t now_s) const {
  if (before != Said{call.answered, call.wait_s, call.talk_s, false}) return false;
  if (call.answered) return true;
  const auto began = local_seconds(call.start);
  const auto offset_s = zone_.offset_at(now_s);
  return !began || !offset_s || now_s + *offset_s - *began >= kStillRings;
}

Result<void> QueueReport::keep(ledger::Ledger& ledger, std::size_t& budget) {
  for (; next_ < calls_.size() && budget > 0; ++next_, --budget) {
    if (const auto admitted = ledger.admit(pbx_, calls_[next_]); !admitted) return admitted.error();
  }
  if (calls_.empty() || next_ < calls_.size()) return {};
  return ledger.remember(pbx_, kQueuesUntil, text("{}", asked_s_));
}

void QueueReport::kept(Moment) {
  kept_ = next_;
  if (calls_.empty() || kept_ < calls_.size()) return;
  calls_.clear();
  next_ = kept_ = 0;
  read_until_s_ = asked_s_;
}

}  // namespace ucm::service
