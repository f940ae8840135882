// The control socket: one JSON request a line, one JSON answer a line, over a Unix stream socket.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "net/loop.h"

namespace ucm::net {

class Control {
 public:
  // Answers one line (without its line end) with one line (likewise). On the loop's thread.
  using Answer = std::function<std::string(std::string_view line)>;

  // Mode 0660. A socket file that nobody answers on is replaced; one that answers is a fault: busy. Lines
  // over 64 KiB, more than 32 connections, and a reader that does not read are cut off.
  [[nodiscard]] static Result<std::unique_ptr<Control>> open(Loop& loop, const std::string& path,
                                                             Answer answer, Log& log);
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;
  virtual ~Control() = default;  // closes, and removes the file if it is still its own

 protected:
  Control() = default;
};

// The other side, for ucmctl and tests: sends one line, waits for one. Network fault when nothing answers
// within `timeout_ms`. Any thread; needs no loop.
[[nodiscard]] Result<std::string> ask(const std::string& path, std::string_view line, int timeout_ms);

}  // namespace ucm::net
