// The counters of one group in one scope, each with the value that the disk has.
#pragma once

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "metrics/catalogue.h"

namespace ucm::metrics {

class Tally {
 public:
  explicit Tally(Group group) : group_(group), cells_(rows_of(group).size()) {}

  // REQUIRES: `metric` is a row of this group.
  void add(Metric metric, std::int64_t n) {
    cells_[place(metric)].value += n;
    changed_ = true;
  }
  void set(Metric metric, std::int64_t level) { cells_[place(metric)].value = level; }
  [[nodiscard]] std::int64_t value(Metric metric) const { return cells_[place(metric)].value; }
  // Of a Kind::level; NaN = not known.
  void set_level(Metric metric, double level) { cells_[place(metric)].level = level; }
  [[nodiscard]] double level(Metric metric) const { return cells_[place(metric)].level; }
  [[nodiscard]] Group group() const noexcept { return group_; }

  void restore(Metric metric, std::int64_t value) {
    Cell& cell = cells_[place(metric)];
    cell.value = cell.kept = value;
  }

  // Visits each counter that the disk does not have as it is.
  template <class Visit>
  void each_unkept(Visit visit) const {
    if (!changed()) return;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const Row& row = rows_of(group_)[i];
      const std::int64_t on_disk = lost_ ? 0 : cells_[i].kept;
      if (row.kind == Kind::counter && cells_[i].value != on_disk) visit(row, cells_[i].value);
    }
  }
  [[nodiscard]] bool changed() const noexcept { return changed_ || lost_; }
  void keep() {
    if (!changed()) return;
    changed_ = lost_ = false;
    for (Cell& cell : cells_) cell.kept = cell.value;
  }
  void revert() {
    if (!std::exchange(changed_, false)) return;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (rows_of(group_)[i].kind == Kind::counter) cells_[i].value = cells_[i].kept;
    }
  }
  // The disk has none of it any more, until the next keep(); what was kept is still what revert() goes back
  // to.
  void forget_kept() { lost_ = true; }

 private:
  struct Cell {
    std::int64_t value = 0;
    std::int64_t kept = 0;
    double level = std::numeric_limits<double>::quiet_NaN();
  };
  Group group_;
  std::vector<Cell> cells_;
  bool changed_ = false;
  bool lost_ = false;
};

}  // namespace ucm::metrics
