#include "api/recordings.h"

#include <algorithm>

#include "base/text.h"

namespace ucm::api {

std::vector<Question> recording_questions(const wire::RecordingFile& file, std::string_view action_type) {
  std::vector<std::string> folders{"monitor"};
  if (!file.folder.empty()) folders.push_back(text("monitor/{}", file.folder));
  const bool queue =
      starts_with_ignoring_case(action_type, "QUEUE") || starts_with_ignoring_case(action_type, "TRANSFER");
  folders.insert(queue ? folders.begin() : folders.end(), "queue");
  std::vector<Question> questions;
  questions.reserve(folders.size());
  for (const std::string& folder : folders) {
    questions.push_back({.action = "recapi",
                         .parameters = {{"filedir", folder}, {"filename", file.file}},
                         .expected = Expected::anything});
  }
  return questions;
}

bool is_recording(std::string_view head) noexcept {
  // WAV, or what a firmware that keeps another format would send; a message is JSON, a page HTML.
  const std::string_view text = trimmed(head);
  return head.starts_with("RIFF") || (!text.empty() && text.front() != '{' && text.front() != '<');
}

}  // namespace ucm::api
