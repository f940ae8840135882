"""How every rule ends: its faults, one a line, and 1; or nothing and 0."""
import sys


def give(faults):
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)
