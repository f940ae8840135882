#!/usr/bin/python3
"""The recording rules compute what they say, and each alert fires when it should and at no near miss; by promtool.

Usage: rules.py ROOT
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import alerted
import recorded

RECORDING, ALERTS = "ucm-recording.yml", "ucm-alerts.yml"


def names(root, kind):
    """Of the rules in both files: "record" or "alert"."""
    return {found for file in (RECORDING, ALERTS) for found in
            re.findall(rf"^\s+- {kind}: (\S+)$", (Path(root) / "conf.d/prometheus" / file).read_text(), re.M)}


def uncovered(root):
    """Rules without a test, tests without a rule, and alerts that nothing keeps quiet."""
    rows = alerted.ALERTS
    return ([f"{name}: no test of this recording rule" for name in sorted(names(root, "record") - recorded.covered())] +
            [f"{name}: no such recording rule" for name in sorted(recorded.covered() - names(root, "record"))] +
            [f"{name}: neither fires nor is quiet in a test" for name in sorted(names(root, "alert") - set(rows))] +
            [f"{name}: no such alert" for name in sorted(set(rows) - names(root, "alert"))] +
            [f"{name}: no test in which it fires" for name, row in rows.items() if not row.fires] +
            [f"{name}: no test in which it is quiet" for name, row in rows.items() if not row.quiet])


def promtool(folder, title, rules, groups, interval):
    """What promtool says against these test groups."""
    path = folder / "test.yml"
    # JSON is YAML.
    path.write_text(json.dumps({"rule_files": [str(rule) for rule in rules], "evaluation_interval": interval, "tests": groups}))
    run = subprocess.run(["promtool", "test", "rules", str(path)], capture_output=True, text=True, timeout=1200)
    return [] if run.returncode == 0 else [f"{title}:\n{run.stdout.strip()}\n{run.stderr.strip()}"]


RULE = re.compile(r"(?=^ {6}- (?:record|alert): )", re.M)


def blocks(text):
    """The text of each rule, by its name."""
    found = {}
    for part in RULE.split(text)[1:]:
        block = re.split(r"^  - name:", part, maxsplit=1, flags=re.M)[0]
        found[re.match(r"\s*- \w+: (\S+)", block)[1]] = block
    return found


def needed(name, rules):
    """That rule and those that it reads, by their names; in the order of `rules`, which is the files'."""
    wanted, last = {name}, set()
    while wanted != last:
        last = set(wanted)
        wanted |= {other for other in rules for one in last if other != one and re.search(rf"{re.escape(other)}\b", rules[one])}
    return [one for one in rules if one in wanted]


def alert_faults(folder, name, rules, groups):
    """One alert with the rules it reads and no others: evaluating all of them every minute takes twenty times as long."""
    own = folder / name
    own.mkdir()
    file = own / "rules.yml"
    file.write_text("groups:\n  - name: tested\n    rules:\n" + "".join(rules[one] for one in needed(name, rules)))
    if not promtool(own, name, [file], list(groups.values()), "1m"):
        return []
    return [fault for title, group in groups.items() for fault in promtool(own, title, [file], [group], "1m")]


def faults(root):
    recording, alerts = (Path(root).resolve() / "conf.d/prometheus" / file for file in (RECORDING, ALERTS))
    found = uncovered(root)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        each_its_own, slow = recorded.groups()
        found += promtool(folder, "recording rules", [recording], each_its_own, "1m")
        calm = folder / RECORDING
        calm.write_text(re.sub(r"^\s+interval: .*\n", "", recording.read_text(), flags=re.M))
        found += promtool(folder, "recording rules, days", [calm], slow, "5m")
        rules = {**blocks(recording.read_text()), **blocks(alerts.read_text())}
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for each in pool.map(lambda name: alert_faults(folder, name, rules, alerted.groups(name)), alerted.ALERTS):
                found += each
    return found


if __name__ == "__main__":
    problems = uncovered(sys.argv[1]) if "--covered" in sys.argv else faults(sys.argv[1])
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)
