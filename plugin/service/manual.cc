#include "service/manual.h"

#include <string_view>

#include "base/text.h"
#include "service/options.h"

namespace ucm::service {

namespace {

struct Chapter {
  Block block;
  std::string_view title;
  std::string_view collectd;
  std::string_view toml;
};

constexpr Chapter kChapters[] = {
    {kPlugin, "Of the whole", "directly in `<Plugin ucm>`", "at the top of the file"},
    {kListen, "Of a listener", "in `<Listen \"URL\">`", "in `[[listen]]` with `url = \"URL\"`"},
    {kPbx, "Of a PBX", "in `<PBX \"name\">`", "in `[[pbx]]` with `name = \"name\"`"},
    {kApi, "Of the API of a PBX", "in `<API>` within `<PBX>`", "in `[pbx.api]` after its `[[pbx]]`"},
};

constexpr std::string_view kPreface =
    R"(<!-- Made from the option table by `ucmctl options`. Change plugin/service/options.cc, then make this page again. -->
# Options

The plugin of collectd is configured in collectd's own language, the daemon in TOML. Both have the same options; collectd
ignores the case of names, TOML does not. Several `<Plugin ucm>` blocks count as one. An option that is unknown or has
a value it does not take is logged with a warning and left at its default; a listener or a PBX that cannot work as it
is written is logged with an error and left out, and the others work. `ucmctl check --config FILE` says all of that beforehand,
with file and line.

A listener's URL is `tcp://ADDRESS:PORT`, `http://ADDRESS:PORT` or `https://ADDRESS:PORT`; `0.0.0.0`, `[::]` or `*` for every
address of the machine, port 0 for one that the system picks and the log names. The name of a PBX is what its values
stand under, so it is made of letters, digits, `_`, `.` and `-`. The limits in the first table hold for every listener that does not
set its own.
)";

std::string standard_of(const Option& option) {
  return option.standard.empty() ? "" : text("`{}`", option.standard);
}

std::string row(const Option& option) {
  return text("| `{}` | `{}` | {} | {} | {} |\n", option.name, spelled(option.name, Dialect::toml),
              values_of(option), standard_of(option), option.help);
}

}  // namespace

std::string options_page() {
  std::string page(kPreface);
  for (const Chapter& chapter : kChapters) {
    page += text("\n## {}\n\nIn collectd {}; in TOML {}.\n\n", chapter.title, chapter.collectd, chapter.toml);
    page += "| collectd | TOML | takes | default | meaning |\n|---|---|---|---|---|\n";
    for (const Option& option : options()) {
      if ((option.blocks & chapter.block) != 0) page += row(option);
    }
  }
  return page;
}

}  // namespace ucm::service
