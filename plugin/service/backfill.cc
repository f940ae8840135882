#include "service/backfill.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.h"
#include "base/text.h"

namespace ucm::service {

namespace {

constexpr std::int64_t kShortestPauseMs = 100;
constexpr std::int64_t kLongestPauseMs = 5'000;
constexpr std::size_t kMostSetAside = 10'000;
constexpr std::string_view kReadUntil = "read_until";

std::string digest_of(std::string_view bytes) {
  const std::array<std::string_view, 1> parts{bytes};
  return hex(digest128(parts));
}

std::int64_t sessions_in(const wire::Decoded& part) {
  std::set<std::string> sessions;
  for (const Leg& leg : part.legs) sessions.insert(session_of(leg));
  return static_cast<std::int64_t>(sessions.size() + part.rejected.size());
}

}  // namespace

Backfill::Backfill(std::size_t pbx, const PbxSettings& settings, ZoneWatch& zone, Log& log, PagesHeld& held,
                   Moment first_due)
    : pbx_(pbx), settings_(settings), zone_(zone), held_(held), log_(log), due_ms_(first_due.ms) {}

Backfill::~Backfill() {
  let_go();
}

void Backfill::hold(Fetched page) {
  page_ = std::move(page);
  ++held_.now;
}

void Backfill::let_go() {
  if (!page_) return;
  page_.reset();
  --held_.now;
}

std::optional<api::Question> Backfill::next(Moment now) {
  if (page_ || now.ms < due_ms_ || held_.now >= PagesHeld::kMost) return std::nullopt;
  const ApiSettings& api = *settings_.api;
  if (!walk_.page()) {
    const std::int64_t first_s = api.backfill_first_s > 0 ? api.backfill_first_s : api.backfill_overlap_s;
    walk_.begin(read_until_s_, now.wall_s, api.backfill_overlap_s, first_s);
    began_s_ = now.wall_s;
    run_items_ = 0;
  }
  const api::Page& page = *walk_.page();
  const std::int64_t offset_s = zone_.offset_or_utc(now.wall_s);
  wire::Parameters parameters{{"format", csv_ ? "csv" : "json"},
                              {"numRecords", text("{}", page.records)},
                              {"offset", text("{}", page.offset)},
                              {"startTime", wire::api_time(page.from_s, offset_s)}};
  if (page.to_s) parameters.emplace_back("endTime", wire::api_time(*page.to_s, offset_s));
  return api::Question{
      .action = "cdrapi", .parameters = std::move(parameters), .expected = api::Expected::anything};
}

void Backfill::answered(const api::Reply& reply, Moment now) {
  const bool legacy = access_of(*settings_.api).kind == api::ApiKind::legacy;
  if (!reply.well()) {
    if (!end_behind_the_last(reply, false)) give_up_run(now);
    return;
  }
  Result<wire::CdrReader> page = wire::CdrReader::open(reply.body, legacy);
  if (!page) {
    if (end_behind_the_last(reply, true)) return;
    doubt_ = page.error().what;
    log_.say_rarely("cdr-page", Severity::warning,
                    text("records of {} cannot be fetched: {}", settings_.name, page.error().what));
    give_up_run(now);
    return;
  }
  // Perhaps it is the line that broke. If it is the record, it is passed over the next time.
  if (page.value().cut_at_first() && cut_.insert(digest_of(reply.body)).second) {
    give_up_run(now);
    return;
  }
  csv_ = csv_ || page.value().csv();
  Fetched fetched{.reader = std::move(page).value(), .part = {}, .read_until_s = {}};
  const bool behind = walk_.page()->offset > 0;
  const std::int64_t asked = walk_.page()->records;
  std::int64_t items = fetched.reader.items();
  const bool full = items >= asked || fetched.reader.cut();
  // Nobody says what `offset` counts in a CSV, rows or sessions. By sessions, less one where the last may
  // have been cut, some rows are read twice, and none is lost.
  if (fetched.reader.csv()) {
    fetched.part = fetched.reader.next(0);
    items = std::max<std::int64_t>(items > 0 ? 1 : 0, sessions_in(fetched.part) - (full ? 1 : 0));
  }
  run_items_ += items;
  std::string digest = digest_of(reply.body);
  if (behind && items > 0 && digest == page_digest_) {
    fetched.read_until_s = walk_.repeated();
    doubt_ = text(
        "cdrapi gives the same page for every offset: of a day with more than {} calls only those are "
        "counted",
        items);
    log_.say_rarely("offset", Severity::warning, text("{}: {}", settings_.name, doubt_));
  } else {
    fetched.read_until_s = walk_.answered(items, full);
  }
  if (walk_.endless()) {
    doubt_ = text("cdrapi gave {} pages of one day and did not end: the rest of that day is not fetched",
                  api::Walk::kMostPages);
    log_.say_rarely("endless", Severity::warning, text("{}: {}", settings_.name, doubt_));
  }
  page_digest_ = std::move(digest);
  fetched.ends_run = !walk_.page();
  hold(std::move(fetched));
  due_ms_ = now.ms + std::clamp(reply.elapsed_ms, kShortestPauseMs, kLongestPauseMs);
}

// Behind the last record some firmware may say that there is no such thing, in place of an empty page.
bool Backfill::end_behind_the_last(const api::Reply& reply, bool understood) {
  const bool refused = reply.refused.verdict == wire::ApiVerdict::invalid ||
                       reply.refused.verdict == wire::ApiVerdict::no_such_item;
  const bool no_list = understood && reply.body.starts_with('{');
  if (!walk_.page() || walk_.page()->offset == 0 || !(refused || no_list)) return false;
  Fetched nothing;
  nothing.read_until_s = walk_.repeated();
  nothing.ends_run = !walk_.page();
  hold(std::move(nothing));
  return true;
}

void Backfill::broken(Moment now) {
  if (!walk_.page()) return;
  walk_.end();
  due_ms_ = now.ms;  // as soon as the PBX is back
}

void Backfill::give_up_run(Moment now) {
  walk_.end();
  due_ms_ = now.ms + settings_.api->backfill_interval_s * 1000;
}

Result<void> Backfill::keep(ledger::Ledger& ledger, std::size_t& budget) {
  if (!page_ || budget == 0) return {};
  page_->in_turn = true;
  if (page_->kept == page_->part.legs.size() && page_->part.rejected.empty() && !page_->last()) {
    page_->part = page_->reader.next(budget);
    page_->kept = page_->next = 0;
  }
  const std::vector<Leg>& legs = page_->part.legs;
  for (; page_->next < legs.size() && budget > 0; ++page_->next, --budget) {
    const Leg& leg = legs[page_->next];
    const Result<ledger::Admitted> admitted = ledger.admit(pbx_, leg, ledger::Origin::api);
    if (!admitted) return admitted.error();
    zone_.hear(leg);
    if (admitted.value() != ledger::Admitted::counted) continue;
    ++fresh_;
    if (on_new_ && !leg.recordfiles.empty()) on_new_(leg);
  }
  if (page_->next < legs.size()) return {};
  if (auto aside = set_aside(ledger); !aside) return aside;
  if (!page_->last() || !page_->read_until_s) return {};
  return ledger.remember(pbx_, kReadUntil, text("{}", *page_->read_until_s));
}

// A record that is not understood is offered again each time: it is set aside once.
Result<void> Backfill::set_aside(ledger::Ledger& ledger) {
  for (const wire::Rejected& rejected : page_->part.rejected) {
    if (set_aside_.contains(digest_of(rejected.bytes))) continue;
    const Result<bool> known = ledger.has_quarantined(pbx_, rejected.bytes);
    if (!known) return known.error();
    if (known.value()) continue;
    if (auto kept = ledger.quarantine(pbx_, rejected.unfit, rejected.detail, rejected.bytes); !kept)
      return kept;
  }
  return {};
}

void Backfill::kept(Moment now) {
  gap_.add(std::exchange(fresh_, 0), now.ms);
  if (!page_ || !std::exchange(page_->in_turn, false)) return;
  page_->kept = page_->next;
  if (page_->kept < page_->part.legs.size()) return;
  for (const wire::Rejected& rejected : page_->part.rejected) {
    if (set_aside_.size() < kMostSetAside) set_aside_.insert(digest_of(rejected.bytes));
  }
  page_->part.rejected.clear();
  if (!page_->last()) return;
  if (page_->read_until_s) read_until_s_ = page_->read_until_s;
  const bool ends_run = page_->ends_run;
  let_go();
  if (ends_run) finish_run(now);
}

void Backfill::lost() {
  fresh_ = 0;
  if (!page_) return;
  page_->next = page_->kept;
  page_->in_turn = false;
}

void Backfill::finish_run(Moment now) {
  const std::int64_t interval_s = settings_.api->backfill_interval_s;
  due_ms_ = now.ms + interval_s * 1000;
  if (!last_good_s_) {
    log_.say(Severity::info,
             text("{}: its records have been fetched up to now, {} of them", settings_.name, run_items_));
  }
  last_good_s_ = now.wall_s;
  if (!walk_.endless()) doubt_.clear();
  const std::int64_t reach_s = began_s_ - settings_.api->backfill_overlap_s;
  if (run_items_ > 0 || last_push_s_ == 0 || last_push_s_ < reach_s) return;
  doubt_ =
      "the API lists no call at all, though calls were pushed in that time: an empty answer proves nothing. "
      "Compare "
      "TimeZone, and what the API user may see";
  log_.say_rarely("empty", Severity::warning, text("{}: {}", settings_.name, doubt_));
}

}  // namespace ucm::service
