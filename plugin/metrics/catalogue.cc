#include "metrics/catalogue.h"

#include <algorithm>
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

}  // namespace

std::span<const Row> catalogue() noexcept {
  return kCatalogue;
}

const Row& row(Metric metric) noexcept {
  return catalogue()[static_cast<std::size_t>(metric)];
}

std::span<const Row> rows_of(Group group) noexcept {
  const auto [first, last] = std::equal_range(
      kCatalogue.begin(), kCatalogue.end(),
      Row{.metric = {}, .group = group, .kind = {}, .type = {}, .instance = {}, .unit = {}, .help = {}},
      [](const Row& a, const Row& b) { return a.group < b.group; });
  return {first, last};
}

std::size_t place(Metric metric) noexcept {
  return static_cast<std::size_t>(&row(metric) - rows_of(row(metric).group).data());
}

std::string key_of(const Row& row) {
  return text("{}-{}", row.type, row.instance);
}

}  // namespace ucm::metrics
