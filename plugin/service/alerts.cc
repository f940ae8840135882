#include "service/alerts.h"

#include <utility>

namespace ucm::service {

namespace {

constexpr std::string_view kAlertsKey = "alerts";
constexpr std::string_view kCountriesKey = "countries";
constexpr std::int64_t kRecalled_s = 49L * 3600;  // what failures are judged by, and a little

}  // namespace

Alerts::Alerts(const PbxSettings& settings, const ZoneWatch& zone, ScopeOf scope_of, std::int64_t started_s)
    : on_(settings.host),
      ports_{settings, zone, on_, std::move(scope_of)},
      state_(ports_, started_s),
      calls_(std::in_place, ports_),
      fraud_(ports_) {}

Result<void> Alerts::resume(std::size_t pbx, ledger::Ledger& ledger, std::int64_t now_s) {
  if (!resumed_) resume(ledger.remembered(pbx, kAlertsKey), ledger.remembered(pbx, kCountriesKey), now_s);
  return ledger.each_call(pbx, now_s - kRecalled_s,
                          [&](const Call& call, const metrics::CountedAs& as) { recall(call, as, now_s); });
}

void Alerts::resume(std::string_view on, std::string_view countries, std::int64_t now_s) {
  on_.resume(on);
  on_.correct(now_s);
  fraud_.resume(countries, now_s);
  state_.end_unwatched(ports_.settings.api.has_value());
  resumed_ = true;
}

void Alerts::recall(const Call& call, const metrics::CountedAs& as, std::int64_t now_s) {
  calls_->recall(call, as, now_s);
  fraud_.recall(call, as);
}

void Alerts::ended(const ledger::Ended& end, std::int64_t now_s) {
  calls_->note_length(end.call, end.as, end.elapsed_before_s, now_s);
  if (end.again) {
    calls_->transferred(end.call, end.as, now_s);
    return fraud_.transferred(end.call, end.as, now_s);
  }
  calls_->ended(end.call, end.as, now_s);
  fraud_.ended(end.call, end.as, now_s);
}

void Alerts::look(const PbxOutlook& outlook, Moment now) {
  state_.look(outlook, now);
  calls_->look(now.wall_s);
  on_.expire(now.wall_s);
}

Result<void> Alerts::clock_moved(std::size_t pbx, ledger::Ledger& ledger, std::int64_t moved_s,
                                 std::int64_t now_s) {
  on_.shift(moved_s);
  state_.shift(moved_s);
  calls_.emplace(ports_);
  return ledger.each_call(pbx, now_s - kRecalled_s, [&](const Call& call, const metrics::CountedAs& as) {
    calls_->recall(call, as, now_s);
  });
}

bool Alerts::waiting() const noexcept {
  return resumed_ && (on_.changes() + fraud_.changes() != kept_ || on_.raised() > 0);
}

Result<void> Alerts::keep(std::size_t pbx, ledger::Ledger& ledger) {
  const auto [on, countries] = written();
  keeping_ = on_.changes() + fraud_.changes();
  if (auto kept = ledger.remember(pbx, kAlertsKey, on); !kept) return kept;
  if (auto kept = ledger.remember(pbx, kCountriesKey, countries); !kept) return kept;
  raising_ = on_.raised();
  if (raising_ > 0) ledger.book(pbx).add(metrics::Metric::alerts_raised, raising_);
  return {};
}

void Alerts::kept() {
  kept_ = keeping_;
  on_.forget_raised(std::exchange(raising_, 0));
}

}  // namespace ucm::service
