// What a book holds of the answers of the API.
#include <limits>

#include "metrics/book.h"

namespace ucm::metrics {

void Book::add_asked(Metric metric, std::int64_t n) {
  if (Tally* tally = fixed(row(metric).group)) tally->add(metric, n);
}

bool Book::asked_changed() const noexcept {
  return (api_ && api_->changed()) || (system_ && system_->changed());
}

void Book::level(Metric metric, double value) {
  if (Tally* tally = fixed(row(metric).group)) tally->set_level(metric, value);
}

void Book::level(std::string_view scope, Metric metric, double value) {
  const auto found = scopes_.find(scope);
  if (found == scopes_.end()) return;
  if (Tally* tally = found->second.of(row(metric).group)) tally->set_level(metric, value);
}

void Book::unknown(Group group) {
  const auto forget = [](Tally& tally) {
    for (const Row& row : rows_of(tally.group())) {
      if (row.kind == Kind::level) tally.set_level(row.metric, std::numeric_limits<double>::quiet_NaN());
    }
  };
  if (Tally* tally = fixed(group)) forget(*tally);
  for (auto& [name, scope] : scopes_) {
    if (Tally* tally = scope.of(group)) forget(*tally);
  }
}

std::string Book::count_queue_call(const QueueCall& call, bool within, bool in_base) {
  Scope* scope = scope_at(ScopeKind::queue, call.queue);
  Tally* queue = scope == nullptr ? nullptr : scope->of(Group::queue);
  if (queue == nullptr) return {};
  touch(*scope);
  queue->add(Metric::queue_offered, 1);
  queue->add(call.answered ? Metric::queue_answered : Metric::queue_abandoned, 1);
  if (call.answered) {
    queue->add(Metric::queue_wait, call.wait_s * 1000);
    queue->add(Metric::queue_talk, call.talk_s * 1000);
  }
  if (within) queue->add(Metric::queue_in_level, 1);
  if (in_base) queue->add(Metric::queue_level_base, 1);
  return scope->name;
}

}  // namespace ucm::metrics
