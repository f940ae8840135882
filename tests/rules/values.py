#!/usr/bin/python3
"""The page of values is current, and its examples name what collectd and write_prometheus make of stock types.

Usage: values.py ROOT UCMCTL
"""
import re
import subprocess
import sys
from pathlib import Path

import verdict

PAGE = "docs/metrics.md"
TYPES = Path("/usr/share/collectd/types.db")
EXPRESSION = re.compile(r"\b(collectd_ucm_\w+)")
IDENTIFIER = re.compile(r"\b(?:PBX|AGENT)/ucm-[\w-]+/(\w+)-")


def stock_types(lines):
    """Type -> the name that write_prometheus gives its value; of types with one data source."""
    types = {}
    for line in lines:
        words = line.split()
        if len(words) != 2 or line.startswith("#"):
            continue
        source, kind = words[1].split(":")[:2]
        types[words[0]] = "collectd_ucm_" + words[0] + ("" if source == "value" else f"_{source}")
        if kind in ("DERIVE", "COUNTER"):
            types[words[0]] += "_total"
    return types


def strange_names(page, types):
    names = set(types.values())
    found = [f"{PAGE}: {name} is the name of no stock type" for name in sorted(set(EXPRESSION.findall(page)) - names)]
    unknown = sorted(set(IDENTIFIER.findall(page)) - set(types))
    return found + [f"{PAGE}: {name} is no stock type" for name in unknown]


def faults(root, ucmctl):
    made = subprocess.run([ucmctl, "values"], capture_output=True, text=True, timeout=60).stdout
    page = (Path(root) / PAGE).read_text()
    if page != made:
        return [f"{PAGE} is not current: ucmctl values > {PAGE}"]
    # Where collectd is not installed there is nothing to compare with.
    return strange_names(page, stock_types(TYPES.read_text().splitlines())) if TYPES.exists() else []


if __name__ == "__main__":
    verdict.give(faults(*sys.argv[1:]))
