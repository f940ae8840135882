// Fetches recordings from a PBX into files. Nothing is changed or deleted on the PBX.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/settings.h"
#include "wire/api_records.h"

namespace ucm::service {

// A recording as a record names it. File names of a UCM hold telephone numbers.
struct KnownRecording {
  wire::RecordingFile file;
  std::string action_type;  // of the record, "" = not known
  std::string start;        // likewise, local time of the PBX
};

// Each once, in the order of the records of the call, which is given as its session, uniqueid or AcctId.
// Asks the agent behind `socket`: network fault when none answers, refused with its sentence.
[[nodiscard]] Result<std::vector<KnownRecording>> recordings_of(const std::string& socket,
                                                                const std::string& pbx,
                                                                const std::string& call);

// Of a name as a record spells it: "auto-1.wav", "2024-05/auto-1.wav". Empty when it names no file, or more
// than one.
[[nodiscard]] std::optional<KnownRecording> recording_named(std::string_view name);

struct FetchedRecording {
  std::string path;
  std::int64_t bytes = 0;
  std::optional<Error> error;  // network: the PBX does not answer; then, as after a storage fault or where
                               // the PBX lets us not in, those behind it were not tried. Nothing was kept
};

// One after the other with one login; each into the current folder under its own name, or, where there is
// only one, as `output`. As many of the wanted ones as were tried. REQUIRES: pbx.api; the process has one
// thread.
[[nodiscard]] Result<std::vector<FetchedRecording>> fetch_recordings(const PbxSettings& pbx,
                                                                     std::vector<KnownRecording> wanted,
                                                                     const std::string& output,
                                                                     bool overwrite);

}  // namespace ucm::service
