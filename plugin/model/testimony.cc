#include "model/testimony.h"

#include <cstdlib>
#include <string_view>

#include "base/text.h"

namespace ucm {

namespace {

constexpr std::int64_t kQuarter = 15L * 60;
constexpr std::int64_t kFarthest = 14L * 3600;
constexpr std::int64_t kSlack = 120;  // between the session's begin and the first leg's start
constexpr std::size_t kEpochDigits = 10;

}  // namespace

std::optional<Testimony> testimony_of(const Leg& leg) {
  const auto local = local_seconds(leg.start);
  if (!local || leg.session.size() < kEpochDigits) return std::nullopt;
  const auto epoch = whole_number(std::string_view(leg.session).substr(0, kEpochDigits));
  if (!epoch || *epoch < 1'000'000'000) return std::nullopt;
  const std::int64_t ahead = *local - *epoch;
  if (std::abs(ahead) > kFarthest + kSlack) return std::nullopt;
  const std::int64_t offset = (ahead + (ahead < 0 ? -kQuarter / 2 : kQuarter / 2)) / kQuarter * kQuarter;
  if (std::abs(ahead - offset) > kSlack) return std::nullopt;
  return Testimony{*epoch, offset};
}

}  // namespace ucm
