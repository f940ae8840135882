// The time zone of one PBX: as configured, or as its records testify.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/zone.h"

namespace ucm::service {

class ZoneWatch {
 public:
  explicit ZoneWatch(api::ZoneSetting setting) : setting_(std::move(setting)) {}

  // Every leg that arrives, pushed or fetched.
  void hear(const Leg& leg);
  // As an earlier run found it: "7200".
  void resume(std::string_view remembered);

  // Seconds east of UTC at that moment; empty while nobody knows.
  [[nodiscard]] std::optional<std::int64_t> offset_at(std::int64_t epoch_s) const;
  [[nodiscard]] std::int64_t offset_or_utc(std::int64_t epoch_s) const {
    return offset_at(epoch_s).value_or(0);
  }

  [[nodiscard]] const api::ZoneSetting& setting() const noexcept { return setting_; }
  [[nodiscard]] std::optional<api::ZoneVote::Verdict> verdict() const { return vote_.verdict(); }
  // "+02:00 (15 of the last 15 calls say so)", with what is wrong where the setting and the records disagree.
  [[nodiscard]] std::string told(std::int64_t now_s) const;
  [[nodiscard]] bool disagrees(std::int64_t now_s) const;

 private:
  api::ZoneSetting setting_;
  api::ZoneVote vote_;
  std::optional<std::int64_t> resumed_s_;
};

}  // namespace ucm::service
