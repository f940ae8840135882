#!/usr/bin/python3
"""The page of values is current.

Usage: values.py ROOT UCMCTL
"""
import subprocess
import sys
from pathlib import Path

import verdict

PAGE = "docs/metrics.md"


def faults(root, ucmctl):
    made = subprocess.run([ucmctl, "values"], capture_output=True, text=True, timeout=60).stdout
    return [] if (Path(root) / PAGE).read_text() == made else [f"{PAGE} is not current: ucmctl values > {PAGE}"]


if __name__ == "__main__":
    verdict.give(faults(*sys.argv[1:]))
