// What a PBX's clock shows when: its offset from UTC, as configured or as its records testify.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/testimony.h"

namespace ucm::api {

// A vote of the testimonies of the latest calls by their own time, not by their arrival: a summer's records
// that a backfill brings in winter outvote nobody, and after a change of the clocks eight calls decide.
class ZoneVote {
 public:
  void add(const Testimony& testimony);

  struct Verdict {
    std::int64_t offset_s = 0;
    std::int64_t agree = 0;  // of
    std::int64_t of = 0;     // so many
  };
  // Empty until three calls agree and are the majority.
  [[nodiscard]] std::optional<Verdict> verdict() const;

  static constexpr std::size_t kVoters = 15;

 private:
  std::deque<Testimony> voters_;  // by epoch_s
};

// The TimeZone option: "auto", "+02:00", "America/Chicago".
class ZoneSetting {
 public:
  ZoneSetting() = default;  // auto
  // Config fault, with what may stand there.
  [[nodiscard]] static Result<ZoneSetting> read(std::string_view text);

  [[nodiscard]] bool automatic() const noexcept { return automatic_; }
  // REQUIRES: !automatic(). The offset at that moment, by the rules of the zone.
  [[nodiscard]] std::int64_t offset_at(std::int64_t epoch_s) const;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  bool automatic_ = true;
  std::string name_ = "auto";
  std::optional<std::int64_t> fixed_s_;
};

// "+02:00"
[[nodiscard]] std::string offset_text(std::int64_t offset_s);

}  // namespace ucm::api
