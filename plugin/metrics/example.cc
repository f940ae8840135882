#include "metrics/example.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace ucm::metrics {

namespace {

// Stock types whose only data source has another name.
constexpr std::array kSources{std::pair<std::string_view, std::string_view>{"duration", "seconds"}};

std::span<const Row> rows_of(const Explanation& explained) {
  const auto from = static_cast<std::size_t>(explained.from);
  return catalogue().subspan(from, static_cast<std::size_t>(explained.to) - from + 1);
}

std::string instance_matcher(std::span<const Row> rows) {
  if (rows.size() == 1) return text("type=\"{}\"", rows.front().instance);
  std::string words;
  for (const Row& row : rows) words += text("{}{}", words.empty() ? "" : "|", row.instance);
  return text("type=~\"{}\"", words);
}

std::string scope_matcher(std::string_view scope) {
  if (!scope.ends_with("-X")) return text("ucm=\"{}\"", scope);
  return text("ucm=~\"{}-.*\"", scope.substr(0, scope.size() - 2));
}

std::string selector(std::span<const Row> rows, const Place& place) {
  // Both kinds of hosts have a scope `self`; a PBX is picked by whoever asks.
  const std::string_view host = place.host == "AGENT" ? "instance=\"AGENT\"," : "";
  return text("{}{{{}{},{}}}", prometheus_name(rows.front()), host, scope_matcher(place.scope),
              instance_matcher(rows));
}

bool in_ms(const Row& row) noexcept {
  return row.unit == "ms";
}

}  // namespace

std::string name_of(const Explanation& explained) {
  const auto rows = rows_of(explained);
  std::string name = key_of(rows.front());
  if (rows.size() == 1) return name;
  for (const Row& row : rows) {
    const std::string other = key_of(row);
    name.resize(static_cast<std::size_t>(
        std::mismatch(name.begin(), name.end(), other.begin(), other.end()).first - name.begin()));
  }
  return name + "*";
}

std::string prometheus_name(const Row& row) {
  std::string name = text("collectd_ucm_{}", row.type);
  for (const auto& [type, source] : kSources) {
    if (row.type == type) name += text("_{}", source);
  }
  return row.kind == Kind::counter ? name + "_total" : name;
}

std::string graph_of(const Explanation& explained, const Place& place) {
  const auto rows = rows_of(explained);
  const Row& row = rows.front();
  if (row.group == Group::histogram) {
    const std::string_view what = row.instance.substr(0, row.instance.find("_le_"));
    return text(
        "histogram_quantile(0.95, sum by (instance, ucm, le) "
        "(label_replace(rate({}{{{},type=~\"{}_le_.*\"}}[1h]), "
        "\"le\", \"$1\", \"type\", \"{}_le_(.*)\")))",
        prometheus_name(row), scope_matcher(place.scope), what, what);
  }
  const std::string values = selector(rows, place);
  // A call brings all its seconds at once: over five minutes that is a spike.
  if (in_ms(row)) return text("rate({}[1h]) / 1000", values);
  return row.kind == Kind::counter ? text("rate({}[5m])", values) : values;
}

std::string alert_of(const Explanation& explained, const Place& place) {
  if (!is_comparison(explained.alert)) return {};
  const auto rows = rows_of(explained);
  const std::string values = selector(rows, place);
  constexpr std::string_view kAbs = "abs ";
  if (explained.alert.starts_with(kAbs)) {
    return text("abs({}) {}", values, explained.alert.substr(kAbs.size()));
  }
  if (rows.front().kind != Kind::counter) return text("{} {}", values, explained.alert);
  const std::string grown = text("increase({}[1h])", values);
  if (explained.per) {
    const std::string all = selector(catalogue().subspan(static_cast<std::size_t>(*explained.per), 1), place);
    return text("{} / ignoring(type) increase({}[1h]) {}", grown, all, explained.alert);
  }
  return text("{}{} {}", grown, in_ms(rows.front()) ? " / 1000" : "", explained.alert);
}

std::string identifier_of(const Explanation& explained, const Place& place) {
  return text("{}/ucm-{}/{}", place.host, place.scope, name_of(explained));
}

}  // namespace ucm::metrics
