#include "service/alerts_on.h"

#include <algorithm>
#include <utility>

#include "base/spans.h"
#include "base/steady.h"
#include "base/text.h"
#include "wire/json.h"

namespace ucm::service {

namespace {

using metrics::Notice;
using metrics::Urgency;
using wire::Json;

std::string_view type_of(Alert alert) {
  return alert == Alert::long_call ? "duration" : "count";
}

// What stands in a record may hold anything; a line end would make another line of somebody's log.
std::string legible(std::string_view said, std::size_t most) {
  std::string plain(cut_to(said, most));
  for (char& c : plain) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr unsigned char kBlank = 0x20;
    constexpr unsigned char kDelete = 0x7F;
    if (byte < kBlank || byte == kDelete) c = ' ';
  }
  return plain;
}

Json json_of_notice(const Notice& notice) {
  Json one = Json::object();
  one.set("alert", Json::string(notice.instance));
  one.set("scope", Json::string(notice.scope));
  one.set("notice", Json::string(notice.text));
  if (notice.urgency == Urgency::okay) one.set("over", Json::string("yes"));
  return one;
}

}  // namespace

// Nobody reads hundreds; the values and status show what is on. A failure is told before anything else.
bool AlertsOn::make_room(Urgency urgency) {
  if (waiting_.size() < kMostWaiting) return true;
  ++lost_;
  if (urgency != Urgency::failure) return false;
  const auto lesser =
      std::ranges::find_if(waiting_, [](const Notice& notice) { return notice.urgency != Urgency::failure; });
  if (lesser == waiting_.end()) return false;
  waiting_.erase(lesser);
  return true;
}

void AlertsOn::say(Notice notice) {
  if (!make_room(notice.urgency)) return;
  notice.text = legible(notice.text, kMostBytes);
  notice.scope = legible(notice.scope, kMostBytes);
  waiting_.push_back(std::move(notice));
  ++changes_;
}

void AlertsOn::tell(const Report& report) {
  ++raised_;
  const AlertRow& row = row_of(report.alert);
  say({host_, report.text, report.scope, report.type, row.word, row.urgency});
}

void AlertsOn::begin(Report report, std::int64_t now_s) {
  Things& things = of(report.alert);
  if (things.contains(report.key) || things.size() >= kMostThings) return;
  tell(report);
  ++changes_;
  things.insert_or_assign(std::move(report.key),
                          AlertThing{legible(report.shown, kMostBytes), std::move(report.scope), now_s,
                                     std::nullopt, report.usual});
}

void AlertsOn::happened(Report report, std::int64_t hold_s, std::int64_t now_s) {
  Things& things = of(report.alert);
  const std::int64_t until_s = now_s + hold_s;
  if (const auto on = things.find(report.key); on != things.end()) {
    on->second.until_s = std::max(until_s, on->second.until_s.value_or(until_s));
    ++changes_;
    return;
  }
  tell(report);
  if (things.size() >= kMostThings) return;
  ++changes_;
  things.insert_or_assign(
      std::move(report.key),
      AlertThing{legible(report.shown, kMostBytes), std::move(report.scope), now_s, until_s, report.usual});
}

void AlertsOn::end(Alert alert, std::string_view key, std::string_view why) {
  Things& things = of(alert);
  const auto on = things.find(key);
  if (on == things.end()) return;
  const AlertRow& row = row_of(alert);
  say({host_, text("Alert {} of {} is over: {}", row.word, on->second.shown, why), on->second.scope,
       type_of(alert), row.word, Urgency::okay});
  things.erase(on);
  ++changes_;
}

void AlertsOn::expire(std::int64_t now_s) {
  for (const AlertRow& row : alert_rows()) {
    std::vector<std::string> over;
    for (const auto& [key, thing] : things(row.alert)) {
      if (thing.until_s && *thing.until_s <= now_s) over.push_back(key);
    }
    for (const std::string& key : over) end(row.alert, key, "nothing more of it has come");
  }
}

void AlertsOn::shift(std::int64_t moved_s) {
  for (Things& things : on_) {
    for (auto& [key, thing] : things) {
      thing.since_s += moved_s;
      if (thing.until_s) *thing.until_s += moved_s;
    }
  }
  ++changes_;
}

void AlertsOn::correct(std::int64_t now_s) {
  for (Things& things : on_) {
    for (auto& [key, thing] : things) {
      if (believed(thing.since_s, now_s)) continue;
      if (thing.until_s) *thing.until_s += now_s - thing.since_s;
      thing.since_s = now_s;
      ++changes_;
    }
  }
}

bool AlertsOn::is_on(Alert alert, std::string_view key) const {
  return things(alert).contains(key);
}

std::int64_t AlertsOn::take_lost() noexcept {
  return waiting_.empty() ? std::exchange(lost_, 0) : 0;
}

std::vector<Notice> AlertsOn::take(std::int64_t now_s, std::size_t most) {
  if (const std::int64_t minute = now_s / kMinute; minute != minute_) {
    minute_ = minute;
    told_ = 0;
  }
  std::vector<Notice> taken;
  for (; !waiting_.empty() && told_ < kTellAMinute && taken.size() < most; ++told_) {
    taken.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return taken;
}

void AlertsOn::given(std::uint64_t number, Notice notice) {
  if (given_.size() >= kMostWaiting) given_.pop_front();
  given_.emplace_back(number, std::move(notice));
}

void AlertsOn::heard(std::uint64_t last) {
  for (; !given_.empty() && given_.front().first <= last; ++changes_) given_.pop_front();
}

void AlertsOn::show(metrics::Book& book) const {
  std::int64_t firing = 0;
  for (const AlertRow& row : alert_rows()) {
    const auto on = static_cast<std::int64_t>(things(row.alert).size());
    book.set_alert(row.metric, on);
    firing += on;
  }
  book.set_alerts_firing(firing);
}

std::string AlertsOn::written() const {
  Json all = Json::array();
  for (const AlertRow& row : alert_rows()) {
    for (const auto& [key, thing] : things(row.alert)) {
      Json one = Json::object();
      one.set("alert", Json::string(row.word));
      one.set("key", Json::string(key));
      one.set("shown", Json::string(thing.shown));
      one.set("scope", Json::string(thing.scope));
      one.set("since", Json::integer(thing.since_s));
      if (thing.until_s) one.set("until", Json::integer(*thing.until_s));
      if (thing.usual) one.set("usual", Json::integer(*thing.usual));
      all.push(one);
    }
  }
  for (const auto& [number, notice] : given_) all.push(json_of_notice(notice));
  for (const Notice& notice : waiting_) all.push(json_of_notice(notice));
  return all.size() == 0 ? "" : all.line();
}

void AlertsOn::resume(std::string_view written) {
  if (written.empty()) return;
  const Result<Json> all = Json::parse(written);
  if (!all) return;
  for (std::size_t i = 0; i < all.value().size(); ++i) {
    const Json one = all.value().at(i);
    const AlertRow* row = alert_named(words(one, "alert"));
    if (row == nullptr) continue;
    if (std::string notice = words(one, "notice"); !notice.empty()) {
      const Urgency urgency = words(one, "over").empty() ? row->urgency : Urgency::okay;
      say({host_, std::move(notice), words(one, "scope"), type_of(row->alert), row->word, urgency});
      continue;
    }
    if (of(row->alert).size() >= kMostThings) continue;
    of(row->alert)
        .try_emplace(words(one, "key"),
                     AlertThing{words(one, "shown"), words(one, "scope"),
                                whole_number(words(one, "since")).value_or(0),
                                whole_number(words(one, "until")), whole_number(words(one, "usual"))});
  }
}

}  // namespace ucm::service
