#!/usr/bin/python3
"""What rules and thresholds name is in docs/metrics.md: a value that nobody gives makes no noise otherwise.

Usage: names.py ROOT [PAGE]
"""
import re
import sys
from pathlib import Path

ROW = re.compile(r"^\| \[`(\w+)-([\w-]+)`\]\(#[^)]*\) \| ([\w ]+) \|", re.M)
NATIVE = re.compile(r"\bcollectd_ucm_(\w+)\s*(?:\{([^}]*)\})?")
RECORDED = re.compile(r"\bucm:[a-z_]+:[a-z0-9_]+")
TYPE = re.compile(r'(?<![a-z_])type(=~?)"((?:[^"\\]|\\.)*)"')


def family(kind, counts):
    """As write_prometheus calls it: the data source of `duration` is named, and a counter ends in _total."""
    return kind + ("_seconds" if kind == "duration" else "") + ("_total" if counts else "")


def known(page):
    """{family: {type instance}}"""
    found = {}
    for kind, instance, nature in ROW.findall(page):
        found.setdefault(family(kind, nature == "counter"), set()).add(instance)
    return found


def recorded(root):
    return set(re.findall(r"^\s+- record: (\S+)$", (Path(root) / "conf.d/prometheus/ucm-recording.yml").read_text(), re.M))


def faults_of(expr, values, records):
    """What a PromQL expression names and nobody gives."""
    found = [f"{name} is no recording rule" for name in RECORDED.findall(expr) if name not in records]
    for name, selector in NATIVE.findall(expr):
        if name not in values:
            found.append(f"collectd_ucm_{name} is no value")
        kind = TYPE.search(selector)
        if not kind:
            found.append(f"collectd_ucm_{name} without a type")
            continue
        for one in kind[2].split("|") if kind[1] == "=~" else [kind[2]]:
            if not any(re.fullmatch(one, instance) for instance in values.get(name, ())):
                found.append(f'collectd_ucm_{name}{{type="{one}"}} is no value')
    return found


def faults(root, page=None):
    root = Path(root)
    text = Path(page or root / "docs/metrics.md").read_text()
    values, records, found = known(text), recorded(root), []
    for file in ("ucm-recording.yml", "ucm-alerts.yml"):
        for line in (root / "conf.d/prometheus" / file).read_text().splitlines():
            rule = "" if line.lstrip().startswith(("#", "summary", "- record:")) else line
            found += [f"{file}: {fault}" for fault in faults_of(rule, values, records)]
    given = {f"{kind}-{instance}" for kind, instance, _ in ROW.findall(text)}
    thresholds = (root / "conf.d/collectd/ucm-thresholds.conf").read_text()
    for kind, instance in re.findall(r'<Type "([^"]+)">[\s#]+Instance "([^"]+)"', thresholds):
        if f"{kind}-{instance}" not in given:
            found.append(f"ucm-thresholds.conf: {kind}-{instance} is no value")
    return found


if __name__ == "__main__":
    problems = faults(*sys.argv[1:])
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)
