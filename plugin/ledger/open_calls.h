// The calls whose sessions have not settled, in the order in which they will. Memory only: the legs are on
// disk, and a restart folds them again by the same calls.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/call.h"

namespace ucm::ledger {

struct OpenCall {
  std::size_t pbx = 0;
  Call call;
  std::int64_t touched_ms = 0;                     // by the clock that never goes back
  std::list<std::int64_t>::iterator first_leg_id;  // among those of all open calls
};

class OpenCalls {
 public:
  [[nodiscard]] OpenCall* find(std::size_t pbx, const std::string& session);
  // REQUIRES: `leg_id` is larger than that of any call that is open.
  OpenCall& open(std::size_t pbx, const std::string& session, std::int64_t leg_id);
  // A leg came: the call will settle after all others.
  void touch(OpenCall& call, std::int64_t now_ms);

  // The one that settles first; null when there is none.
  [[nodiscard]] OpenCall* next() noexcept;
  // REQUIRES: next() is not null.
  Call close_next();
  void clear();

  [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }
  [[nodiscard]] std::int64_t size_of(std::size_t pbx) const;
  // The smallest leg id of an open call, or `none`.
  [[nodiscard]] std::int64_t first_leg_id(std::int64_t none) const noexcept;

 private:
  using Order = std::list<OpenCall>;
  struct Key {
    std::size_t pbx = 0;
    std::string_view session;  // the open call's own
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept {
      return std::hash<std::string_view>()(key.session) ^ (key.pbx * 0x9e3779b97f4a7c15U);
    }
  };
  static Key key_of(const OpenCall& call) { return {call.pbx, call.call.session}; }

  Order order_;
  std::unordered_map<Key, Order::iterator, Hash> by_session_;
  std::list<std::int64_t> first_leg_ids_;  // in the order in which the calls were opened
  std::unordered_map<std::size_t, std::int64_t> sizes_;
};

}  // namespace ucm::ledger
