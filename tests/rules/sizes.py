#!/usr/bin/python3
"""A source file of the product has at most 300 lines, and a name that says what it holds.

Usage: sizes.py ROOT
"""
import re
import sys
from pathlib import Path

import tree
import verdict

MOST = 300
SAYS_NOTHING = re.compile(r"(^|_)(utils?|common|helpers?|manager|handler|misc)($|_)")


def faults(root):
    root = Path(root)
    found = []
    for full in tree.sources(root):
        path = full.relative_to(root)
        lines = full.read_text(errors="replace").count("\n")
        if lines > MOST:
            found.append(f"{path}: {lines} lines, more than {MOST}: it asks to become two")
        for part in (*path.parts[:-1], path.stem):
            if SAYS_NOTHING.search(part):
                found.append(f"{path}: {part} says nothing about what it holds")
    return found


if __name__ == "__main__":
    verdict.give(faults(sys.argv[1]))
