#!/usr/bin/python3
"""Writes the dashboards for Grafana: one JSON file for each row of panels.DASHBOARDS, beside this file.

Usage: make.py [--check]     with --check nothing is written: 1 when a file is not what it would be
"""
import json
import sys
from pathlib import Path

import panels

FOLDER = Path(__file__).resolve().parent
WIDTH = 24
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
SCHEMA = 38  # Grafana 10; later ones migrate it
TAG = "ucm"
UNKNOWN = {"type": "special", "options": {"match": "null+nan", "result": {"text": "unknown", "color": "text"}}}


def variable(row):
    name, label, query, several = row
    return {"name": name, "label": label, "type": "query", "datasource": SOURCE, "definition": query, "refresh": 2, "sort": 1,
            "query": {"query": query, "refId": f"{name}-variable"}, "multi": several, "includeAll": several,
            "current": {"text": "All", "value": "$__all"} if several else {}, "allValue": None, "hide": 0, "options": [],
            "regex": "",
            "skipUrlSync": False}


def variables(dashboard):
    source = {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus", "current": {}, "hide": 0,
              "includeAll": False, "multi": False, "options": [], "refresh": 1, "regex": "", "skipUrlSync": False}
    return [source] + [variable(panels.VARIABLES[name]) for name in dashboard.variables]


def thresholds(panel):
    steps = [{"color": "green", "value": None}] + [{"color": color, "value": value} for color, value in panel.steps]
    if panel.base or not panel.steps:
        steps[0]["color"] = panel.base or "text"
    return {"mode": "absolute", "steps": steps}


def mappings(panel):
    """Words for values, and one for what is not known, which would have the colour of the lowest threshold."""
    words = {value: {"text": text, "index": n} for n, (value, text) in enumerate(panel.words)}
    return ([{"type": "value", "options": words}] if words else []) + ([UNKNOWN] if panel.kind != "timeseries" else [])


def options(panel):
    if panel.kind == "timeseries":
        return {"legend": {"displayMode": "table", "placement": "bottom", "showLegend": True, "calcs": ["lastNotNull", "max"]},
                "tooltip": {"mode": "multi", "sort": "desc"}}
    if panel.kind == "bargauge":
        return {"orientation": "horizontal", "displayMode": "basic", "showUnfilled": True,
                "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    return {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "background",
            "graphMode": "none",
            "textMode": "auto", "orientation": "auto", "justifyMode": "auto"}


def custom(panel):
    if panel.kind != "timeseries":
        return {}
    return {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 10 if not panel.stacked else 50, "spanNulls": False,
            "showPoints": "auto",
            "stacking": {"mode": "normal" if panel.stacked else "none", "group": "A"}, "thresholdsStyle": {"mode": "off"}}


def last_week(target):
    """What was a week ago is drawn dashed, under whatever name its series have."""
    return {"matcher": {"id": "byFrameRefID", "options": target["refId"]},
            "properties": [{"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [6, 6]}},
                           {"id": "custom.fillOpacity", "value": 0}]}


def panel_of(panel, number, x, y):
    targets = [{"refId": chr(ord("A") + n), "datasource": SOURCE, "expr": expr, "legendFormat": legend,
                "range": panel.kind == "timeseries",
                "instant": panel.kind != "timeseries", "editorMode": "code"} for n, (expr, legend) in enumerate(panel.targets)]
    defaults = {"unit": panel.unit, "custom": custom(panel), "thresholds": thresholds(panel),
                "color": {"mode": "palette-classic" if panel.kind == "timeseries" else "thresholds"},
                "mappings": mappings(panel)}
    for key, value in (("min", panel.least), ("max", panel.most)):
        if value is not None:
            defaults[key] = value
    overrides = [last_week(target) for target in targets if panels.WEEK in target["expr"] and panel.kind == "timeseries"]
    return {"id": number, "type": panel.kind, "title": panel.title, "description": panel.description, "datasource": SOURCE,
            "gridPos": {"x": x, "y": y, "w": panel.width, "h": panel.height}, "targets": targets,
            "fieldConfig": {"defaults": defaults, "overrides": overrides}, "options": options(panel)}


def laid_out(rows):
    """From left to right, in lines as high as their highest panel."""
    made, x, y, high = [], 0, 0, 0
    for number, row in enumerate(rows, 1):
        if isinstance(row, str) or x + row.width > WIDTH:
            x, y, high = 0, y + high, 0
        if isinstance(row, str):
            made.append({"id": number, "type": "row", "title": row, "collapsed": False, "panels": [],
                         "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1}})
            y += 1
            continue
        made.append(panel_of(row, number, x, y))
        x, high = x + row.width, max(high, row.height)
    return made


def made(dashboard):
    return {
        "uid": dashboard.uid, "title": dashboard.title, "description": dashboard.description, "tags": [TAG],
        "schemaVersion": SCHEMA,
        "version": 1, "editable": True, "graphTooltip": 1, "refresh": "1m",
        "time": {"from": f"now-{dashboard.span}", "to": "now"},
        "timezone": "browser", "templating": {"list": variables(dashboard)}, "annotations": {"list": []},
        "links": [{"type": "dashboards", "tags": [TAG], "title": "UCM", "asDropdown": True, "includeVars": True, "keepTime": True,
                   "targetBlank": False, "icon": "external link", "tooltip": "", "url": ""}],
        "panels": laid_out(dashboard.panels)}


def files():
    """{path: text}"""
    return {FOLDER / f"{dashboard.uid}.json": json.dumps(made(dashboard), indent=1, ensure_ascii=False) + "\n"
            for dashboard in panels.DASHBOARDS}


def faults():
    texts = files()
    return ([f"{path.name} is not current: packaging/grafana/make.py" for path, text in texts.items()
             if not path.is_file() or path.read_text(encoding="utf-8") != text] +
            [f"{path.name} is of no row" for path in sorted(FOLDER.glob("*.json")) if path not in texts])


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        old = faults()
        print("\n".join(old))
        sys.exit(1 if old else 0)
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
