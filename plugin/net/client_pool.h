// Connections that share one trust, and the exchanges on them. The only door to libcurl's multi interface.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "net/client_transfer.h"
#include "net/loop.h"

namespace ucm::net {

// Two trusts never share a pool, so that no connection which one has believed serves the other, whatever the
// library takes for the same.
class Pool {
 public:
  using Ended = std::function<void(Transfer&)>;

  // `ended` is told of each transfer that was not stopped, once, after its Ending has been filled in; it
  // starts and stops nothing. `idle_ms`: a connection unused for so long is not used again. REQUIRES: `loop`
  // outlives it.
  [[nodiscard]] static std::unique_ptr<Pool> open(Loop& loop, TlsTrust trust, std::int64_t idle_ms,
                                                  Ended ended);
  // Ends what runs without a word and closes all connections. REQUIRES: !busy()
  virtual ~Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  [[nodiscard]] virtual const TlsTrust& trust() const noexcept = 0;
  [[nodiscard]] virtual std::size_t running() const noexcept = 0;
  // Inside a call of the library, and so perhaps of a sink: nothing may be started or stopped now.
  [[nodiscard]] virtual bool busy() const noexcept = 0;

  // REQUIRES: !busy(), and the transfer outlives its run.
  virtual void start(Transfer& transfer) = 0;
  virtual void stop(const Transfer& transfer) = 0;

 protected:
  Pool() = default;
};

}  // namespace ucm::net
