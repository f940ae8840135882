#!/usr/bin/python3
"""Prints what the calls of a worked example come to, as its `expected` has it.

Usage: expect.py FOLDER..."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ucmsim.worked import lines_of  # noqa: E402

if __name__ == "__main__":
    for folder in sys.argv[1:]:
        print(*lines_of(folder), sep="\n")
