// Where on a PBX a recording may be found. Nobody has published it: the folders are tried in turn.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "api/session.h"
#include "wire/api_records.h"

namespace ucm::api {

// Questions for one file, the likeliest first; each answers with its bytes, or is refused. `action_type` is
// that of the record: queues and transfers keep theirs in a folder of their own.
[[nodiscard]] std::vector<Question> recording_questions(const wire::RecordingFile& file,
                                                        std::string_view action_type);

// As many bytes tell a recording from what is none.
inline constexpr std::size_t kRecordingHead = 16;

// Whether these are the first bytes of a recording, and not of a page or a message that stands in its place.
[[nodiscard]] bool is_recording(std::string_view head) noexcept;

}  // namespace ucm::api
