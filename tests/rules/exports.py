#!/usr/bin/python3
"""A host's module exports what the host looks for and nothing else.

Usage: exports.py MODULE NAME...
"""
import subprocess
import sys
from pathlib import Path

import verdict


def faults(module, wanted):
    if not Path(module).is_file():
        return [f"{module} is not built"]
    listing = subprocess.run(["nm", "-D", "--defined-only", "--format=posix", module], capture_output=True, text=True)
    if listing.returncode != 0:
        return [f"{module}: {listing.stderr.strip()}"]
    exported = {line.split()[0] for line in listing.stdout.splitlines() if line.strip()}
    return ([f"{module}: exports {name}" for name in sorted(exported - set(wanted))] +
            [f"{module}: does not export {name}" for name in sorted(set(wanted) - exported)])


if __name__ == "__main__":
    verdict.give(faults(sys.argv[1], sys.argv[2:]))
