#include "model/testimony.h"

#include <cstdlib>
#include <string_view>

#include "base/spans.h"
#include "base/text.h"

namespace ucm {

namespace {

constexpr std::int64_t kQuarter = 15 * kMinute;
constexpr std::int64_t kFarthest = 14 * kHour;
constexpr std::int64_t kSlack = 120;  // between the session's begin and the first leg's start
constexpr std::size_t kEpochDigits = 10;

}  // namespace

std::optional<Testimony> testimony_of(const Leg& leg) {
  const auto local = local_seconds(leg.start);
  const std::string_view said = leg.session.empty() ? leg.uniqueid : leg.session;
  if (!local || said.size() < kEpochDigits) return std::nullopt;
  const auto epoch = whole_number(said.substr(0, kEpochDigits));
  if (!epoch || *epoch < 1'000'000'000) return std::nullopt;
  const std::int64_t ahead = *local - *epoch;
  if (std::abs(ahead) > kFarthest + kSlack) return std::nullopt;
  const std::int64_t offset = (ahead + (ahead < 0 ? -kQuarter / 2 : kQuarter / 2)) / kQuarter * kQuarter;
  if (std::abs(ahead - offset) > kSlack) return std::nullopt;
  return Testimony{*epoch, offset};
}

bool Testimony::agrees_with(std::int64_t known_offset_s) const noexcept {
  const std::int64_t apart_s = std::abs(offset_s - known_offset_s);
  return apart_s == 0 || apart_s == kHour;
}

}  // namespace ucm
