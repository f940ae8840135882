#!/usr/bin/python3
"""No file names a place of the machine it was written on.

Usage: paths.py ROOT
"""
import re
import sys
from pathlib import Path

import tree
import verdict

# In pieces, so that this file does not find itself.
PLACES = re.compile(rb"(?<![\w./:-])/(?:" + b"|".join([b"wo" b"rk", b"ho" b"me", b"ro" b"ot", b"Us" b"ers"]) + rb")/[\w.]")


def faults(root):
    found = []
    for path in tree.files(root):
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            if PLACES.search(line):
                found.append(f"{path.relative_to(root)}:{number}: names a place of one machine")
    return found


if __name__ == "__main__":
    verdict.give(faults(Path(sys.argv[1])))
