// The open connections of an HTTP listener: found by ticket, watched for slowness.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "net/address.h"
#include "net/exchange.h"
#include "net/listener.h"
#include "net/places.h"

struct MHD_Connection;

namespace ucm::net {

struct Connection {
  MHD_Connection* library = nullptr;
  int descriptor = -1;
  Address sender;
  Exchange exchange;
  std::optional<bool> certified;  // by the client CA; looked at once
  bool in_request = false;        // its header is complete
  bool resting = false;           // suspended until its record is committed
  std::optional<Reply> reply;     // given, not sent yet
  std::unique_ptr<Places::Place> place;
  bool stranger = false;  // no PBX block names its sender: it is told so, and has little time

  // Kept by Connections::sweep.
  bool answered = false;         // since the last sweep
  std::uint64_t received = 0;    // bytes, as the kernel counts them
  std::int64_t received_ms = 0;  // when that last grew
  std::int64_t began_ms = 0;     // when the current request was first seen; 0 between requests

  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
};

class Connections {
 public:
  Connections();

  Connection& add(std::int64_t now_ms);
  void remove(Connection& connection) noexcept;  // takes no memory
  [[nodiscard]] std::size_t size() const { return used_; }

  // A ticket for the request the connection is in.
  [[nodiscard]] Ticket ticket(const Connection& connection) const;
  void retire_ticket(Connection& connection) const { ++connection.generation; }
  [[nodiscard]] Connection* find(Ticket ticket) const;

  void each(const std::function<void(Connection&)>& visit) const;

  // Cuts what is idle for too long or takes too long over one request, and calls `slow` for the requests that
  // were half sent.
  void sweep(std::int64_t now_ms, const Limits& limits,
             const std::function<void(const Connection&)>& slow) const;

 private:
  std::uint64_t listener_;  // tells tickets of different listeners apart
  std::vector<std::unique_ptr<Connection>> slots_;
  std::vector<std::uint32_t> free_;
  std::size_t used_ = 0;
};

}  // namespace ucm::net
