#include "response.h"

#include "base/text.h"

namespace bench {

bool Response::more(std::string_view bytes) {
  bytes_ += bytes;
  if (size_ == 0) {
    const std::size_t end = bytes_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    size_ = end + 4;
    read_head(std::string_view(bytes_).substr(0, end));
  }
  return bytes_.size() >= size_;
}

void Response::read_head(std::string_view head) {
  status_ = static_cast<int>(ucm::whole_number(head.substr(0, 12).substr(9)).value_or(0));
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view value = ucm::trimmed(line.substr(colon + 1));
    if (ucm::equal_ignoring_case(line.substr(0, colon), "Content-Length")) {
      size_ += static_cast<std::size_t>(ucm::whole_number(value).value_or(0));
    }
    if (ucm::equal_ignoring_case(line.substr(0, colon), "Connection")) {
      closes_ = ucm::equal_ignoring_case(value, "close");
    }
  }
}

}  // namespace bench
