// The alerts of one PBX without a core: a clock, settings, and what was told.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "check.h"
#include "hands.h"
#include "service/alerts.h"

namespace ucm::service {

inline constexpr std::int64_t kEast = 7200;  // of the PBX

struct Alerting {
  Alerting() {
    settings.name = settings.host = "hq";
    settings.from.push_back(*net::parse_network("192.0.2.1"));
    settings.api = ApiSettings{};
    outlook.pushes = true;
  }

  // With the settings as they are now; what earlier runs left is given back.
  void start(const std::vector<ledger::Ended>& kept = {}) {
    if (alerts) std::tie(on, countries) = alerts->written();
    alerts = std::make_unique<Alerts>(
        settings, zone,
        [](metrics::ScopeKind kind, std::string_view name) {
          return text("{}-{}", kind == metrics::ScopeKind::trunk ? "trunk" : "queue", name);
        },
        clock.wall);
    alerts->resume(on, countries, clock.wall);
    for (const ledger::Ended& end : kept) alerts->recall(end.call, end.as, clock.wall);
  }

  // Seconds go by, each with its look.
  void pass(std::int64_t seconds) {
    for (std::int64_t left = seconds; left > 0; --left) {
      clock.pass(1);
      look();
    }
  }
  void look() { alerts->look(outlook, moment_of(clock)); }
  // Jumps there: for what needs no look in between.
  void leap(std::int64_t seconds) {
    clock.pass(seconds);
    look();
  }
  void round() {
    alerts->observe({&trunks, &bridged, &unbridged, &queues, drift_s}, moment_of(clock));
    look();
  }

  // What has been told since it was last asked, "WARNING text"; every one as short as a notification may be.
  std::vector<std::string> told() {
    constexpr std::size_t kMostBytes = 255;
    constexpr const char* kWords[] = {"FAILURE", "WARNING", "OKAY"};
    std::vector<std::string> lines;
    for (metrics::Notice& notice : alerts->take(clock.wall)) {
      assert_text(notice.host, "hq");
      assert_true(notice.text.size() <= kMostBytes);
      lines.push_back(text("{} {} {}: {}", kWords[static_cast<std::size_t>(notice.urgency)], notice.scope,
                           notice.instance, notice.text));
      notices.push_back(std::move(notice));
    }
    return lines;
  }
  // Exactly one was told, and it holds all of these words.
  void told_one(const std::vector<std::string_view>& words) {
    const std::vector<std::string> lines = told();
    for (const std::string& line : lines) last = line;
    if (lines.size() != 1) print_error("%zu told, the last: %s\n", lines.size(), last.c_str());
    assert_int_equal(lines.size(), 1);
    for (const std::string_view word : words) {
      if (last.find(word) == std::string::npos)
        print_error("no \"%s\" in: %s\n", std::string(word).c_str(), last.c_str());
      assert_true(last.find(word) != std::string::npos);
    }
  }
  void told_none() {
    const std::vector<std::string> lines = told();
    for (const std::string& line : lines) print_error("told: %s\n", line.c_str());
    assert_int_equal(lines.size(), 0);
  }
  [[nodiscard]] std::size_t count_on(Alert alert) const { return alerts->on().things(alert).size(); }

  // A call out by 1001 that began so long ago and was answered.
  [[nodiscard]] ledger::Ended call(std::int64_t ago_s, std::string dst = "5550100") {
    ledger::Ended end;
    end.call.session = text("s{}", ++made);
    end.call.legs = 1;
    end.call.start = "2026-02-02 10:00:00";
    end.call.direction = Direction::outbound;
    end.call.caller = end.call.src = "1001";
    end.call.dst = std::move(dst);
    end.call.trunks = {"main"};
    end.call.elapsed_s = 10;
    end.call.outcomes = 1U << static_cast<unsigned>(Outcome::answered);
    end.as.outcome = Outcome::answered;
    end.as.began_s = clock.wall - ago_s;
    return end;
  }
  void ended(const ledger::Ended& end) { alerts->ended(end, clock.wall); }

  Hands clock;
  PbxSettings settings;
  ZoneWatch zone{std::move(api::ZoneSetting::read("+02:00")).value()};
  std::unique_ptr<Alerts> alerts;
  std::vector<metrics::Notice> notices;
  std::string last;
  std::string on;
  std::string countries;
  PbxOutlook outlook;
  std::vector<TrunkState> trunks;
  std::vector<Channel> bridged;
  std::vector<Channel> unbridged;
  std::set<std::string, std::less<>> queues;
  std::optional<std::int64_t> drift_s = 0;
  int made = 0;
};

}  // namespace ucm::service
