// What the ledger keeps of the asking.
#include "base/text.h"
#include "ledger/ledger.h"

namespace ucm::ledger {

Result<void> Ledger::remember(std::size_t pbx, std::string_view name, std::string_view value) {
  Shelf& shelf = shelves_[pbx];
  if (remembered(pbx, name) == value) return {};
  if (auto begun = begin(); !begun) return begun;
  if (auto stored = tables_->store_standing(shelf.id, name, value); !stored) return stored;
  shelf.standing.insert_or_assign(std::string(name), std::string(value));
  return {};
}

std::string_view Ledger::remembered(std::size_t pbx, std::string_view name) const {
  const auto& standing = shelves_[pbx].standing;
  const auto found = standing.find(name);
  return found == standing.end() ? std::string_view() : found->second;
}

Result<Admitted> Ledger::admit(std::size_t pbx, const QueueCall& call) {
  if (auto begun = begin(); !begun) return begun.error();
  Shelf& shelf = shelves_[pbx];
  if (call.start <= remembered(pbx, kLostUntil) && local_seconds(call.start)) return Admitted::too_old;
  const Result<bool> inserted = tables_->insert_queue_call(shelf.id, call, clock_.wall_s());
  if (!inserted) return inserted.error();
  if (!inserted.value()) return Admitted::duplicate;
  const metrics::BookSettings& settings = settings_.pbxes[pbx].book;
  const bool within = call.answered && call.wait_s <= settings.service_level_s;
  const bool short_abandon = !call.answered && call.wait_s < settings.short_abandon_s;
  const std::string scope = shelf.book.count_queue_call(call, within, !short_abandon);
  if (!scope.empty()) {
    if (auto stored = tables_->store_queue_call_scope(shelf.id, call, scope); !stored) return stored.error();
  }
  return Admitted::counted;
}

Result<bool> Ledger::has_quarantined(std::size_t pbx, std::string_view bytes) {
  if (!tables_) return Error{Fault::storage, "the ledger is not open"};
  return tables_->has_quarantined(shelves_[pbx].id, bytes);
}

Result<std::vector<NamedRecording>> Ledger::recordings_of(std::string_view pbx, std::string_view call,
                                                          std::int64_t limit) {
  if (!tables_) return Error{Fault::storage, "the ledger is not open"};
  return tables_->recordings_of(pbx, call, limit);
}

}  // namespace ucm::ledger
