#include "shim/ucmctl/columns.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>

#include "base/text.h"

namespace ucm::ctl {

namespace {

// Of a terminal: one for each character of UTF-8.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

struct Unit {
  std::int64_t seconds;
  std::string_view name;
};
constexpr std::array kUnits{Unit{86'400, "days"}, Unit{3600, "h"}, Unit{60, "min"}};

}  // namespace

std::string columns(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string result;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += row[i] + std::string(widths[i] - width(row[i]) + 2, ' ');
    line.resize(line.find_last_not_of(' ') + 1);
    result += line + '\n';
  }
  return result;
}

std::string counted(std::int64_t count, std::string_view thing) {
  return text("{} {}{}", count, thing, count == 1 ? "" : thing.ends_with("sh") ? "es" : "s");
}

std::string harmless(std::string_view text) {
  std::string result(text);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto byte = static_cast<unsigned char>(result[i]);
    const auto after = i + 1 < result.size() ? static_cast<unsigned char>(result[i + 1]) : 0U;
    if (byte < 0x20 || byte == 0x7f) {
      result[i] = '.';
    } else if (byte == 0xc2 && after >= 0x80 && after < 0xa0) {
      result[i] = '.';
      result[i + 1] = '.';
    }
  }
  return result;
}

std::string local_time(std::int64_t wall_s) {
  if (wall_s == 0) return "-";
  const auto moment = static_cast<std::time_t>(wall_s);
  std::tm parts{};
  if (localtime_r(&moment, &parts) == nullptr) return "-";
  std::array<char, 32> buffer{};
  const std::size_t length = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M:%S", &parts);
  return {buffer.data(), length};
}

std::string span_of_time(std::int64_t seconds) {
  for (const Unit& unit : kUnits) {
    if (seconds >= 2 * unit.seconds) return text("{} {}", seconds / unit.seconds, unit.name);
  }
  return text("{} s", seconds);
}

std::string amount_of_bytes(std::int64_t bytes) {
  constexpr std::array<std::string_view, 4> kNames{"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return text("{} bytes", bytes);
  double amount = static_cast<double>(bytes) / 1024;
  std::size_t i = 0;
  for (; amount >= 1024 && i + 1 < kNames.size(); ++i) amount /= 1024;
  return text("{:.1f} {}", amount, kNames.at(i));
}

}  // namespace ucm::ctl
