#include "metrics/reference.h"

#include <algorithm>

#include "base/text.h"
#include "metrics/catalogue.h"
#include "metrics/example.h"
#include "metrics/explanation.h"
#include "metrics/reference_head.h"

namespace ucm::metrics {

namespace {

struct Chapter {
  Group group;
  std::string_view title;
  std::string_view scopes;
  Place place;
};

constexpr Chapter kChapters[] = {
    {Group::calls,
     "Calls",
     "Host: the PBX. Scopes: `all`, `inbound`, `outbound`, `internal`, `external`, and `trunk-X`, `queue-X`, "
     "`ringgroup-X`; where asked for `extension-X`, `did-X`, `account-X`. In `extension-X` legs are counted "
     "instead of calls: those made by or offered to X, each with its own outcome.",
     {"PBX", "all"}},
    {Group::histogram,
     "Histograms",
     "Host: the PBX. Scopes: `all`, the four directions, `trunk-X`, `queue-X`, `ringgroup-X`; not with "
     "`Histograms false`. Cumulative: each bucket holds those before it.",
     {"PBX", "all"}},
    {Group::traffic,
     "Traffic",
     "Host: the PBX. Scopes: `all`, `trunk-X`. 0 without calls. Channels in `trunk-X`: a leg with X on both "
     "sides occupies two.",
     {"PBX", "all"}},
    {Group::capacity, "Capacity of trunks", "Host: the PBX. Scopes: `trunk-X`.", {"PBX", "trunk-X"}},
    {Group::queueing,
     "Queues, from records",
     "Host: the PBX. Scopes: `queue-X`. Calls, judged by their legs; what the PBX's own report says of "
     "callers "
     "is [below](#queues).",
     {"PBX", "queue-X"}},
    {Group::legs, "Legs", "Host: the PBX. Scope: `all`.", {"PBX", "all"}},
    {Group::live,
     "Calls of this moment",
     "Host: a PBX whose new API is asked. Scope: `all`.",
     {"PBX", "all"}},
    {Group::trunk, "Trunks", "Host: a PBX whose new API is asked. Scopes: `trunk-X`.", {"PBX", "trunk-X"}},
    {Group::queue,
     "Queues",
     "Host: a PBX whose new API is asked. Scopes: `queue-X`. What queueapi tells of callers stands beside "
     "what the records tell of calls: they are two counts of the same traffic by two rules.",
     {"PBX", "queue-X"}},
    {Group::system,
     "The PBX itself",
     "Host: a PBX whose API is asked. Scope: `system`. Of a legacy API only certificate and recordings are "
     "known.",
     {"PBX", "system"}},
    {Group::self, "What became of the records of one PBX", "Host: the PBX. Scope: `self`.", {"PBX", "self"}},
    {Group::alert,
     "Alerts",
     "Host: the PBX. Scope: `alerts`. How many things each alert is on for; 0 is quiet. They judge calls by "
     "their own time: a call that ended over 24 hours ago raises nothing.",
     {"PBX", "alerts"}},
    {Group::api,
     "The asking of one PBX",
     "Host: a PBX whose API is asked, new or legacy. Scope: `self`.",
     {"PBX", "self"}},
    {Group::agent, "What belongs to no PBX", "Host: the agent's own. Scope: `self`.", {"AGENT", "self"}},
};

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

// Some names mean one thing in one chapter and another in the next.
std::string heading_of(const Explanation& explained, const Chapter& chapter) {
  std::string name = name_of(explained);
  const auto same = std::count_if(catalogue().begin(), catalogue().end(),
                                  [&](const Row& row) { return key_of(row) == name; });
  if (same <= 1) return name;
  return text("{} ({})", name, chapter.group == Group::agent ? "agent" : chapter.place.scope);
}

// As GitHub makes it of a heading.
std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (letter) anchor.push_back(c);
    if (c >= 'A' && c <= 'Z') anchor.push_back(static_cast<char>(c - 'A' + 'a'));
    if (c == ' ') anchor.push_back('-');
  }
  return anchor;
}

const Explanation& explanation_of(Metric metric) noexcept {
  return *std::find_if(explanations().begin(), explanations().end(),
                       [metric](const Explanation& row) { return metric <= row.to; });
}

std::string table_of(const Chapter& chapter) {
  std::string table = "\n| type-instance | kind | unit | what it is |\n|---|---|---|---|\n";
  for (const Row& row : rows_of(chapter.group)) {
    table += text("| [`{}`](#{}) | {} | {} | {} |\n", key_of(row),
                  anchor_of(heading_of(explanation_of(row.metric), chapter)), word_for(row.kind), row.unit,
                  row.help);
  }
  return table;
}

std::string entry_of(const Explanation& explained, const Chapter& chapter) {
  const std::string alert = alert_of(explained, chapter.place);
  std::string entry = text("\n### {}\n\n* Formula: {}\n* Source: {}\n", heading_of(explained, chapter),
                           explained.formula, explained.source);
  if (!explained.caveat.empty()) entry += text("* Caveat: {}\n", explained.caveat);
  return entry + text("* Graph: `{}`; collectd `{}`\n* Alert: {}\n", graph_of(explained, chapter.place),
                      identifier_of(explained, chapter.place),
                      alert.empty() ? std::string(explained.alert) : text("`{}`", alert));
}

}  // namespace

std::string reference() {
  std::string page(kReferenceHead);
  for (const Chapter& chapter : kChapters) {
    page += text("\n## {}\n\n{}\n{}", chapter.title, chapter.scopes, table_of(chapter));
    for (const Explanation& explained : explanations()) {
      if (row(explained.from).group == chapter.group) page += entry_of(explained, chapter);
    }
  }
  return page;
}

}  // namespace ucm::metrics
