"""Every query of the dashboards, with the variables of Grafana filled in."""

import json
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "packaging" / "grafana"
VARIABLE = re.compile(r"\$\{?([a-zA-Z_]\w*)\}?")


def dashboards(folder=FOLDER):
    """{uid: dashboard}"""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(folder).glob("*.json"))}


def queries(instance=".+", trunk="trunk-.+", queue="queue-.+", folder=FOLDER):
    """[(dashboard, panel, expr)], the values given being what the variables stand for: names, or regular expressions that
    match several. What has "offset 7d" in it needs data of a week, and what names the agent's own host has none of a PBX."""
    given = {"instance": instance, "trunk": trunk, "queue": queue}
    return [(uid, panel["title"], VARIABLE.sub(lambda named: given[named[1]], target["expr"]))
            for uid, dashboard in dashboards(folder).items() for panel in dashboard["panels"]
            for target in panel.get("targets", ())]


def variable_queries(instance=".+", folder=FOLDER):
    """[(dashboard, variable, selector, label)] of label_values(selector, label)."""
    found = []
    for uid, dashboard in dashboards(folder).items():
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"]).groups()
                found.append((uid, variable["name"], selector.replace("$instance", instance), label))
    return found
