// What a PBX is asked for, one kind each: its state, its records, its queues, its recordings. An errand says
// what it wants to know next and gets the answer; when it may ask is PbxAsking's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/session.h"
#include "base/clock.h"
#include "base/result.h"
#include "ledger/ledger.h"

namespace ucm::service {

struct Moment {
  std::int64_t ms = 0;      // of the clock that never goes back
  std::int64_t wall_s = 0;  // epoch seconds
};
[[nodiscard]] inline Moment moment_of(const Clock& clock) {
  return {clock.mono_ms(), clock.wall_s()};
}

class Errand {
 public:
  Errand() = default;
  Errand(const Errand&) = delete;
  Errand& operator=(const Errand&) = delete;
  virtual ~Errand() = default;

  // The next question, where one is due. The same one until answered() or broken().
  [[nodiscard]] virtual std::optional<api::Question> next(Moment now) = 0;
  // Of that question: well, or refused for this action alone.
  virtual void answered(const api::Reply& reply, Moment now) = 0;
  // The answer was too large. True: next() asks for less; else it is answered() or broken() as any other.
  [[nodiscard]] virtual bool asks_for_less() { return false; }
  // The PBX is away or lets nobody in: what was begun is begun anew when it is back.
  virtual void broken(Moment now) = 0;

  // A part of the ledger's turn: keeps what was fetched, at most `budget` records of it, and lowers the
  // budget.
  [[nodiscard]] virtual Result<void> keep(ledger::Ledger& ledger, std::size_t& budget) = 0;
  virtual void kept(Moment now) = 0;               // the turn is on disk
  virtual void lost() = 0;                         // it is not, and will be tried again
  [[nodiscard]] virtual bool waiting() const = 0;  // whether something waits to be kept
};

}  // namespace ucm::service
