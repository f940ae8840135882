// Every reader of the API's answers by the name of its folder in tests/data, and what it makes of a body as
// the text of a case's `understood`.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "describe.h"
#include "wire/api_answer.h"
#include "wire/api_records.h"
#include "wire/api_state.h"

namespace ucm::wire {

inline std::string described(const std::optional<std::int64_t>& number) {
  return number ? text("{}", *number) : "-";
}
inline std::string described(const Error& error) {
  return text("error: {}\n", error.what);
}
inline std::string_view yes(bool truth) {
  return truth ? "yes" : "no";
}

// What `read` makes of the envelope's response.
template <class Read>
std::string of_response(std::string_view body, Read read) {
  const auto answer = read_api_answer(body);
  return answer ? read(answer.value().response) : described(answer.error());
}

// What `say` makes of each item of a list.
template <class Page, class Say>
std::string of_page(const Result<Page>& page, Say say) {
  if (!page) return described(page.error());
  std::string lines = text("page {} of {}\n", page.value().page, page.value().pages);
  for (const auto& item : page.value().items) lines += say(item);
  return lines;
}

inline std::string answer_of(std::string_view body) {
  const auto status = error_status_of(body);
  const auto answer = read_api_answer(body);
  if (!answer) return described(answer.error()) + text("error status {}\n", described(status));
  const ApiAnswer& is = answer.value();
  return text("status {} ({}), verdict {}\nerror '{}'\ntries left {}, locked for {}\nerror status {}\n{}\n",
              is.status, words_for(is.status), static_cast<int>(verdict_of(is.status)), is.error,
              described(is.tries_left), described(is.locked_for_s), described(status), is.response.line());
}

inline std::string system_of(std::string_view body) {
  return of_response(body, [](const Json& response) {
    const SystemStatus is = read_system_status(response);
    std::string lines = text("up {}\nserial '{}'\n", described(is.uptime_s), is.serial);
    if (is.time) lines += text("clock {}, offset {}\n", is.time->local_s, described(is.time->offset_s));
    return lines;
  });
}

inline std::string versions_of(std::string_view body) {
  return of_response(body, [](const Json& response) {
    const Versions is = read_versions(response);
    return text("model '{}'\nfirmware '{}'\n", is.model, is.firmware);
  });
}

inline std::string extensions_of(std::string_view body) {
  return of_response(body, [](const Json& response) {
    ExtensionStates states;
    std::string lines = of_page(read_extension_states(response), [&](const std::string& word) {
      count_state(states, word);
      return text("'{}'\n", word);
    });
    return lines + text("idle {}, in use {}, ringing {}, busy {}, unavailable {}\n", states.idle,
                        states.in_use, states.ringing, states.busy, states.unavailable);
  });
}

inline std::string trunks_of(std::string_view body) {
  return of_response(body, [](const Json& response) {
    return of_page(read_trunks(response), [](const TrunkState& trunk) {
      return text("'{}' {}{}{}\n", trunk.name,
                  !trunk.up   ? "-"
                  : *trunk.up ? "up"
                              : "down",
                  trunk.disabled == true ? ", switched off" : "",
                  trunk.channels > 0 ? text(", {} channels", trunk.channels) : "");
    });
  });
}

inline std::string channels_of(std::string_view body) {
  return of_response(body, [](const Json& response) {
    return of_page(read_channels(response), [](const Channel& is) {
      return text("{} state '{}' service '{}' in '{}' out '{}' feature '{}' since {}\n", is.channel, is.state,
                  is.service, is.inbound_trunk, is.outbound_trunk, is.feature, described(is.since_s));
    });
  });
}

inline std::string queues_of(std::string_view body) {
  return of_response(body, [](const Json& response) {
    return of_page(read_queues(response), [](const std::string& queue) { return queue + '\n'; });
  });
}

inline std::string calling_of(std::string_view body) {
  return of_response(body, [](const Json& response) { return text("{}\n", read_queue_calling(response)); });
}

inline std::string members_of(std::string_view body) {
  return of_response(body, [](const Json& response) {
    const QueueMembers is = read_queue_members(response);
    return text("logged in {}, paused {}\n", is.logged_in, is.paused);
  });
}

inline std::string queue_report_of(std::string_view body) {
  const auto rows = read_queue_rows(body);
  if (!rows) return described(rows.error());
  std::string lines;
  for (const QueueRow& row : rows.value()) {
    lines += text("row {} from {} at {} to '{}' wait {} talk {} connected {}\n", row.queue, row.caller,
                  row.start, row.agent, row.wait_s, row.talk_s, yes(row.connected));
  }
  for (const QueueCall& call : queue_calls(rows.value())) {
    lines += text("call {} at {} answered {} wait {} talk {}\n", call.queue, call.start, yes(call.answered),
                  call.wait_s, call.talk_s);
  }
  return lines;
}

// One `recordfiles` a line.
inline std::string recordings_of(std::string_view body) {
  std::string lines;
  while (!body.empty()) {
    const std::size_t end = std::min(body.size(), body.find('\n'));
    lines += "record\n";
    for (const RecordingFile& is : recordings_in(body.substr(0, end))) {
      lines += text("  '{}' in '{}'\n", is.file, is.folder);
    }
    body.remove_prefix(std::min(body.size(), end + 1));
  }
  return lines;
}

inline std::string listing_of(std::string_view body) {
  const RecordingList list = read_recording_list(body);
  std::string lines = text("{} files, {} bytes, sized {}\n", list.count, list.bytes, yes(list.sized));
  for (const std::string& file : list.files) lines += file + '\n';
  return lines;
}

inline std::string page_of(std::string_view body, bool legacy) {
  const auto page = read_cdr_page(body, legacy);
  if (!page) return described(page.error());
  return text("items {}, csv {}\n", page.value().items, yes(page.value().csv)) +
         described(page.value().decoded);
}
inline std::string cdr_of(std::string_view body) {
  return page_of(body, false);
}
inline std::string legacy_cdr_of(std::string_view body) {
  return page_of(body, true);
}

struct ApiReader {
  std::string_view name;
  std::string (*understood)(std::string_view body);
};
inline constexpr std::array kApiReaders{
    ApiReader{"answer", answer_of},
    ApiReader{"system", system_of},
    ApiReader{"versions", versions_of},
    ApiReader{"extensions", extensions_of},
    ApiReader{"trunks", trunks_of},
    ApiReader{"channels", channels_of},
    ApiReader{"queues", queues_of},
    ApiReader{"calling", calling_of},
    ApiReader{"members", members_of},
    ApiReader{"queue-report", queue_report_of},
    ApiReader{"recordings", recordings_of},
    ApiReader{"listing", listing_of},
    ApiReader{"cdr", cdr_of},
    ApiReader{"cdr-legacy", legacy_cdr_of},
};

}  // namespace ucm::wire
