#include "service/recording_fetch.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <memory>
#include <utility>

#include "api/recordings.h"
#include "api/session.h"
#include "base/clock.h"
#include "base/text.h"
#include "service/inquiry.h"
#include "service/short_asking.h"
#include "service/whole_file.h"
#include "wire/json.h"

namespace ucm::service {

namespace {

using api::Trouble;
using wire::ApiVerdict;
using wire::Json;

constexpr int kRecordingsPatience_ms = 5'000;             // with the control socket
constexpr std::int64_t kTransfer_ms = 600'000;            // of one file
constexpr std::size_t kMostBytes = 1024UL * 1024 * 1024;  // 18 hours of a WAV of a PBX
constexpr std::int64_t kLook_ms = 200;

// The exchange may take long, as long as something comes.
api::Access patient(api::Access access) {
  access.timeout_ms = std::max(access.timeout_ms, kTransfer_ms);
  return access;
}

class Fetch {
 public:
  Fetch(const PbxSettings& pbx, ShortAsking& asking, const std::string& output, bool overwrite)
      : stall_ms_(pbx.api->timeout_ms),
        asking_(asking),
        session_(asking.client(), patient(access_of(*pbx.api))),
        output_(output),
        overwrite_(overwrite) {}

  [[nodiscard]] std::vector<FetchedRecording> run(std::vector<KnownRecording> wanted) {
    wanted_.assign(std::make_move_iterator(wanted.begin()), std::make_move_iterator(wanted.end()));
    const auto watch = asking_.loop().every(kLook_ms, [this] { look(); });
    next_file();
    if (!over_) asking_.loop().run();
    return std::move(fetched_);
  }

 private:
  void next_file() {
    file_.reset();
    if (wanted_.empty()) return finish();
    const KnownRecording recording = std::move(wanted_.front());
    wanted_.pop_front();
    std::string path = output_.empty() ? recording.file.file : output_;
    fetched_.push_back({.path = path, .bytes = 0, .error = {}});
    auto file = WholeFile::begin(std::move(path), overwrite_);
    if (!file) return failed(file.error());
    file_ = std::move(file).value();
    for (api::Question& place : api::recording_questions(recording.file, recording.action_type))
      places_.push_back(std::move(place));
    next_place();
  }

  void next_place() {
    if (places_.empty()) {
      return failed({Fault::refused,
                     "the PBX does not have it: it may have been cleaned up, or moved to a "
                     "disk that is not there"});
    }
    api::Question question = std::move(places_.front());
    places_.pop_front();
    head_.clear();
    begins_ = false;
    trouble_.reset();
    question.most_bytes = kMostBytes;
    question.sink = [this](std::string_view bytes) { return take(bytes); };
    progress();
    session_.ask(std::move(question), [this](const api::Reply& reply) { answered(reply); });
  }

  // What is no recording is not kept, nor waited for.
  bool take(std::string_view bytes) {
    progress();
    if (begins_) return written(bytes);
    head_.append(bytes);
    if (head_.size() < api::kRecordingHead) return true;
    begins_ = api::is_recording(head_);
    return begins_ && written(head_);
  }

  bool written(std::string_view bytes) {
    if (auto done = file_->write(bytes); !done) trouble_ = done.error();
    return !trouble_;
  }

  void answered(const api::Reply& reply) {
    if (trouble_) return failed(*trouble_);
    if (reply.well() && begins_) return keep();
    const bool elsewhere =
        reply.well() || (reply.of_action && reply.refused.verdict != ApiVerdict::not_permitted);
    if (elsewhere) return next_place();
    const bool away = reply.refused.trouble == Trouble::connect || reply.refused.trouble == Trouble::timeout;
    wanted_.clear();
    failed({away ? Fault::network : Fault::refused,
            text("{}{}", reply.what, begins_ ? "; what had come of it was not kept" : "")});
  }

  void keep() {
    if (auto kept = file_->keep(); !kept) return failed(kept.error());
    fetched_.back().bytes = file_->bytes();
    places_.clear();
    next_file();
  }

  // Of one file; the next one is tried unless the PBX or the disk is at fault.
  void failed(Error error) {
    if (error.fault == Fault::storage && file_) wanted_.clear();
    fetched_.back().error = std::move(error);
    places_.clear();
    next_file();
  }

  void progress() { since_ms_ = system_clock().mono_ms(); }

  // Each exchange, a login too, and each further part of a file must begin within the Timeout.
  void look() {
    if (over_) return;
    const std::int64_t exchanges = session_.counts().requests;
    if (std::exchange(exchanges_, exchanges) != exchanges) progress();
    if (system_clock().mono_ms() - since_ms_ < stall_ms_) return;
    fetched_.back().error = Error{Fault::network, text("the PBX says nothing for {} ms{}", stall_ms_,
                                                       begins_ ? "; what had come of it was not kept" : "")};
    file_.reset();
    finish();
  }

  void finish() {
    over_ = true;
    session_.log_out([this](const api::Reply&) { asking_.loop().stop(); });
  }

  std::int64_t stall_ms_;
  ShortAsking& asking_;
  api::Session session_;
  const std::string& output_;
  bool overwrite_;
  std::deque<KnownRecording> wanted_;
  std::deque<api::Question> places_;  // where this one may be
  std::unique_ptr<WholeFile> file_;
  std::string head_;
  bool begins_ = false;  // what comes is a recording
  std::optional<Error> trouble_;
  std::vector<FetchedRecording> fetched_;
  std::int64_t exchanges_ = 0;
  std::int64_t since_ms_ = 0;
  bool over_ = false;
};

bool is_known(const std::vector<KnownRecording>& all, const wire::RecordingFile& file) {
  for (const KnownRecording& each : all) {
    if (each.file.folder == file.folder && each.file.file == file.file) return true;
  }
  return false;
}

}  // namespace

Result<std::vector<KnownRecording>> recordings_of(const std::string& socket, const std::string& pbx,
                                                  const std::string& call) {
  Json parameters = Json::array();
  parameters.push(Json::string(pbx));
  parameters.push(Json::string(call));
  Json request = Json::object();
  request.set("get", Json::string("recordings"));
  request.set("params", parameters);
  const auto answer = inquire(socket, request.line(), kRecordingsPatience_ms);
  if (!answer) return answer.error();
  const auto parsed = Json::parse(answer.value());
  if (!parsed || !parsed.value().get("recordings").is(Json::Kind::array))
    return Error{Fault::malformed, "the agent's answer names no recordings: is it of another version?"};
  const Json rows = parsed.value().get("recordings");
  std::vector<KnownRecording> all;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Json row = rows.at(i);
    if (words(row, "pbx") != pbx) continue;
    for (wire::RecordingFile& file : wire::recordings_in(words(row, "recordfiles"))) {
      if (!is_known(all, file))
        all.push_back({std::move(file), words(row, "action_type"), words(row, "start")});
    }
  }
  return all;
}

std::optional<KnownRecording> recording_named(std::string_view name) {
  std::vector<wire::RecordingFile> files = wire::recordings_in(name);
  if (files.size() != 1) return std::nullopt;
  return KnownRecording{std::move(files.front()), "", ""};
}

Result<std::vector<FetchedRecording>> fetch_recordings(const PbxSettings& pbx,
                                                       std::vector<KnownRecording> wanted,
                                                       const std::string& output, bool overwrite) {
  auto asking = ShortAsking::open();
  if (!asking) return asking.error();
  return Fetch(pbx, *asking.value(), output, overwrite).run(std::move(wanted));
}

}  // namespace ucm::service
