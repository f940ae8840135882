#include "metrics/reference.h"

#include "base/text.h"
#include "metrics/catalogue.h"

namespace ucm::metrics {

namespace {

struct Chapter {
  Group group;
  std::string_view title;
  std::string_view scopes;
};

constexpr Chapter kChapters[] = {
    {Group::calls, "Calls",
     "Host: the PBX. Scopes: `all`, `inbound`, `outbound`, `internal`, `external`, and `trunk-X`, `queue-X`, "
     "`ringgroup-X`; where asked for `extension-X`, `did-X`, `account-X`. In `extension-X` legs are counted "
     "instead "
     "of calls: those made by or offered to X, each with its own outcome."},
    {Group::histogram, "Histograms",
     "Host: the PBX. Scopes: `all`, the four directions, `trunk-X`, `queue-X`, `ringgroup-X`; not with "
     "`Histograms false`. Cumulative: each bucket holds those before it."},
    {Group::traffic, "Traffic", "Host: the PBX. Scopes: `all`, `trunk-X`."},
    {Group::capacity, "Capacity of trunks", "Host: the PBX. Scopes: `trunk-X`."},
    {Group::queueing, "Queues, from records", "Host: the PBX. Scopes: `queue-X`."},
    {Group::legs, "Legs", "Host: the PBX. Scope: `all`."},
    {Group::live, "Calls of this moment", "Host: a PBX whose new API is asked. Scope: `all`."},
    {Group::trunk, "Trunks", "Host: a PBX whose new API is asked. Scopes: `trunk-X`."},
    {Group::queue, "Queues",
     "Host: a PBX whose new API is asked. Scopes: `queue-X`. What queueapi tells of callers stands beside "
     "what "
     "the records tell of calls: they are two counts of the same traffic by two rules."},
    {Group::system, "The PBX itself",
     "Host: a PBX whose API is asked. Scope: `system`. Of a legacy API only certificate and recordings are "
     "known."},
    {Group::self, "What became of the records of one PBX", "Host: the PBX. Scope: `self`."},
    {Group::alert, "Alerts",
     "Host: the PBX. Scope: `alerts`. How many things each alert is on for; 0 is quiet."},
    {Group::api, "The asking of one PBX", "Host: a PBX whose API is asked, new or legacy. Scope: `self`."},
    {Group::agent, "What belongs to no PBX", "Host: the agent's own. Scope: `self`."},
};

constexpr std::string_view kHead = R"(# Values

Made from the catalogue (`plugin/metrics/catalogue.h`); change it there.

In collectd a value is `HOST/ucm-SCOPE/TYPE-INSTANCE`, in Prometheus (write_prometheus)
`collectd_ucm_TYPE{instance="HOST",ucm="SCOPE",type="INSTANCE"}`, with `_total` behind the name of a counter. Counters
(DERIVE) only grow and continue over restarts. Intervals (GAUGE) describe the calls counted since the host last read and
are NaN when there were none; gauges
that the PBX tells are NaN while it tells nothing. A sum over scopes counts twice: filter on one.
)";

std::string_view word_for(Kind kind) noexcept {
  switch (kind) {
    case Kind::counter:
      return "counter";
    case Kind::gauge:
    case Kind::level:
      return "gauge";
    case Kind::interval:
      return "interval";
    case Kind::window:
      return "last hour";
  }
  return "";
}

}  // namespace

std::string reference() {
  std::string page(kHead);
  for (const Chapter& chapter : kChapters) {
    page += text("\n## {}\n\n{}\n\n| type-instance | kind | unit | what it is |\n|---|---|---|---|\n",
                 chapter.title, chapter.scopes);
    for (const Row& row : rows_of(chapter.group)) {
      page += text("| `{}` | {} | {} | {} |\n", key_of(row), word_for(row.kind), row.unit, row.help);
    }
  }
  return page;
}

}  // namespace ucm::metrics
