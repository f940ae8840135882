#!/usr/bin/python3
"""clang-tidy finds nothing in the product's sources.

Usage: tidy.py ROOT BUILD
"""
import concurrent.futures
import os
import subprocess
import sys
from pathlib import Path

import tree
import verdict


def tidy(build, path):
    run = subprocess.run(["clang-tidy", "--quiet", "-p", build, str(path)], capture_output=True, text=True, timeout=600)
    return [line for line in run.stdout.splitlines() if " error: " in line or " warning: " in line]


def faults(root, build):
    sources = [path for path in tree.sources(Path(root)) if path.suffix == ".cc"]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return sorted({line for found in pool.map(lambda path: tidy(build, path), sources) for line in found})


if __name__ == "__main__":
    verdict.give(faults(*sys.argv[1:]))
