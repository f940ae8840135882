// Recordings: the names in a record, and the listing of a folder.
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.h"
#include "wire/api_csv.h"
#include "wire/api_records.h"
#include "wire/json.h"

namespace ucm::wire {

namespace {

// What no file of a PBX reaches; a larger number in a listing is something else.
constexpr std::int64_t kLargestFile = std::int64_t{1} << 40;

// A name that stays inside its folder: no way up, no root, no other system's separators.
bool is_safe(std::string_view path) noexcept {
  const auto is_strange = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\\' || c == '\x7f';
  };
  if (path.empty() || path.front() == '/' || std::any_of(path.begin(), path.end(), is_strange)) return false;
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

class Names {
 public:
  void add_all(std::string_view list) {
    while (!list.empty()) {
      const std::size_t end = std::min(list.size(), list.find_first_of("@,;"));
      add(trimmed(list.substr(0, end)));
      list.remove_prefix(std::min(list.size(), end + 1));
    }
  }

  [[nodiscard]] std::vector<RecordingFile> take() && { return std::move(files_); }

 private:
  void add(std::string_view path) {
    if (!is_safe(path) || !known_.emplace(path).second) return;
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) {
      files_.push_back({"", std::string(path)});
    } else {
      files_.push_back({std::string(path.substr(0, slash)), std::string(path.substr(slash + 1))});
    }
  }

  std::vector<RecordingFile> files_;
  std::set<std::string, std::less<>> known_;
};

bool is_file(std::string_view cell) noexcept {
  constexpr std::array<std::string_view, 8> kEndings{".wav", ".mp3", ".gsm", ".ogg",
                                                     ".tar", ".mp4", ".mkv", ".webm"};
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
    return cell.size() > ending.size() &&
           equal_ignoring_case(cell.substr(cell.size() - ending.size()), ending);
  });
}

std::optional<std::int64_t> size_in(const std::vector<std::string>& cells) noexcept {
  for (const std::string& cell : cells) {
    const auto number = whole_number(trimmed(cell));
    if (number && *number >= 0 && *number <= kLargestFile) return number;
  }
  return std::nullopt;
}

}  // namespace

std::vector<RecordingFile> recordings_in(std::string_view recordfiles) {
  Names names;
  recordfiles = trimmed(recordfiles);
  if (recordfiles.starts_with('[')) {
    const auto list = Json::parse(recordfiles);
    if (list) {
      for (std::size_t i = 0; i < list.value().size(); ++i) names.add_all(list.value().at(i).characters());
      return std::move(names).take();
    }
  }
  names.add_all(recordfiles);
  return std::move(names).take();
}

RecordingList read_recording_list(std::string_view csv) {
  RecordingList list;
  while (!csv.empty()) {
    const std::vector<std::string> cells = csv_cells(take_line(csv));
    const auto file = std::find_if(cells.begin(), cells.end(),
                                   [](const std::string& cell) { return is_file(trimmed(cell)); });
    if (file == cells.end()) continue;
    list.files.emplace_back(trimmed(*file));
    if (const auto bytes = size_in(cells)) {
      list.bytes += *bytes;
      list.sized = true;
    }
  }
  list.count = static_cast<std::int64_t>(list.files.size());
  return list;
}

}  // namespace ucm::wire
