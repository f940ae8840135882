#include "wire/format.h"

#include <array>

namespace ucm::wire {

std::span<const Format> formats() noexcept {
  static const std::array table{json_format(), xml_format(), csv_format()};
  return table;
}

bool is_between_documents(char byte) noexcept {
  constexpr std::string_view kBetween{" \t\r\n\0\xEF\xBB\xBF", 8};
  return kBetween.find(byte) != std::string_view::npos;
}

const Format& recognise(std::string_view bytes) noexcept {
  while (!bytes.empty() && is_between_documents(bytes.front())) bytes.remove_prefix(1);
  const std::span<const Format> table = formats();
  for (const Format& format : table) {
    if (format.starts_with.empty()) return format;
    if (!bytes.empty() && format.starts_with.find(bytes.front()) != std::string_view::npos) return format;
  }
  return table.back();
}

}  // namespace ucm::wire
