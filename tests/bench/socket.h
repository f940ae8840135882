// One connection to the receiver under test, plain or TLS. The only file pair that includes GnuTLS.
#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace bench {

enum class Flow { some, later, ended };

struct Moved {
  Flow flow = Flow::ended;
  std::size_t bytes = 0;
};

class Socket {
 public:
  // Connects from `source`, shakes hands if `tls`, then never blocks. Ends the program when it cannot.
  static Socket open(const sockaddr_in& to, const sockaddr_in& source, bool tls);
  Socket(Socket&&) noexcept;
  Socket& operator=(Socket&&) noexcept;
  ~Socket();

  [[nodiscard]] int descriptor() const;
  [[nodiscard]] Moved send(std::string_view bytes);
  [[nodiscard]] Moved receive(std::span<char> room);

 private:
  struct Impl;
  explicit Socket(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Says why and ends the program: a load generator that limps measures nothing.
[[noreturn]] void give_up(std::string_view what);

}  // namespace bench
