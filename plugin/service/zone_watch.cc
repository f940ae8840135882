#include "service/zone_watch.h"

#include "base/text.h"

namespace ucm::service {

void ZoneWatch::hear(const Leg& leg) {
  if (const auto testimony = testimony_of(leg)) vote_.add(*testimony);
}

void ZoneWatch::resume(std::string_view remembered) {
  resumed_s_ = whole_number(remembered);
}

std::optional<std::int64_t> ZoneWatch::offset_at(std::int64_t epoch_s) const {
  if (!setting_.automatic()) return setting_.offset_at(epoch_s);
  if (const auto verdict = vote_.verdict()) return verdict->offset_s;
  return resumed_s_;
}

bool ZoneWatch::disagrees(std::int64_t now_s) const {
  const auto verdict = vote_.verdict();
  return !setting_.automatic() && verdict && verdict->offset_s != setting_.offset_at(now_s);
}

std::string ZoneWatch::told(std::int64_t now_s) const {
  const auto verdict = vote_.verdict();
  const std::string votes = verdict ? text("{} of the last {} calls say {}", verdict->agree, verdict->of,
                                           api::offset_text(verdict->offset_s))
                                    : "too few calls to say";
  if (!setting_.automatic()) {
    return text("{} ({}; {})", api::offset_text(setting_.offset_at(now_s)), setting_.name(), votes);
  }
  if (verdict) return text("{} (auto: {})", api::offset_text(verdict->offset_s), votes);
  if (resumed_s_) return text("{} (auto: found in an earlier run)", api::offset_text(*resumed_s_));
  return text("not known yet (auto: {})", votes);
}

}  // namespace ucm::service
