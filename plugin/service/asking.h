// The asking of all PBXes whose API is configured.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "net/client.h"
#include "net/loop.h"
#include "service/pbx_asking.h"

namespace ucm::service {

class Asking {
 public:
  // REQUIRES: everything given by reference outlives it. Empty when no PBX has an API.
  [[nodiscard]] static Result<std::unique_ptr<Asking>> create(const std::vector<PbxSettings>& settings,
                                                              net::Loop& loop, std::vector<ZoneWatch>& zones,
                                                              std::vector<std::unique_ptr<Alerts>>& alerts,
                                                              ledger::Ledger& ledger, Log& log,
                                                              const Clock& clock);

  // Each tick of the core. Nothing is asked before the ledger is loaded: nobody knows how far it has read.
  void tick();
  void heard(std::size_t pbx, const Leg& leg);

  // The ledger's turn, as of Errand. At most kMostInATurn records of the API are kept in one turn, so that no
  // push waits for them.
  [[nodiscard]] Result<void> keep();
  void kept();
  void lost();
  [[nodiscard]] bool waiting() const noexcept { return !waiting_.empty(); }

  // Whether a reply came since it was last asked this: there is something new to show.
  [[nodiscard]] bool moved();
  // Bytes of answers since it was last asked this.
  [[nodiscard]] std::size_t bytes_read();
  void show_levels();
  // Logs out of every PBX; runs the loop for at most `most_ms`. REQUIRES: the loop does not run.
  void log_out(std::int64_t most_ms);

  [[nodiscard]] const PbxAsking* of(std::size_t pbx) const { return pbxes_[pbx].get(); }

  static constexpr std::size_t kMostInATurn = 200;

 private:
  explicit Asking(net::Loop& loop, std::unique_ptr<net::Client> client, ledger::Ledger& ledger);
  net::Loop& loop_;
  ledger::Ledger& ledger_;
  std::unique_ptr<net::Client> client_;
  PagesHeld held_;
  std::vector<std::unique_ptr<PbxAsking>> pbxes_;  // by PBX; null where it has no API
  // Those who have something to be kept. Every turn looks here, those of pushes too.
  std::set<std::size_t> waiting_;
  std::size_t first_ = 0;  // whose records are kept first, or those of the next one; takes turns
  bool resumed_ = false;
};

}  // namespace ucm::service
