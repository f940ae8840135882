#include "service/recording_watch.h"

#include <algorithm>
#include <utility>

#include "api/recordings.h"
#include "base/text.h"
#include "wire/api_records.h"

namespace ucm::service {

namespace {

using metrics::Metric;

constexpr std::int64_t kWrittenMs =
    300'000;  // after its record a recording may still be on its way to the disk
constexpr std::int64_t kListingMs = 3'600'000;
constexpr std::size_t kMostWanted = 1'000;
constexpr int kLooks = 10;

}  // namespace

RecordingWatch::RecordingWatch(const PbxSettings& settings, metrics::Book& book, Log& log, Moment first_due)
    : settings_(settings),
      book_(book),
      log_(log),
      legacy_(access_of(*settings.api).kind == api::ApiKind::legacy),
      listing_due_ms_(first_due.ms) {}

void RecordingWatch::heard(const Leg& leg) {
  if (!settings_.check_recordings || leg.recordfiles.empty()) return;
  for (const wire::RecordingFile& file : wire::recordings_in(leg.recordfiles)) {
    heard_.push_back({api::recording_questions(file, leg.action_type)});
  }
}

void RecordingWatch::kept(Moment now) {
  // Nothing is to be waited for when the call is long over.
  const std::int64_t due_ms = now.ms + std::min(kWrittenMs, 5 * settings_.api->status_interval_s * 1000);
  for (Wanted& wanted : heard_) {
    if (wanted_.size() >= kMostWanted) break;
    wanted.due_ms = due_ms;
    wanted_.push_back(std::move(wanted));
  }
  heard_.clear();
}

std::optional<api::Question> RecordingWatch::listing(Moment now) const {
  if (!legacy_ || now.ms < listing_due_ms_) return std::nullopt;
  return api::Question{
      .action = "recapi", .parameters = {{"filedir", "monitor"}}, .expected = api::Expected::anything};
}

std::optional<api::Question> RecordingWatch::next(Moment now) {
  if (auto question = listing(now)) {
    listing_asked_ = true;
    return question;
  }
  listing_asked_ = false;
  if (now.ms >= budget_due_ms_) {
    budget_ = kLooks;
    budget_due_ms_ = now.ms + settings_.api->status_interval_s * 1000;
  }
  if (wanted_.empty() || budget_ == 0 || now.ms < wanted_.front().due_ms) return std::nullopt;
  api::Question question = wanted_.front().places.front();
  head_.clear();
  looking_ = true;
  question.sink = [this](std::string_view bytes) {
    head_.append(bytes.substr(0, api::kRecordingHead - head_.size()));
    return head_.size() < api::kRecordingHead;  // that it begins is enough
  };
  return question;
}

void RecordingWatch::answered(const api::Reply& reply, Moment now) {
  if (listing_asked_) {
    listing_due_ms_ = now.ms + kListingMs;
    listed(reply);
  } else if (!wanted_.empty()) {
    looked(reply);
  }
}

void RecordingWatch::broken(Moment now) {
  if (legacy_) book_.unknown(metrics::Group::system);  // of the new API the round of its state does this
  listing_due_ms_ = std::min(listing_due_ms_, now.ms);
  if (!looking_ || wanted_.empty()) return;
  // It may be this one that the PBX stumbles over: another is tried first.
  looking_ = false;
  if (budget_ > 0) --budget_;
  wanted_.push_back(std::move(wanted_.front()));
  wanted_.pop_front();
}

void RecordingWatch::listed(const api::Reply& reply) {
  if (!reply.well()) return;
  const wire::RecordingList list = wire::read_recording_list(reply.body);
  book_.level(Metric::recordings, static_cast<double>(list.count));
  if (list.sized) book_.level(Metric::recordings_bytes, static_cast<double>(list.bytes));
}

void RecordingWatch::looked(const api::Reply& reply) {
  looking_ = false;
  --budget_;
  // Not permitted says nothing about this one: it waits until it is.
  if (reply.refused.verdict == wire::ApiVerdict::not_permitted) return;
  Wanted& wanted = wanted_.front();
  const bool there = reply.well() && api::is_recording(head_);
  wanted.places.erase(wanted.places.begin());
  if (!there && !wanted.places.empty()) return;
  book_.add_asked(Metric::recordings_checked);
  if (!there) {
    book_.add_asked(Metric::recordings_missing);
    log_.say_rarely(
        "recording", Severity::warning,
        text("{}: a record names a recording that the PBX does not have: is its disk or its USB store "
             "full, or is it cleaned up too soon?",
             settings_.name));
  }
  wanted_.pop_front();
}

}  // namespace ucm::service
