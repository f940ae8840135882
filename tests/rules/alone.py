#!/usr/bin/python3
"""Each source of the product includes what it needs: it compiles alone, of those that have not been judged yet (judged.py).

The builds join the sources of a room and read the standard headers once, which hides what a source forgot to include.

Usage: alone.py ROOT BUILD
"""
import concurrent.futures
import os
import re
import subprocess
import sys
from pathlib import Path

import judged
import verdict

ERROR = re.compile(r"^(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<what>(?:fatal )?error: .*)$")


def compiled(flags, path):
    run = subprocess.run(["c++", *flags, "-fsyntax-only", str(path)], capture_output=True, text=True, timeout=600)
    if run.returncode == 0:
        return []
    first = next((line for line in run.stderr.splitlines() if ERROR.match(line)), run.stderr[-500:])
    return [f"{path} does not compile alone, is an include missing? {first}"]


def faults(root, build):
    flags = judged.flags_of(build)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        each = pool.map(lambda path: compiled(flags[path.parent], path), judged.unjudged(root))
        return sorted(fault for found in each for fault in found)


if __name__ == "__main__":
    verdict.give(faults(*sys.argv[1:]))
