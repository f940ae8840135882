#!/usr/bin/python3
"""The page of options is current, the shipped sample names every option with its default and is accepted.

Usage: options.py ROOT UCMCTL
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import verdict

PAGE = "docs/options.md"
SAMPLE = "conf.d/collectd/ucm.conf"
ROW = re.compile(r"^\| `(\w+)` \| `\w+` \| [^|]+ \| (?:`([^`]*)`)? *\|", re.M)
NAMED = re.compile(r"^[ #]*(\w+) +(?:\"([^\"]*)\"|(\S+))", re.M)


def run(ucmctl, *arguments):
    return subprocess.run([ucmctl, *arguments], capture_output=True, text=True, timeout=60)


def faults_of_page(root, made):
    if (root / PAGE).read_text() != made:
        return [f"{PAGE} is not current: ucmctl options > {PAGE}"]
    return []


def faults_of_names(sample, rows):
    """Every option stands in the sample; where it is commented out as a default, it is the default."""
    said = {}
    for name, quoted, plain in NAMED.findall(sample):
        said.setdefault(name, quoted or plain)
    found = [f"{SAMPLE}: {name} is not named" for name, _ in rows if name not in said]
    return found + [f"{SAMPLE}: {name} is {said[name]} there, the default is {standard}"
                    for name, standard in rows if standard and name in said and said[name] != standard]


def faults_of_use(ucmctl, sample_path, sample):
    """As shipped it has nothing wrong; with every option switched on, each is known where it stands."""
    shipped = run(ucmctl, "check", "--offline", "--config", str(sample_path))
    found = [] if shipped.returncode == 0 else [f"{SAMPLE}: ucmctl check: {shipped.stdout}{shipped.stderr}"]
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as whole:
        whole.write(re.sub(r"^( *)#( *)(?=<|\w+ (?:\"|\d|true|false))", r"\1\2", sample, flags=re.M))
        whole.flush()
        switched_on = run(ucmctl, "check", "--offline", "--config", whole.name)
    unknown = [line for line in switched_on.stdout.splitlines()
               if "unknown option" in line or "belongs" in line or "expected" in line or "is never closed" in line]
    return found + [f"{SAMPLE}, all switched on: {line}" for line in unknown]


def faults(root, ucmctl):
    root = Path(root)
    made = run(ucmctl, "options")
    if made.returncode != 0:
        return [f"ucmctl options ended with {made.returncode}: {made.stderr}"]
    rows = ROW.findall(made.stdout)
    if len(rows) < 20:
        return ["the page of options has no table that this rule can read"]
    sample = (root / SAMPLE).read_text()
    return (faults_of_page(root, made.stdout) + faults_of_names(sample, rows) +
            faults_of_use(ucmctl, root / SAMPLE, sample))


if __name__ == "__main__":
    verdict.give(faults(sys.argv[1], sys.argv[2]))
