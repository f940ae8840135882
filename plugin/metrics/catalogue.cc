#include "metrics/catalogue.h"

#include <array>

#include "base/text.h"

namespace ucm::metrics {

namespace {

constexpr std::array kCatalogue{
#define UCM_ROW(name, group, kind, type, instance, unit, help) \
  Row{Metric::name, Group::group, Kind::kind, type, instance, unit, help},
    UCM_METRICS(UCM_ROW)
#undef UCM_ROW
};

constexpr bool grouped() {
  for (std::size_t i = 1; i < kCatalogue.size(); ++i) {
    if (kCatalogue.at(i).group < kCatalogue.at(i - 1).group) return false;
  }
  return true;
}
static_assert(grouped(), "rows of one group stand together, in the order of Group");

struct Extent {
  std::size_t first = 0;
  std::size_t rows = 0;
};

// Where each group stands: asked with every count.
constexpr std::array<Extent, kGroups> extents() {
  std::array<Extent, kGroups> all{};
  for (std::size_t i = kCatalogue.size(); i-- > 0;) {
    Extent& extent = all.at(static_cast<std::size_t>(kCatalogue.at(i).group));
    extent.first = i;
    ++extent.rows;
  }
  return all;
}
constexpr std::array<Extent, kGroups> kExtents = extents();

}  // namespace

std::span<const Row> catalogue() noexcept {
  return kCatalogue;
}

const Row& row(Metric metric) noexcept {
  return catalogue()[static_cast<std::size_t>(metric)];
}

std::span<const Row> rows_of(Group group) noexcept {
  const Extent& extent = kExtents[static_cast<std::size_t>(group)];
  return catalogue().subspan(extent.first, extent.rows);
}

std::size_t place(Metric metric) noexcept {
  const auto at = static_cast<std::size_t>(metric);
  return at - kExtents[static_cast<std::size_t>(catalogue()[at].group)].first;
}

std::string key_of(const Row& row) {
  return text("{}-{}", row.type, row.instance);
}

}  // namespace ucm::metrics
