// One exchange as libcurl has it; a Pool runs it. The only door to libcurl's easy interface.
#pragma once

#include <cstdint>
#include <memory>

#include "net/client_tls.h"
#include "net/client_transfer.h"

namespace ucm::net {

class Run {
 public:
  // What the library tells while it runs goes to `transfer`. When the exchange cannot even begin: nullptr,
  // and the transfer's ending says why. REQUIRES: both outlive it.
  [[nodiscard]] static std::unique_ptr<Run> create(Transfer& transfer, TlsSide& side, std::int64_t idle_ms);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  virtual ~Run() = default;

  [[nodiscard]] virtual void* easy() const noexcept = 0;  // the library's handle of it
  [[nodiscard]] virtual Transfer& transfer() const noexcept = 0;
  // The library is done with it; `code` is a CURLcode.
  virtual void end(int code) = 0;

  [[nodiscard]] static Run& of(void* easy);

 protected:
  Run() = default;
};

// libcurl's global state, made at the first call; whether it is there and stands on OpenSSL.
[[nodiscard]] Result<void> prepare_library();

}  // namespace ucm::net
