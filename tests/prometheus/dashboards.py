#!/usr/bin/python3
"""The dashboards are current, are such as Grafana takes, and ask for nothing that nobody gives.

Usage: dashboards.py ROOT [PAGE]
"""
import re
import subprocess
import sys
from pathlib import Path

import names
from queries import VARIABLE, dashboards

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
KINDS = {"timeseries", "stat", "bargauge", "row"}
SCHEMAS = range(36, 43)
EVERYWHERE = {"ALERTS"}  # Prometheus' own


def repeated(things):
    return sorted({thing for thing in things if things.count(thing) > 1}, key=str)


def overlaps(panels):
    """Pairs of panels on the same ground, and what stands out of the 24 columns."""
    places = [(panel["title"], panel["gridPos"]) for panel in panels]
    found = [f"{title} stands out of the grid" for title, at in places if at["x"] < 0 or at["x"] + at["w"] > 24 or at["h"] < 1]
    for n, (title, a) in enumerate(places):
        found += [f"{title} overlaps {other}" for other, b in places[:n]
                  if a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"] and a["y"] < b["y"] + b["h"]
                  and b["y"] < a["y"] + a["h"]]
    return found


def shows_unknown(panel):
    """What is null or NaN has the colour of the lowest threshold, good or bad, where no mapping gives it one."""
    return any(one["type"] == "special" and one["options"]["match"] == "null+nan" and one["options"]["result"]["text"] == "unknown"
               and one["options"]["result"]["color"] == "text" for one in panel["fieldConfig"]["defaults"].get("mappings", ()))


def faults_of_panel(panel, variables, values, records):
    if panel["type"] not in KINDS:
        return [f"{panel['type']} is no kind of panel that is known here"]
    if panel["type"] == "row":
        return []
    found = [] if panel["datasource"] == SOURCE else ["another data source than the variable"]
    found += [] if panel.get("description") else ["no description"]
    found += [] if panel["fieldConfig"]["defaults"].get("unit") else ["no unit"]
    found += [] if panel["type"] == "timeseries" or shows_unknown(panel) else ["what is unknown is painted good or bad"]
    found += [] if panel["targets"] else ["asks for nothing"]
    found += [f"refId {ref} twice" for ref in repeated([target.get("refId") for target in panel["targets"]])]
    for target in panel["targets"]:
        expr = target.get("expr", "")
        found += [] if expr and target.get("refId") else ["a target without expr or refId"]
        found += [] if target.get("datasource") == SOURCE else ["a target of another data source than the variable"]
        found += [f"${name} is no variable of this dashboard" for name in VARIABLE.findall(expr) if name not in variables]
        found += names.faults_of(expr, values, records)
        found += [f"{name} is neither a value nor a rule" for name in re.findall(r"([A-Za-z_][\w:]*)\{", expr)
                  if not name.startswith(("collectd_ucm_", "ucm:")) and name not in EVERYWHERE]
    return found


def faults_of(name, dashboard, values, records):
    panels, listed = dashboard["panels"], dashboard["templating"]["list"]
    variables = {variable["name"] for variable in listed}
    found = [] if dashboard["uid"] == name else [f"its uid is {dashboard['uid']}"]
    found += [] if dashboard["schemaVersion"] in SCHEMAS else [f"schemaVersion {dashboard['schemaVersion']}"]
    found += [] if {"datasource", "instance"} <= variables else ["no variable for the data source or the PBX"]
    for variable in listed:
        if variable["type"] == "query":
            found += [] if variable["datasource"] == SOURCE else [f"${variable['name']} is of another data source"]
            found += [f"${variable['name']}: {fault}" for fault in names.faults_of(variable["query"]["query"], values, records)]
    found += [f"id {one} twice" for one in repeated([panel["id"] for panel in panels])] + overlaps(panels)
    for panel in panels:
        found += [f"{panel['title']}: {fault}" for fault in faults_of_panel(panel, variables, values, records)]
    return [f"{name}: {fault}" for fault in found]


def faults(root, page=None):
    root = Path(root)
    folder = root / "packaging" / "grafana"
    made = subprocess.run([sys.executable, "-B", str(folder / "make.py"), "--check"], capture_output=True, text=True, timeout=60)
    found = [] if made.returncode == 0 else (made.stdout + made.stderr).splitlines()
    values = names.known(Path(page or root / "docs/metrics.md").read_text())
    shown, records = dashboards(folder), names.recorded(root)
    if not shown:
        found.append("there are no dashboards")
    for name, dashboard in shown.items():
        found += faults_of(name, dashboard, values, records)
    return found + [f"uid {uid} twice" for uid in repeated([dashboard["uid"] for dashboard in shown.values()])]


if __name__ == "__main__":
    problems = faults(*sys.argv[1:])
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)
