// Every reader of the API's answers, with anything at all for an answer.
#include "api_readers.h"
#include "bytes.h"
#include "wire/api_body.h"
#include "wire/startup.h"
#include "wire/utf8.h"

using namespace ucm;
using namespace ucm::wire;

int LLVMFuzzerInitialize(int*, char***) {
  prepare_xml();
  return 0;
}

namespace {

void check_page(std::string_view body, bool legacy) {
  const auto page = read_cdr_page(body, legacy);
  if (!page) return fuzz::demand(!page.error().what.empty());
  const Decoded& decoded = page.value().decoded;
  for (const Leg& leg : decoded.legs)
    fuzz::demand(identified(leg) && is_utf8(leg.clid) && is_utf8(leg.lastdata));
  fuzz::demand(page.value().items >= 0);
  fuzz::demand(!page.value().csv || decoded.rejected.size() <= static_cast<std::size_t>(page.value().items));
}

void check_recordings(std::string_view body) {
  for (const RecordingFile& file : recordings_in(body)) {
    fuzz::demand(!file.file.empty() && file.file.find('/') == std::string::npos);
    fuzz::demand(file.file != ".." && !file.folder.starts_with('/'));
    fuzz::demand(("/" + file.folder + "/").find("/../") == std::string::npos);
  }
  const RecordingList list = read_recording_list(body);
  fuzz::demand(list.bytes >= 0 && list.count == static_cast<std::int64_t>(list.files.size()));
}

void check_queue_rows(std::string_view body) {
  const auto rows = read_queue_rows(body);
  if (!rows) return;
  fuzz::demand(queue_calls(rows.value()).size() <= rows.value().size());
  for (const QueueRow& row : rows.value()) fuzz::demand(row.wait_s >= 0 && row.talk_s >= 0);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body = fuzz::view_of(data, size);
  for (const ApiReader& reader : kApiReaders) (void)reader.understood(body);
  for (const bool legacy : {false, true}) check_page(body, legacy);
  check_recordings(body);
  check_queue_rows(body);
  const auto uptime = read_uptime(body);
  fuzz::demand(!uptime || *uptime >= 0);
  const auto clock = read_system_time(body);
  fuzz::demand(!clock || (clock->local_s >= 0 && std::abs(clock->offset_s.value_or(0)) <= 15 * 3600));
  (void)is_up(body);
  return 0;
}
