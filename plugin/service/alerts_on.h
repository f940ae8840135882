// What the alerts of one PBX are on for, and what is told when that changes: once when something begins, once
// when it is over.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/book.h"
#include "metrics/snapshot.h"
#include "service/alert_kinds.h"

namespace ucm::service {

struct AlertThing {
  std::string shown;  // for status and OKAY: masked where it is personal
  std::string scope;  // plugin_instance of its notifications
  std::int64_t since_s = 0;
  std::optional<std::int64_t> until_s;  // of an event: when it goes off unless another comes
  std::optional<std::int64_t> usual;    // what was usual when it began, where its end is judged against that
};

class AlertsOn {
 public:
  explicit AlertsOn(std::string host) : host_(std::move(host)) {}

  struct Report {
    Alert alert;
    std::string key;    // what makes the thing itself; holds no telephone number
    std::string shown;  // the same for a person
    std::string scope;
    std::string text;  // one sentence, with what to do
    std::string_view type = "count";
    std::optional<std::int64_t> usual = {};
  };
  // A state that has begun; nothing when it is on already, or when it is one too many.
  void begin(Report report, std::int64_t now_s);
  // Something that happened: on for `hold_s` from now. Told when it was off. What is one too many to be on is
  // told all the same.
  void happened(Report report, std::int64_t hold_s, std::int64_t now_s);
  // Told, never on: what happened too long ago to be anything now.
  void tell(const Report& report);
  // Nothing when it is not on. `why`: "it has been up for 120 s".
  void end(Alert alert, std::string_view key, std::string_view why);
  // What happened long enough ago goes off.
  void expire(std::int64_t now_s);
  // The clock was set by so much: what is on has been on for as long as before.
  void shift(std::int64_t moved_s);
  // What began when the clock was ahead, in an earlier run, began now.
  void correct(std::int64_t now_s);

  [[nodiscard]] bool is_on(Alert alert, std::string_view key) const;
  using Things = std::map<std::string, AlertThing, std::less<>>;  // by key
  [[nodiscard]] const Things& things(Alert alert) const { return on_[static_cast<std::size_t>(alert)]; }

  // At most `most`, and kTellAMinute in a minute; the others follow later.
  [[nodiscard]] std::vector<metrics::Notice> take(std::int64_t now_s, std::size_t most = kMostWaiting);
  // How many there was no room for, once all that waited have been taken.
  [[nodiscard]] std::int64_t take_lost() noexcept;
  // What was taken is the host's next, as its notice of that number; kept until it has heard it.
  void given(std::uint64_t number, metrics::Notice notice);
  void heard(std::uint64_t last);
  // Alerts that went on, less those that were forgotten.
  [[nodiscard]] std::int64_t raised() const noexcept { return raised_; }
  void forget_raised(std::int64_t n) noexcept { raised_ -= n; }
  void show(metrics::Book& book) const;

  // For the ledger, as text: what is on, and what nobody has heard yet. What is on already is left as it is
  // when an earlier run is resumed.
  [[nodiscard]] std::string written() const;
  void resume(std::string_view written);
  [[nodiscard]] std::uint64_t changes() const noexcept { return changes_; }

  static constexpr std::size_t kMostThings = 100;  // of one alert
  static constexpr std::int64_t kTellAMinute = 60;
  static constexpr std::size_t kMostWaiting = 200;
  static constexpr std::size_t kMostBytes = 255;  // that collectd gives a notification

 private:
  [[nodiscard]] Things& of(Alert alert) { return on_[static_cast<std::size_t>(alert)]; }
  void say(metrics::Notice notice);
  [[nodiscard]] bool make_room(metrics::Urgency urgency);

  std::string host_;
  std::array<Things, kAlerts> on_;
  std::deque<metrics::Notice> waiting_;
  std::deque<std::pair<std::uint64_t, metrics::Notice>> given_;  // by the host's number
  std::int64_t minute_ = 0;
  std::int64_t told_ = 0;  // in that minute
  std::int64_t lost_ = 0;  // since all were taken
  std::int64_t raised_ = 0;
  std::uint64_t changes_ = 0;
};

}  // namespace ucm::service
