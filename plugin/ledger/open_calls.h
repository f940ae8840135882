// The calls whose sessions have not settled, in the order in which they will. Memory only: the legs are on
// disk, and a restart folds them again by the same calls.
#pragma once

#include <cstdint>
#include <list>
#include <set>
#include <string>
#include <unordered_map>

#include "model/call.h"

namespace ucm::ledger {

struct OpenCall {
  std::size_t pbx = 0;
  Call call;
  std::int64_t touched_ms = 0;  // by the clock that never goes back
  std::int64_t first_leg_id = 0;
};

class OpenCalls {
 public:
  [[nodiscard]] OpenCall* find(std::size_t pbx, const std::string& session);
  OpenCall& open(std::size_t pbx, const std::string& session, std::int64_t leg_id);
  // A leg came: the call will settle after all others.
  void touch(OpenCall& call, std::int64_t now_ms);

  // The one that settles first; null when there is none.
  [[nodiscard]] OpenCall* next() noexcept;
  // REQUIRES: next() is not null.
  void close_next();
  void clear();

  [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }
  [[nodiscard]] std::int64_t size_of(std::size_t pbx) const;
  // The smallest leg id of an open call, or `none`.
  [[nodiscard]] std::int64_t first_leg_id(std::int64_t none) const noexcept;

 private:
  using Order = std::list<OpenCall>;
  static std::string key(std::size_t pbx, const std::string& session);

  Order order_;
  std::unordered_map<std::string, Order::iterator> by_session_;
  std::set<std::int64_t> first_leg_ids_;
  std::unordered_map<std::size_t, std::int64_t> sizes_;
};

}  // namespace ucm::ledger
