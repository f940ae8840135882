#!/usr/bin/python3
"""Every C and C++ file is as clang-format would write it.

Usage: format.py ROOT
"""
import subprocess
import sys
from pathlib import Path

import pinned
import tree
import verdict


def faults(root, clang_format):
    files = [str(path) for path in tree.sources(Path(root), tests=True)]
    run = subprocess.run([clang_format, "--dry-run", "--Werror", "--ferror-limit=1", *files], capture_output=True,
                         text=True, timeout=550)
    return [line for line in run.stderr.splitlines() if "error:" in line]


if __name__ == "__main__":
    verdict.give(faults(sys.argv[1], pinned.tool("clang-format")))
