// An HTTP response as far as a load generator cares: its end, its status, whether the connection goes on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bench {

class Response {
 public:
  // True when the response is complete. REQUIRES: no request is sent before the last one was answered.
  [[nodiscard]] bool more(std::string_view bytes);
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] bool closes() const { return closes_; }

 private:
  void read_head(std::string_view head);
  std::string bytes_;
  std::size_t size_ = 0;  // of all of it; 0 while the head is not complete
  int status_ = 0;
  bool closes_ = false;
};

}  // namespace bench
